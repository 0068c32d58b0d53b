"""Colour adjustment. Twin of cpu/effects/color_adjust.py."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from render_engine.cpu.effects.color_adjust import mixture, tones
from render_engine.cuda.recolor import recolored
from render_engine.cuda.texture import Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    light, mixing = effect.numbers[:4], effect.numbers[4:]
    tables = tones(*light) * 255
    if mixing == (1.0, 0.0):
        return recolored(texture, tables)
    return recolored(texture, tables, np.column_stack([mixture(*mixing)[::-1, ::-1], np.zeros(3)]))
