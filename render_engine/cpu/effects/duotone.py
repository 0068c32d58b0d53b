"""Two colours by BT.709 luminance, by table."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.straight import recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

LUMINANCE = np.array([[0.0722, 0.7152, 0.2126]])  # of blue, green, red


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    shadow, highlight = (np.array(color[2::-1]) / 257 for color in effect.colors)
    share = np.arange(256)[:, None] / 255
    table = np.rint(shadow + (highlight - shadow) * share).astype(np.uint8)[:, None]
    strength = effect.numbers[0]

    def change(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
        toned = cv2.applyColorMap(cv2.transform(colors, LUMINANCE), table)
        return np.asarray(cv2.addWeighted(toned, strength, colors, 1 - strength, 0), np.uint8)

    return recoloured(texture.pixels, change)
