"""Look-up tables: 1D by channel, 3D by tetrahedra. Twin of cpu/effects/lut.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cpu.effects.lut import by_channel
from render_engine.cuda.launches import Cube, floats
from render_engine.cuda.recolor import recolored
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    (table,), strength, domain = effect.tables, effect.numbers[0], effect.numbers[1:]
    if len(table.shape) == 2:
        return recolored(texture, by_channel(table, domain), strength=strength)
    memory, out = texture.block.memory, alike(texture)
    entries = memory.table(table.digest, lambda: table.values)
    least, most = floats(domain[:3]), floats(domain[3:])
    cube = Cube(texture.image, out.image, entries.address, least, most, table.shape[0], strength)
    memory.launch("cube", cube, out.width, out.height)
    return out
