"""The picture through any plane transform. Twin of cpu/effects/warp.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cuda.launches import Warp, floats, rect
from render_engine.cuda.texture import Texture, alike, cleared
from render_engine.display_list import EMPTY, Effect, Rect, intersect, whole_pixels
from render_engine.matrix import Matrix, inverse, map_box, multiply, translation


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    a, b, c, d, e, f, g, h, i = effect.numbers
    matrix: Matrix = (a, b, c, d, e, f, g, h, i)
    x, y = texture.x, texture.y
    # beyond this box, a plane that goes on behind the eye would be seen a second time, mirrored
    seen = intersect(whole_pixels(map_box(matrix, texture.area), 1), texture.area)
    bounds = (seen[0] - x, seen[1] - y, seen[2] - x, seen[3] - y) if seen != EMPTY else EMPTY
    there = multiply(multiply(translation(-x - 0.5, -y - 0.5), matrix), translation(x + 0.5, y + 0.5))
    return warped(texture, texture, there, bounds)


def warped(texture: Texture, level: Texture, there: Matrix, bounds: Rect) -> Texture:
    """`there`: from the level's px to the texture's, both counted from the centres of pixels."""
    back = inverse(there)
    if back is None:
        return cleared(texture)
    out = alike(texture)
    arguments = Warp(level.image, out.image, floats(back), rect(bounds))
    texture.block.memory.launch("warp", arguments, out.width, out.height)
    return out
