"""Two colours by BT.709 luminance. It is linear in each channel, so one matrix does all of it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from render_engine.cpu.straight import Plane, recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

LUMINANCE = np.array([0.0722, 0.7152, 0.2126])  # of blue, green, red


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    shadow, highlight = (np.array(color[2::-1]) / 257 for color in effect.colors)
    strength = effect.numbers[0]
    toned = np.outer((highlight - shadow) / 255, LUMINANCE)
    matrix = np.column_stack([strength * toned + (1 - strength) * np.eye(3), strength * shadow])

    def change(planes: Sequence[Plane]) -> Sequence[Plane]:
        return cv2.split(cv2.transform(cv2.merge(planes), matrix))

    return recoloured(texture.pixels, change)
