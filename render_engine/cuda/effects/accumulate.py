"""The mean of several moments, summed in 16 bits. Twin of cpu/effects/accumulate.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cuda.launches import Accumulate, Mean
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    memory, out = texture.block.memory, alike(texture)
    sums = memory.block(texture.width * texture.height * 8)
    memory.launch("accumulate", Accumulate(texture.image, sums.address, 1), out.width, out.height)
    for picture in inputs:
        memory.launch("accumulate", Accumulate(picture.image, sums.address, 0), out.width, out.height)
    memory.launch("mean", Mean(out.image, sums.address, effect.numbers[0]), out.width, out.height)
    return out
