"""Gaussian blur. Twin of cpu/effects/blur.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cuda.launches import Blur
from render_engine.cuda.soft import blurred
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture], *, goes_on: bool = False) -> Texture:
    soft, out = blurred(texture, effect.numbers[0], goes_on=goes_on), alike(texture)
    texture.block.memory.launch("blur", Blur(soft.soft, out.image), out.width, out.height)
    return out
