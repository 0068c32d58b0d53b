"""Two colours by BT.709 luminance. It is linear in each channel, so one matrix does all of it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.straight import Plane, recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

LUMINANCE = np.array([0.0722, 0.7152, 0.2126])  # of blue, green, red


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    matrix = toned(effect)

    def change(planes: Sequence[Plane]) -> Sequence[Plane]:
        return cv2.split(cv2.transform(cv2.merge(planes), matrix))

    return recoloured(texture.pixels, change)


def toned(effect: Effect) -> NDArray[np.float64]:
    """(3, 4) over blue, green, red and a constant."""
    shadow, highlight = (np.array(color[2::-1]) / 257 for color in effect.colors)
    strength = effect.numbers[0]
    tones = np.outer((highlight - shadow) / 255, LUMINANCE)
    return np.column_stack([strength * tones + (1 - strength) * np.eye(3), strength * shadow])
