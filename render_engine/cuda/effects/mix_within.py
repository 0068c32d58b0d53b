"""Another picture inside an outline. Twin of cpu/effects/mix_within.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cuda.effects.clip import mask
from render_engine.cuda.launches import Share
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    (other,), out = inputs, alike(texture)
    inside = mask(texture, effect)
    share = Share(texture.image, other.image, out.image, 0, inside.address)
    texture.block.memory.launch("share", share, out.width, out.height)
    return out
