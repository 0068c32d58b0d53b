"""Chroma key. Twin of cpu/effects/chroma_key.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cpu.effects.chroma_key import SHARP
from render_engine.cuda.launches import ChromaKey, floats
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    out = alike(texture)
    key = floats([channel / 65535 for channel in effect.colors[0][2::-1]])
    tolerance, softness, spill = effect.numbers
    keyed = ChromaKey(texture.image, out.image, key, tolerance, max(softness, SHARP), spill)
    texture.block.memory.launch("chroma_key", keyed, out.width, out.height)
    return out
