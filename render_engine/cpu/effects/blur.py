"""Gaussian blur in floats, at a smaller size where sigma is large, dithered back to 8 bits.

A large blur works on strips of rows: floats of a whole picture are memory that comes and goes, and clearing it costs more
than the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import SIDE, to_8_bit
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

FINE = 4.0  # smallest sigma in px of the reduced picture: below, its own sampling would show
ROWS = 64  # of a strip, at least


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels = texture.pixels
    sigma = effect.numbers[0]
    by = _reduction(sigma)
    if by == 1:
        return to_8_bit(_blurred(pixels.astype(np.float32), sigma))
    small = _blurred_small(pixels, sigma, by)
    height, width = pixels.shape[:2]
    out = np.empty_like(pixels)
    for top, rows in _enlarged(small, by, height):
        out[top : top + len(rows)] = to_8_bit(rows[:, :width])
    return out


def gaussian(values: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Blurred; transparent black outside."""
    by = _reduction(sigma)
    if by == 1:
        return _blurred(values, sigma)
    out = np.empty_like(values)
    for top, rows in _enlarged(_blurred_small(values, sigma, by), by, len(values)):
        out[top : top + len(rows)] = rows[:, : values.shape[1]]
    return out


def _reduction(sigma: float) -> int:
    return int(2 ** max(0, math.floor(math.log2(sigma / FINE)))) if sigma > FINE else 1


def _blurred(values: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    if sigma <= 0:
        return values
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT), np.float32)


def _blurred_small(pixels: NDArray[np.float32] | Pixels, sigma: float, by: int) -> NDArray[np.float32]:
    """Blurred at a `by`th of the size. Reducing and enlarging blur too: sigma is lessened by as much."""
    height, width = pixels.shape[:2]
    step, right = by * max(1, ROWS // by), -width % by
    small = np.empty((-(-height // by), (width + right) // by, *pixels.shape[2:]), np.float32)
    for top in range(0, height, step):
        strip = pixels[top : top + step].astype(np.float32)
        below = -len(strip) % by
        if below or right:
            strip = np.asarray(cv2.copyMakeBorder(strip, 0, below, 0, right, cv2.BORDER_CONSTANT), np.float32)
        size = (small.shape[1], len(strip) // by)
        small[top // by : top // by + size[1]] = cv2.resize(strip, size, interpolation=cv2.INTER_AREA)
    return _blurred(small, math.sqrt(sigma**2 - (by**2 - 1) / 12 - by**2 / 6) / by)


def _enlarged(small: NDArray[np.float32], by: int, height: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Strips of `by` times as many rows and columns: where each begins, and its rows."""
    rows = SIDE * max(1, ROWS // by // SIDE) if by < SIDE else max(1, ROWS // by)
    for first in range(0, len(small), rows):
        before, last = min(first, 1), min(first + rows, len(small))
        part = small[first - before : last + 1]  # a row more on both sides, which the strip's own rows lean on
        size = (part.shape[1] * by, part.shape[0] * by)
        large = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.float32)
        top = first * by
        yield top, large[before * by :][: min((last - first) * by, height - top)]
