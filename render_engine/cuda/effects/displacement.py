"""Displacement by waves or by a map. Twin of cpu/effects/displacement.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cpu.noise import knots
from render_engine.cuda.launches import Displace
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    memory, out = texture.block.memory, alike(texture)
    most, *noise = effect.numbers
    if noise:
        scale, turns, seed = noise
        area = (texture.x, texture.y, texture.width, texture.height)
        grid, pitch, left, top = knots(*area, scale, turns, int(seed))
        sent = memory.upload(grid)
        where = (sent.address, grid.shape[1], grid.shape[0], 1 / pitch, left, top)
        displace = Displace(texture.image, out.image, texture.image, *where, most)
    else:
        displace = Displace(texture.image, out.image, inputs[0].image, most=most)
    memory.launch("displace", displace, out.width, out.height)
    return out
