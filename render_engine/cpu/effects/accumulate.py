"""The mean of the texture and of what is drawn beside it: one picture of several moments, summed in 16 bits."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from render_engine.cpu.dither import from_16_bit
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

ROWS = 64


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    """`effect.numbers`: of how many pictures; those that are not there are transparent."""
    (count,) = effect.numbers
    total = texture.pixels.astype(np.uint16)
    for pixels in inputs:
        cv2.add(total, pixels, dst=total, dtype=cv2.CV_16U)
    for top in range(0, texture.height, ROWS):
        strip = total[top : top + ROWS]
        fine = cv2.addWeighted(strip, 256 / count, strip, 0, 0, dtype=cv2.CV_16U)
        texture.pixels[top : top + ROWS] = from_16_bit(np.asarray(fine, np.uint16))
    return texture.pixels
