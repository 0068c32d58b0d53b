"""Gaussian blur in floats, at a smaller size where sigma is large, dithered back to 8 bits."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import to_8_bit
from render_engine.cpu.texture import Pixels
from render_engine.display_list import Effect

FINE = 4.0  # smallest sigma in px of the reduced picture: below, its own sampling would show


def apply(pixels: Pixels, effect: Effect) -> Pixels:
    return to_8_bit(gaussian(pixels.astype(np.float32), effect.numbers[0]))


def gaussian(values: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Blurred; transparent black outside. Reducing and enlarging blur too: sigma is lessened by as much."""
    if sigma <= 0:
        return values
    by = 2 ** max(0, math.floor(math.log2(sigma / FINE))) if sigma > FINE else 1
    height, width = values.shape[:2]
    if by == 1:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT), np.float32)
    below, right = -height % by, -width % by
    padded = cv2.copyMakeBorder(values, 0, below, 0, right, cv2.BORDER_CONSTANT)
    size = ((width + right) // by, (height + below) // by)
    small = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    left_over = math.sqrt(sigma**2 - (by**2 - 1) / 12 - by**2 / 6) / by
    small = cv2.GaussianBlur(small, (0, 0), left_over, borderType=cv2.BORDER_CONSTANT)
    large = cv2.resize(small, (width + right, height + below), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large[:height, :width], np.float32)
