"""What of a frame can be seen: ops that leave no trace on the canvas stand in no display list, and so in no digest.

That is: what lies outside, what is wholly transparent, and what lies under something opaque that fills the canvas.
A change to any of it changes no frame: an op is blended with what lies beneath it, and a backdrop reads it further
than it shows it, but never beyond the canvas.
"""

from __future__ import annotations

from collections.abc import Mapping

from render_engine.display_list import (
    EMPTY,
    OPAQUE,
    Backdrop,
    Glyphs,
    Gradient,
    Group,
    Op,
    Paint,
    Picture,
    Rect,
    Shape,
    Solid,
    intersect,
    stands_on,
)
from render_engine.matrix import Box, Matrix, map_box, multiply
from render_engine.media.medium import Medium

OPAQUE_CHANNEL = 65535
NEAR = 1 / 64  # px: as near to the canvas's edge as the compositor takes for standing on it


def in_sight(ops: tuple[Op, ...], canvas: Rect, media: Mapping[str, Medium]) -> tuple[tuple[Op, ...], bool]:
    """The ops that can be seen, and whether the lowest of them hides all that lies under it."""
    kept: list[Op] = []
    for op in reversed(ops):
        if _leaves_a_trace(op, canvas):
            kept.append(op)
            if isinstance(op, Shape) and _hides(op, canvas, media):
                return tuple(reversed(kept)), True
    return (ops if len(kept) == len(ops) else tuple(reversed(kept))), False


def _leaves_a_trace(op: Op, canvas: Rect) -> bool:
    if op.opacity == 0 or not (stands_on(op, canvas) or intersect(op.bounds, canvas) != EMPTY):
        return False
    if isinstance(op, Group):
        return bool(op.items)
    if isinstance(op, Backdrop):
        return bool(op.path.points)
    if isinstance(op, Glyphs) and any(run.color for run in op.runs):
        return True  # painted in the font's own colours
    if isinstance(op, Shape) and not op.path.points:
        return False
    return _shows(op.fill) or (op.stroke is not None and _shows(op.stroke.paint))


def _shows(paint: Paint | None) -> bool:
    return not (paint is None or (isinstance(paint, Solid) and paint.color[3] == 0))


def _hides(op: Shape, canvas: Rect, media: Mapping[str, Medium]) -> bool:
    """Whether the canvas is the same whatever lies under the op: an upright opaque rectangle over all of it."""
    if op.opacity != OPAQUE or op.blend != "normal" or op.stroke is not None or not op.path.is_rectangle:
        return False
    if not _fills(op.matrix, op.path.box, canvas):
        return False
    fill = op.fill
    if isinstance(fill, Solid):
        return fill.color[3] == OPAQUE_CHANNEL
    if isinstance(fill, Gradient):
        return all(color[3] == OPAQUE_CHANNEL for _, color in fill.stops)
    return (
        isinstance(fill, Picture)
        and _is_opaque(fill, media)
        and _fills(multiply(op.matrix, fill.matrix), (0.0, 0.0, fill.width, fill.height), canvas)
    )


def _is_opaque(picture: Picture, media: Mapping[str, Medium]) -> bool:
    """Whether a video is known to let nothing through; of a still picture nobody has asked."""
    medium = media.get(picture.source)
    return medium is not None and medium.video is not None and not medium.video.has_alpha


def _fills(m: Matrix, box: Box, canvas: Rect) -> bool:
    if m[1] or m[2] or m[6] or m[7]:
        return False
    edges = map_box(m, box)
    assert edges is not None
    return (
        edges[0] <= canvas[0] + NEAR
        and edges[1] <= canvas[1] + NEAR
        and edges[2] >= canvas[2] - NEAR
        and edges[3] >= canvas[3] - NEAR
    )
