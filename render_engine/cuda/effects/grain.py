"""Grain: the processor's tile, sent once. Twin of cpu/effects/grain.py."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from render_engine.cpu.effects.grain import SIDE, offset, tile
from render_engine.cuda.launches import Grain
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    memory, out = texture.block.memory, alike(texture)
    strength, size, seed, step, monochrome = effect.numbers
    channels = 1 if monochrome else 3
    tiles = memory.table(
        ("grain", strength, size, seed, channels),
        lambda: np.stack([np.stack(side) for side in tile(strength, size, int(seed), bool(monochrome))]),
    )
    darker = tiles.address + channels * SIDE * SIDE
    dx, dy = offset(int(seed), int(step))
    x, y = (texture.x + dx) % SIDE, (texture.y + dy) % SIDE
    grain = Grain(texture.image, out.image, tiles.address, darker, SIDE, channels, x, y)
    memory.launch("grain", grain, out.width, out.height)
    return out
