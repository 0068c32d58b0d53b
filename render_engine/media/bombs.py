"""A small file can claim a picture that fills all memory: refused by what its header says."""

from __future__ import annotations

from pathlib import Path

from render_engine.errors import MediaError

MAX_PIXELS = 2**28
MAX_SIDE = 65_500


def refuse_bomb(path: Path, width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise MediaError(
            f"{path.name} claims to be {width}×{height} pixels, more than the {MAX_PIXELS // 10**6} million "
            f"(or {MAX_SIDE} on a side) that are read. Scale it down first."
        )
