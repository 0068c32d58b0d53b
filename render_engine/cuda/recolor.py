"""Colours by tables and a matrix: what most effects of colour are. Twin of cpu/straight.py."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render_engine.cuda.launches import Recolor, floats
from render_engine.cuda.texture import Texture, alike

LEVELS = np.tile(np.arange(256, dtype=np.float32), (3, 1))  # tables that change nothing
IDENTITY = np.eye(3, 4)


def recolored(
    texture: Texture, tables: NDArray[Any], matrix: NDArray[np.float64] = IDENTITY, strength: float = 1.0
) -> Texture:
    """`tables`: (3, 256) what each level of blue, green and red becomes, 0…255; `matrix`: (3, 4) of what they became."""
    memory, out = texture.block.memory, alike(texture)
    values = tables.astype(np.float32)
    sent = memory.table(("recolor", values.tobytes()), lambda: values)
    rows = floats(matrix.reshape(-1).tolist())
    recolor = Recolor(texture.image, out.image, sent.address, rows, strength)
    memory.launch("recolor", recolor, out.width, out.height)
    return out
