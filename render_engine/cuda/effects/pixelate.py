"""Mosaic. Twin of cpu/effects/pixelate.py."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from render_engine.cpu.effects.pixelate import cells
from render_engine.cuda.launches import Mosaic
from render_engine.cuda.memory import Block, Memory
from render_engine.cuda.texture import Texture, alike, empty
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    memory, out = texture.block.memory, alike(texture)
    side, width, height = effect.numbers
    across, columns, column_of = _squares(memory, texture.x, texture.width, side, width)
    down, rows, row_of = _squares(memory, texture.y, texture.height, side, height)
    squares, sums = empty(memory, across, down), memory.block(across * texture.height * 16)
    addresses = (sums.address, columns.address, rows.address, column_of.address, row_of.address)
    mosaic = Mosaic(texture.image, out.image, *addresses, squares.image)
    memory.launch("mosaic_rows", mosaic, across, texture.height)
    memory.launch("mosaic_squares", mosaic, across, down)
    memory.launch("mosaic_show", mosaic, out.width, out.height)
    return out


def _squares(memory: Memory, first: int, length: int, side: float, whole: float) -> tuple[int, Block, Block]:
    """How many there are along one side, where they begin and the last one ends, and which one each px lies in."""
    edges = np.append(cells(first, length, side, whole), length).astype(np.int32)
    which = np.repeat(np.arange(len(edges) - 1, dtype=np.int32), np.diff(edges))
    return len(edges) - 1, memory.upload(edges), memory.upload(which)
