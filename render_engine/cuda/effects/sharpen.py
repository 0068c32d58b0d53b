"""Unsharp mask. Twin of cpu/effects/sharpen.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cuda.launches import Sharpen
from render_engine.cuda.soft import blurred
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    strength, sigma = effect.numbers
    soft, out = blurred(texture, sigma), alike(texture)
    sharpen = Sharpen(soft.soft, texture.image, out.image, strength)
    texture.block.memory.launch("sharpen", sharpen, out.width, out.height)
    return out
