"""Where ops stand on a target's pixels: geometry that compositors share, and that draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from render_engine.cpu.place import is_upright, only_moves
from render_engine.display_list import OPAQUE, Gradient, Group, Op, Picture, Rect, Shape, Solid, intersect
from render_engine.matrix import Box, Matrix, map_box, multiply, scaling, translation

LARGEST = 1 << 25  # px of a picture made at the size it is shown at: a frame of 8K
SOFT = 32.0  # sigma in px
ALIGNED = 1 / 64  # an edge this near to a pixel's edge stands on it


def straight(op: Shape, picture: Picture) -> tuple[Rect, Rect] | None:
    """Where an upright picture on whole pixels is shown and cut; None where it has to be sampled.

    One that is shown very large is sampled too: most of it is out of sight, and need not be made.
    """
    if not is_upright(op.matrix):
        return None
    whole = multiply(op.matrix, picture.matrix)
    shown = aligned(map_box(whole, (0.0, 0.0, picture.width, picture.height)))
    crop = aligned(map_box(op.matrix, op.path.box))
    if not (shown and crop and is_upright(whole) and picture.smooth):
        return None
    return (shown, crop) if (shown[2] - shown[0]) * (shown[3] - shown[1]) <= LARGEST else None


def softly(op: Group) -> Matrix:
    """Where the group is put. After so wide a blur half a pixel changes no value by two levels: whole pixels will do."""
    last = op.effects[-1] if op.effects else None
    if last is None or last.name != "blur" or last.numbers[0] < SOFT or not only_moves(op.matrix):
        return op.matrix
    return translation(round(op.matrix[4]), round(op.matrix[5]))


def hides(op: Op, clip: Rect, is_opaque: Callable[[Picture], bool]) -> bool:
    """Whether nothing below the op can be seen in `clip`."""
    if not (isinstance(op, Shape) and op.opacity == OPAQUE and op.blend == "normal" and op.path.is_rectangle):
        return False
    rect = pixel_rect(op.matrix, op.path.box)
    if rect is None or intersect(rect, clip) != clip:
        return False
    if isinstance(op.fill, Picture):
        # a picture of another shape than the rectangle leaves bars beside it
        part = used(op.path.box, op.fill.matrix, op.fill.width, op.fill.height)
        filled = part is not None and pixel_rect(multiply(op.matrix, op.fill.matrix), part) == rect
        return filled and is_opaque(op.fill)
    colors = [color for _, color in op.fill.stops] if isinstance(op.fill, Gradient) else []
    colors += [op.fill.color] if isinstance(op.fill, Solid) else []
    return bool(colors) and all(color[3] == 65535 for color in colors) and op.stroke is None


def aligned(box: tuple[float, float, float, float] | None) -> Rect | None:
    """The box in whole pixels, where all its edges stand on pixels' edges."""
    if box is None:
        return None
    edges = tuple(round(edge) for edge in box)
    if any(abs(edge - exact) > ALIGNED for edge, exact in zip(edges, box, strict=True)):
        return None
    return (edges[0], edges[1], edges[2], edges[3]) if edges[0] < edges[2] and edges[1] < edges[3] else None


def pixel_rect(m: Matrix, box: tuple[float, float, float, float]) -> Rect | None:
    if m[1] or m[2] or m[6] or m[7]:
        return None
    return aligned(map_box(m, box))


@lru_cache(maxsize=1024)
def used(box: Box, m: Matrix, width: float, height: float) -> Box | None:
    """The part of a picture (its px), placed by `m`, inside an op's rectangle; None where the two are turned."""
    if m[1] or m[2] or m[6] or m[7] or m[0] <= 0 or m[3] <= 0:
        return None
    x0, y0, x1, y1 = box
    part = (
        max(0.0, (x0 - m[4]) / m[0]),
        max(0.0, (y0 - m[5]) / m[3]),
        min(width, (x1 - m[4]) / m[0]),
        min(height, (y1 - m[5]) / m[3]),
    )
    near = 1e-3
    whole = (0.0, 0.0, width, height)
    if all(abs(a - b) < near for a, b in zip(part, whole, strict=True)):
        return whole
    return part if part[0] < part[2] and part[1] < part[3] else None


@lru_cache(maxsize=1024)
def fitted(shown: Box, width: float, height: float, across: int, down: int) -> tuple[Matrix, Box | None]:
    """From a texture of so many pixels to the picture's own; the part of the texture that is used, None for all."""
    x, y = across / width, down / height
    part = None if shown == (0.0, 0.0, width, height) else (shown[0] * x, shown[1] * y, shown[2] * x, shown[3] * y)
    return scaling(width / across, height / down), part
