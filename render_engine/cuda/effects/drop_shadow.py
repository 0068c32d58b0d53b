"""Drop shadow. Twin of cpu/effects/drop_shadow.py."""

from __future__ import annotations

import math
from collections.abc import Sequence

from render_engine.cuda.launches import Shadow, Shift, floats
from render_engine.cuda.soft import blurred
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    memory, moved, out = texture.block.memory, alike(texture), alike(texture)
    dx, dy, sigma = effect.numbers
    x, y = math.floor(dx), math.floor(dy)
    memory.launch("shift_alpha", Shift(texture.image, moved.image, x, y, dx - x, dy - y), out.width, out.height)
    soft = blurred(moved, sigma)
    red, green, blue, alpha = (channel / 65535 for channel in effect.colors[0])
    color = floats((blue * alpha, green * alpha, red * alpha, alpha))
    memory.launch("drop_shadow", Shadow(soft.soft, texture.image, out.image, color), out.width, out.height)
    return out
