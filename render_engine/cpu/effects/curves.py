"""Curves by table: three times 256 entries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.straight import looked_up, recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    found = tables(effect)
    return recoloured(texture.pixels, lambda planes: looked_up(planes, found))


def tables(effect: Effect) -> NDArray[np.uint8]:
    """(3, 256): of blue, green, red."""
    curves = np.frombuffer(effect.tables[0].values, np.float32).reshape(effect.tables[0].shape)
    return np.rint(np.clip(curves[::-1], 0, 1) * 255).astype(np.uint8)
