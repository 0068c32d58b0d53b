"""Ways for one scene to take the place of another: both in one texture, where no seam can show."""

from __future__ import annotations

import struct

from render_engine.display_list import Effect, Path, Table
from render_engine.matrix import Matrix, apply
from render_engine.timeline.bezier import point_at, segments
from render_engine.transitions.look import Mix

PARTS = 64  # straight ones that a curve is drawn as: a quarter of a circle as large as a frame is round to 0.1 px


def by_share(share: float) -> Mix:
    """leaving · (1 − share) + entering · share, premultiplied."""
    return lambda entering, _space: Effect("mix", (_number(share),), 0, inputs=(entering,))


def within(path: Path) -> Mix:
    """The entering scene inside an outline (in the frame's px), the leaving one around it."""
    return lambda entering, space: Effect("mix_within", (), 0, tables=(corners(path, space),), inputs=(entering,))


def by_grain(share: float, seed: int) -> Mix:
    """The entering scene where a cloudy noise lies below `share`."""
    return lambda entering, _space: Effect("dissolve", (_number(share), float(seed)), 0, inputs=(entering,))


def _number(share: float) -> float:
    return round(min(1.0, max(0.0, share)) * 4096) / 4096


def corners(path: Path, space: Matrix) -> Table:
    """A closed outline as straight lines, in a texture's px: (n, 2)."""
    found: list[float] = []
    for segment in segments(path):
        parts = PARTS if len(segment) > 2 else 1
        for k in range(parts):
            x, y = apply(space, *point_at(segment, k / parts))
            found += (round(x * 256) / 256, round(y * 256) / 256)
    return Table((len(found) // 2, 2), struct.pack(f"<{len(found)}f", *found))
