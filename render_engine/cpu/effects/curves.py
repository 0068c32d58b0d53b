"""Curves by table: three times 256 entries."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from render_engine.cpu.straight import recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    curves = np.frombuffer(effect.tables[0].values, np.float32).reshape(effect.tables[0].shape)
    table = np.rint(np.clip(curves[::-1].T, 0, 1) * 255).astype(np.uint8)[None]
    return recoloured(texture.pixels, lambda colors: np.asarray(cv2.LUT(colors, table), np.uint8))
