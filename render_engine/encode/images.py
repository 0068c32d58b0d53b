"""A PNG sequence, straight alpha: a folder of 00001.png, 00002.png, …, or files by a pattern like `shot_%05d.png`.

The segments' packets are the files. All are made in a hidden folder first; only a whole sequence is moved to its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from render_engine.encode.output import Output
from render_engine.encode.packets import open_encoded
from render_engine.encode.partial import check_folder, discard, partial_path, sweep
from render_engine.errors import EncoderError

_NUMBER = re.compile(r"%0?(\d*)d")


def check_images(output: Output) -> None:
    """Refuses a place that cannot hold the pictures, before any work is done for them."""
    folder, _ = _place(output.path)
    check_folder(folder / "frame" if folder.is_dir() else folder)


def write_images(output: Output, segments: Sequence[Path]) -> Iterator[int]:
    """Yields how many pictures are written, after each segment."""
    folder, pattern = _place(output.path)
    sweep(folder)
    partial = partial_path(folder)
    partial.mkdir()
    try:
        written = 0
        for path in segments:
            written = _write(path, partial, pattern, written)
            yield written
        _move(partial, folder)
        _remove_longer(folder, pattern, written)
    finally:
        discard(partial)


def _write(segment: Path, folder: Path, pattern: str, written: int) -> int:
    with open_encoded(segment) as source:
        for packet in source.demux(video=0):
            if packet.size:
                written += 1
                (folder / (pattern % written)).write_bytes(packet)
    return written


def _move(partial: Path, folder: Path) -> None:
    if not folder.exists():
        partial.rename(folder)
        return
    for made in sorted(partial.iterdir()):
        made.replace(folder / made.name)


def _remove_longer(folder: Path, pattern: str, written: int) -> None:
    """Frames of an earlier, longer sequence would pass for the end of this one."""
    number = written + 1
    while (stale := folder / (pattern % number)).exists():
        stale.unlink()
        number += 1


def _place(path: Path) -> tuple[Path, str]:
    """The folder, and the pattern of names in it."""
    if not path.suffix:
        return path.absolute(), "%05d.png"
    if len(_NUMBER.findall(path.name)) != 1 or path.name.count("%") != 1:
        raise EncoderError(
            f'"{path.name}" names one picture: for a PNG sequence name a folder ("{path.stem}") '
            f'or a pattern ("{path.stem}_%05d.png").'
        )
    return path.absolute().parent, path.name
