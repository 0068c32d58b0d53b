"""The pixels of effects, one file each, of the same names as in render_engine/effects.

Each has `apply(texture, effect, inputs) -> pixels`: of the texture's size, a new array or the texture's own, changed.
`inputs`: what the effect's own ops drew, in the texture's place and size.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels: Pixels = import_module(f"{__name__}.{effect.name}").apply(texture, effect, inputs)
    return pixels
