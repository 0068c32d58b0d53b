"""A vignette. Twin of cpu/effects/vignette.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cuda.launches import Vignette, floats
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    out = alike(texture)
    strength, clear, width, height = effect.numbers
    tint = floats([channel / 65535 for channel in effect.colors[0][2::-1]])
    shade = Vignette(texture.image, out.image, texture.x, texture.y, width, height, strength, clear, tint)
    texture.block.memory.launch("vignette", shade, out.width, out.height)
    return out
