"""Two colours by BT.709 luminance, by table."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from render_engine.cpu.straight import Plane, looked_up, mixed, recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

BLUE, RED = 0.0722, 0.2126


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    shadow, highlight = (np.array(color[2::-1]) / 257 for color in effect.colors)
    tables = np.rint(shadow[:, None] + (highlight - shadow)[:, None] * np.arange(256) / 255).astype(np.uint8)
    strength = effect.numbers[0]

    def change(planes: Sequence[Plane]) -> Sequence[Plane]:
        toned = looked_up([_luminance(planes)] * 3, tables)
        return toned if strength == 1 else mixed(toned, planes, strength)

    return recoloured(texture.pixels, change)


def _luminance(planes: Sequence[Plane]) -> Plane:
    blue, green, red = planes
    few = BLUE + RED  # the small shares first: rounding them costs little
    return np.asarray(cv2.addWeighted(cv2.addWeighted(blue, BLUE / few, red, RED / few, 0), few, green, 1 - few, 0))
