"""Another picture patch by patch. Twin of cpu/effects/dissolve.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cpu.effects.dissolve import SOFT, noise
from render_engine.cuda.launches import Dissolve
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    memory, (other,), out = texture.block.memory, inputs, alike(texture)
    share, seed = effect.numbers
    _, top, _, bottom = texture.whole
    size = (texture.width, bottom - top)
    clouds = memory.table(("dissolve", *size, seed), lambda: noise(*size, int(seed)))
    first = clouds.address + (texture.y - top) * texture.width
    dissolve = Dissolve(texture.image, other.image, out.image, first, share, SOFT)
    memory.launch("dissolve", dissolve, out.width, out.height)
    return out
