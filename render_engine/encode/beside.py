"""A small text beside the video (its captions): it takes its name only once the video has taken its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render_engine.encode.partial import check_folder, commit, discard, failures_told, partial_path


@contextmanager
def beside(path: Path, text: str) -> Iterator[None]:
    """Writes `text` at once, so that a full disk is found early; whatever breaks in the block throws it away."""
    check_folder(path)
    partial = partial_path(path)
    try:
        with failures_told(path):
            partial.write_text(text, "utf-8")
        yield
        with failures_told(path):
            commit(partial, path)
    finally:
        discard(partial)
