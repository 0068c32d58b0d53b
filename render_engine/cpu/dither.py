"""From fine values to 8 bits by a fixed pattern of position, so that slow gradients show no steps.

The same threshold serves all channels of a pixel, so a premultiplied colour never exceeds its alpha.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 16


def _bayer(side: int) -> NDArray[np.float32]:
    matrix = np.zeros((1, 1))
    while matrix.shape[0] < side:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return ((matrix + 0.5) / matrix.size).astype(np.float32)


BAYER = _bayer(SIDE)


def thresholds(height: int, width: int, y: int = 0) -> NDArray[np.float32]:
    """(height, width, 1) in 0…1, for rows that begin at `y`."""
    rows = BAYER[(np.arange(height) + y) % SIDE]
    return np.tile(rows, (1, -(-width // SIDE)))[:, :width, None]


TILED = (np.tile(BAYER, (8, 1)) * 256).astype(np.uint16)  # rows enough for a strip


@lru_cache(maxsize=8)
def _fine_thresholds(width: int, channels: int) -> NDArray[np.uint16]:
    rows = np.tile(TILED, (1, -(-width // SIDE)))[:, :width]
    return np.ascontiguousarray(np.repeat(rows[:, :, None], channels, 2)) if channels else rows


def from_16_bit(values: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Values in 0…255 × 256 to whole ones whose mean is theirs; up to 128 rows, the first of which stands on a 16th.

    They fit 8 bits: to be copied there.
    """
    pattern = _fine_thresholds(values.shape[1], values.shape[2] if values.ndim == 3 else 0)
    fine = np.asarray(cv2.add(values, pattern[: len(values)]), np.uint16)
    return np.right_shift(fine, 8, out=fine)


def to_8_bit(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Values in 0…255, (height, width, channels), to bytes whose mean is theirs."""
    height, width = values.shape[:2]
    fine = values + thresholds(height, width)
    np.clip(fine, 0, 255, out=fine)
    return fine.astype(np.uint8)
