"""Sprites as the kernel takes them: where each is seen, and the way back from there to its texture.

One by one, or, since hundreds one by one take longer than the card needs for the frame, all at once by numpy. Both count
alike, to the last bit: tests/cuda/test_place.py compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import ceil, floor
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render_engine.cuda.place import NEAREST, Sprite
from render_engine.display_list import EMPTY, Rect, intersect, whole_pixels
from render_engine.matrix import Box, Matrix, inverse, map_box, multiply, translation

Floats = NDArray[Any]
# texture, bounds, the way back from their corner, the part of the texture, kind, mode, opacity, steps, colour
RECORD = np.dtype("<u8, (2,)<i4, (4,)<i4, (9,)<f4, (4,)<f4, (3,)<i4, <i4, <u4")
PACKED = Struct("<Q2i4i9f4f3iiI")  # the same
AT_ONCE = 16  # sprites, from which on numpy is the quicker way
LARGE = 1 / 8  # of a pixel of the texture for each of the target's: so enlarged, 16 steps would show
SINGULAR = 1e-12


def records(sprites: Sequence[Sprite], whole: Rect, area: Rect) -> bytes:
    """For a target that is a part, `area`, of a whole one; those of which nothing is seen there have no bounds."""
    width, height = whole[2] - whole[0], whole[3] - whole[1]
    if len(sprites) < AT_ONCE:
        made = b"".join(_record(sprite, width, height) for sprite in sprites)
    else:
        made = _all_records(sprites, width, height)
    return made if area == whole else _moved(made, whole[0] - area[0], whole[1] - area[1])


def _moved(made: bytes, x: int, y: int) -> bytes:
    """Not cut to the part: ways back begin at the bounds' corner, and stay as they are."""
    out = np.frombuffer(bytearray(made), RECORD)
    out["f2"] += np.array([x, y, x, y], np.int32)
    return out.tobytes()


# ------------------------------------------------------------------------------------------------------------ one


def _record(sprite: Sprite, width: int, height: int) -> bytes:
    kind, mode, opacity, color, address, across, down = sprite.numbers
    bounds, back = _where(sprite.matrix, sprite.part, kind >= NEAREST, width, height)
    looks = (kind, mode, opacity, _steps(back), color)
    return PACKED.pack(address, across, down, *bounds, *back, *sprite.part, *looks)


def _where(m: Matrix, part: Box, soft: bool, width: int, height: int) -> tuple[Rect, Matrix]:
    """All pixels that are written, with a soft edge those around it too, and the way back from their corner."""
    a, b, c, d, e, f, g, h, i = m
    if g or h or i != 1:
        return _where_in_space(m, part, width, height)
    det = a * d - c * b
    if -SINGULAR < det < SINGULAR:
        return EMPTY, m
    x0, y0, x1, y1 = part
    left, right = (a * x0, a * x1) if a > 0 else (a * x1, a * x0)
    low, high = (c * y0, c * y1) if c > 0 else (c * y1, c * y0)
    top, bottom = (b * x0, b * x1) if b > 0 else (b * x1, b * x0)
    upper, lower = (d * y0, d * y1) if d > 0 else (d * y1, d * y0)
    x, y = max(0, floor(left + low + e - soft)), max(0, floor(top + upper + f - soft))
    bounds = (x, y, min(width, ceil(right + high + e + soft)), min(height, ceil(bottom + lower + f + soft)))
    a, b, c, d = d / det, -b / det, -c / det, a / det
    return bounds, (a, b, c, d, a * (x - e) + c * (y - f), b * (x - e) + d * (y - f), 0.0, 0.0, 1.0)


def _where_in_space(m: Matrix, part: Box, width: int, height: int) -> tuple[Rect, Matrix]:
    bounds, back = intersect(whole_pixels(map_box(m, part), 1), (0, 0, width, height)), inverse(m)
    if bounds == EMPTY or back is None:
        return EMPTY, m
    return bounds, multiply(back, translation(bounds[0], bounds[1]))


def _steps(back: Matrix) -> int:
    """Between two pixels, as Qt counts them: 16 where it turns a picture, unless it enlarges it very much."""
    a, b, c, d = back[:4]
    upright, in_space = b == c == 0, back[6] != 0 or back[7] != 0
    return 256 if upright or in_space or min(abs(a), abs(d)) < LARGE else 16


# ------------------------------------------------------------------------------------------------------------ all


def _all_records(sprites: Sequence[Sprite], width: int, height: int) -> bytes:
    count = len(sprites)
    numbers = np.fromiter(chain.from_iterable(sprite.numbers for sprite in sprites), np.int64).reshape(count, 7)
    matrices = np.fromiter(chain.from_iterable(sprite.matrix for sprite in sprites), np.float64).reshape(count, 9)
    parts = np.fromiter(chain.from_iterable(sprite.part for sprite in sprites), np.float64).reshape(count, 4)
    out = np.zeros(count, RECORD)
    texture, size, bounds, back, part, looks, steps, color = (out[name] for name in RECORD.names or ())
    bounds[:], ways = _all_where(matrices, parts, numbers[:, 0] >= NEAREST, width, height)
    for k in np.flatnonzero((matrices[:, 6:] != (0, 0, 1)).any(1)).tolist():
        bounds[k], ways[k] = _where_in_space(sprites[k].matrix, sprites[k].part, width, height)
    back[:], part[:], steps[:] = ways, parts, _all_steps(ways)
    looks[:], color[:], texture[:], size[:] = numbers[:, :3], numbers[:, 3], numbers[:, 4], numbers[:, 5:]
    return out.tobytes()


def _all_where(m: Floats, parts: Floats, soft: NDArray[np.bool_], width: int, height: int) -> tuple[Floats, Floats]:
    """Of those that lie flat."""
    linear, moved, margin = m[:, :4].reshape(-1, 2, 2), m[:, 4:6], soft[:, None]
    one, other = linear * parts[:, :2, None], linear * parts[:, 2:, None]
    low, high = np.minimum(one, other), np.maximum(one, other)
    first = np.maximum(0, np.floor(low[:, 0] + low[:, 1] + moved - margin))
    last = np.minimum((width, height), np.ceil(high[:, 0] + high[:, 1] + moved + margin))
    a, b, c, d = m.T[:4]
    det = a * d - c * b
    flat = np.abs(det) < SINGULAR
    det[flat], first[flat], last[flat] = 1, 0, 0
    ways = np.zeros_like(m)
    ways[:, :4] = np.stack((d, -b, -c, a), 1) / det[:, None]
    ways[:, 4:6] = ways[:, :2] * (first - moved)[:, :1] + ways[:, 2:4] * (first - moved)[:, 1:]
    ways[:, 8] = 1
    return np.concatenate((first, last), 1), ways


def _all_steps(back: Floats) -> NDArray[np.int64]:
    upright, in_space = (back[:, 1:3] == 0).all(1), (back[:, 6:8] != 0).any(1)
    large = np.abs(back[:, (0, 3)]).min(1) < LARGE
    return np.where(upright | in_space | large, 256, 16)
