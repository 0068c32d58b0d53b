"""A texture through a transform, as one sprite of a draw. Twin of cpu/place.py."""

from __future__ import annotations

from typing import NamedTuple

from render_engine.cpu.place import SIXTEENTH, halvings, is_whole, only_moves
from render_engine.cuda.launches import BLENDS, KINDS
from render_engine.cuda.texture import Texture
from render_engine.display_list import EMPTY, OPAQUE, Rect, Rgba, intersect
from render_engine.matrix import IDENTITY, Box, Matrix, multiply, scaling, translation

SOLID_OPACITY = 256
FILL, COPY, NEAREST, LINEAR = range(len(KINDS))
MODES = {blend: number for number, blend in enumerate(BLENDS)}


class Sprite(NamedTuple):
    """A part of a texture (px of it) through a transform to px of the target: records.py makes of it what the kernel takes."""

    texture: Texture | None  # that has to stay until it is drawn; none: one colour
    numbers: tuple[
        int, int, int, int, int, int, int
    ]  # kind, mode, opacity of 256, colour, the texture's address and size
    matrix: Matrix
    part: Box


def place(
    area: Rect,
    texture: Texture,
    m: Matrix,
    opacity: int = OPAQUE,
    blend: str = "normal",
    smooth: bool = True,
    part: Box | None = None,
) -> Sprite | None:
    """`texture` through `m`, which takes its space to that of the target, which has this area; None where it is outside.

    `part`: the rectangle of its pixels that is drawn; all of them if left out.
    """
    if area[0] or area[1]:
        m = multiply(translation(-area[0], -area[1]), m)
    if only_moves(m):
        if part is None and is_whole(m):
            x, y = int(m[4]) + texture.x, int(m[5]) + texture.y
            shown = (x, y, x + texture.width, y + texture.height)
            return copy(texture, (x, y), intersect(shown, at_origin(area)), opacity, blend)
        m = translation(round(m[4] * SIXTEENTH) / SIXTEENTH, round(m[5] * SIXTEENTH) / SIXTEENTH)
    times = halvings(m, texture.area) if smooth else 0
    x0, y0, x1, y1 = part or (0.0, 0.0, texture.width, texture.height)
    if texture.x or texture.y:
        m = multiply(m, translation(texture.x, texture.y))
    if times:
        level = texture.halved(times)
        across, down = texture.width / level.width, texture.height / level.height
        texture, m = level, multiply(m, scaling(across, down))
        x0, y0, x1, y1 = x0 / across, y0 / down, x1 / across, y1 / down
    looks = (LINEAR if smooth else NEAREST, MODES[blend], _of_256(opacity), 0)
    return Sprite(texture, looks + texture.where, m, (x0, y0, x1, y1))


def copy(texture: Texture, at: tuple[int, int], bounds: Rect, opacity: int, blend: str) -> Sprite | None:
    """Whole pixels, the first of which comes to `at` in the target; None where the bounds are empty."""
    if bounds == EMPTY:
        return None
    part = (bounds[0] - at[0], bounds[1] - at[1], bounds[2] - at[0], bounds[3] - at[1])
    looks = (COPY, MODES[blend], _of_256(opacity), 0)
    return Sprite(texture, looks + texture.where, translation(*at), part)


def fill(bounds: Rect, color: Rgba, opacity: int, blend: str) -> Sprite | None:
    if bounds == EMPTY:
        return None
    shown = word(color, _of_256(opacity) / SOLID_OPACITY)
    return Sprite(None, (FILL, MODES[blend], SOLID_OPACITY, shown, 0, 0, 0), IDENTITY, bounds)


def at_origin(area: Rect) -> Rect:
    return (0, 0, area[2] - area[0], area[3] - area[1])


def word(color: Rgba, opacity: float = 1.0) -> int:
    """A pixel, premultiplied."""
    alpha = color[3] / 65535 * opacity
    red, green, blue = (round(channel / 65535 * alpha * 255) for channel in color[:3])
    return blue | green << 8 | red << 16 | round(alpha * 255) << 24


def _of_256(opacity: int) -> int:
    """As Qt counts."""
    return round(opacity * 256 / OPAQUE)
