"""Files that a render reads: a key tells what they held, so what was made from other contents must not get it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from render_engine.errors import MediaError

Stamp = tuple[int, int] | None  # a file's size and time of change (ns), the same from every machine; None: it is gone
Inputs = Mapping[Path, Stamp]


def inputs(paths: Iterable[Path]) -> Inputs:
    return {path: _stamp(path) for path in paths}


def check_unchanged(inputs: Inputs) -> None:
    for path, known in inputs.items():
        if _stamp(path) != known:
            raise MediaError(f"{path} was changed while it was being rendered: render again")


def _stamp(path: Path) -> Stamp:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns
