"""Gaussian blur of a picture that ends nowhere. Twin of cpu/effects/blur_within.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cuda.effects import blur
from render_engine.cuda.texture import Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    return blur.apply(texture, effect, inputs, goes_on=True)
