"""A share of another picture. Twin of cpu/effects/mix.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cuda.launches import Share
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    (share,), (other,), out = effect.numbers, inputs, alike(texture)
    texture.block.memory.launch("share", Share(texture.image, other.image, out.image, share, 0), out.width, out.height)
    return out
