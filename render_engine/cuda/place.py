"""A texture through a transform, as one sprite of a draw. Twin of cpu/place.py."""

from __future__ import annotations

from render_engine.cpu.place import SIXTEENTH, halvings, is_whole, only_moves
from render_engine.cuda.launches import BLENDS, KINDS, Sprite, floats, rect
from render_engine.cuda.texture import Texture
from render_engine.display_list import EMPTY, OPAQUE, Rect, Rgba, intersect, whole_pixels
from render_engine.matrix import Box, Matrix, inverse, map_box, multiply, scaling, translation

SOLID_OPACITY = 256
LARGE = 1 / 8  # of a pixel of the texture for each of the target's: so enlarged, 16 steps would show


def place(
    target: Texture,
    texture: Texture,
    m: Matrix,
    opacity: int = OPAQUE,
    blend: str = "normal",
    smooth: bool = True,
    part: Box | None = None,
) -> Sprite | None:
    """`texture` through `m`, which takes its space to the target's; None where nothing of it is seen.

    `part`: the rectangle of its pixels that is drawn; all of them if left out.
    """
    m = multiply(translation(-target.x, -target.y), m)
    canvas = (0, 0, target.width, target.height)
    if is_whole(m) and part is None:
        x, y = int(m[4]) + texture.x, int(m[5]) + texture.y
        return copy(texture, (x, y), intersect((x, y, x + texture.width, y + texture.height), canvas), opacity, blend)
    level = texture.halved(halvings(m, texture.area) if smooth else 0)
    if only_moves(m):
        m = translation(round(m[4] * SIXTEENTH) / SIXTEENTH, round(m[5] * SIXTEENTH) / SIXTEENTH)
    across, down = texture.width / level.width, texture.height / level.height
    m = multiply(m, multiply(translation(texture.x, texture.y), scaling(across, down)))
    x0, y0, x1, y1 = part or (0.0, 0.0, texture.width, texture.height)
    shown = (x0 / across, y0 / down, x1 / across, y1 / down)
    bounds = intersect(whole_pixels(map_box(m, shown), 1), canvas)
    back = inverse(m)
    if bounds == EMPTY or back is None:
        return None
    return Sprite(
        level.image,
        rect(bounds),
        floats(multiply(back, translation(bounds[0], bounds[1]))),
        floats(shown),
        KINDS.index("linear" if smooth else "nearest"),
        BLENDS.index(blend),
        _of_256(opacity),
        _steps(back),
    )


def copy(texture: Texture, at: tuple[int, int], bounds: Rect, opacity: int, blend: str) -> Sprite | None:
    """Whole pixels, the first of which comes to `at` in the target; None where the bounds are empty."""
    if bounds == EMPTY:
        return None
    there = translation(bounds[0] - at[0], bounds[1] - at[1])
    whole = (0.0, 0.0, texture.width, texture.height)
    kind, mode = KINDS.index("copy"), BLENDS.index(blend)
    return Sprite(texture.image, rect(bounds), floats(there), floats(whole), kind, mode, _of_256(opacity))


def fill(bounds: Rect, color: Rgba, opacity: int, blend: str) -> Sprite | None:
    if bounds == EMPTY:
        return None
    shown = word(color, _of_256(opacity) / SOLID_OPACITY)
    kind, mode = KINDS.index("fill"), BLENDS.index(blend)
    return Sprite(bounds=rect(bounds), kind=kind, mode=mode, opacity=SOLID_OPACITY, color=shown)


def word(color: Rgba, opacity: float = 1.0) -> int:
    """A pixel, premultiplied."""
    alpha = color[3] / 65535 * opacity
    red, green, blue = (round(channel / 65535 * alpha * 255) for channel in color[:3])
    return blue | green << 8 | red << 16 | round(alpha * 255) << 24


def _steps(back: Matrix) -> int:
    """Between two pixels, as Qt counts them: 16 where it turns a picture, unless it enlarges it very much."""
    a, b, c, d = back[:4]
    upright, in_space = b == c == 0, back[6] != 0 or back[7] != 0
    return 256 if upright or in_space or min(abs(a), abs(d)) < LARGE else 16


def _of_256(opacity: int) -> int:
    """As Qt counts."""
    return round(opacity * 256 / OPAQUE)
