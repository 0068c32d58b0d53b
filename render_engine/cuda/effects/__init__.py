"""Effects on the card, one file each, of the same names as in render_engine/cpu/effects.

Each has `apply(texture, effect, inputs) -> Texture`: a new one. `inputs`: what the effect's own ops drew, in the texture's
place and size.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from render_engine.cuda.texture import Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    made: Texture = import_module(f"{__name__}.{effect.name}").apply(texture, effect, inputs)
    return made
