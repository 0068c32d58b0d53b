"""Gaussian blur at a smaller size where sigma is large: halved again and again, blurred in floats, enlarged in 16 bits,
and dithered back to 8.

It works on strips of rows: a whole picture in 16 bits is memory that comes and goes, and clearing it costs more than
the arithmetic. tests/render/test_effects_spatial.py compares it with the exact convolution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import SIDE, from_16_bit
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

# from which sigma in px on how many times smaller: 45 dB from the exact blur and more, for as little work as that takes
REDUCTIONS = ((512.0, 32), (32.0, 16), (11.0, 8), (4.5, 4), (1.8, 2), (0.0, 1))
ROWS = 128  # of a strip, at least
LEVEL = 256  # of 8 bits, in 16

Fine = NDArray[np.uint16]  # values of 8 bits times LEVEL
Floats = NDArray[np.float32]


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    return blurred(texture.pixels, effect.numbers[0])


def blurred(pixels: Pixels, sigma: float, border: int = cv2.BORDER_CONSTANT) -> Pixels:
    """(height, width, channels), or (height, width); outside it is transparent black, unless the edge goes on."""
    by = reduction(sigma)
    if by <= 2:
        return _in_8_bits(pixels, sigma, by, border)
    out = np.empty_like(pixels)
    for top, rows in enlarged(reduced(pixels, sigma, by, border), by, pixels.shape):
        out[top : top + len(rows)] = from_16_bit(rows)
    return out


def gaussian(values: Floats, sigma: float) -> Floats:
    """The same of floats in 0…255."""
    by = reduction(sigma)
    if by == 1:
        return _convolved(values, sigma)
    out = np.empty_like(values)
    for top, rows in enlarged(reduced(values, sigma, by), by, values.shape):
        out[top : top + len(rows)] = rows * np.float32(1 / LEVEL)
    return out


def reduction(sigma: float) -> int:
    """How many times smaller a picture is blurred: a power of two."""
    least, by = next(step for step in REDUCTIONS if sigma >= step[0])
    return by if by < 32 else min(ROWS, by * int(2 ** math.floor(math.log2(sigma / least))))


def reduced(pixels: Pixels | Floats, sigma: float, by: int, border: int = cv2.BORDER_CONSTANT) -> Fine:
    """Blurred at a `by`th of the size, with a row and a column of what lies outside on each side.

    Each px of it is the mean of `by` × `by`; taking means and enlarging blur too: sigma is lessened by as much.
    """
    height, width = pixels.shape[:2]
    step, right = by * max(1, ROWS // by), -width % by
    small = np.empty((-(-height // by), (width + right) // by, *pixels.shape[2:]), np.float32)
    for top in range(0, height, step):
        strip = pixels[top : top + step].astype(np.float32)
        below = -len(strip) % by
        if below or right:
            strip = np.asarray(cv2.copyMakeBorder(strip, 0, below, 0, right, border), np.float32)
        first = top // by
        small[first : first + len(strip) // by] = _halved(strip, by)
    wide = np.asarray(cv2.copyMakeBorder(small, 1, 1, 1, 1, border), np.float32)
    return (_convolved(wide, lessened(sigma, by), border) * np.float32(LEVEL) + np.float32(0.5)).astype(np.uint16)


def lessened(sigma: float, by: int) -> float:
    """In px of the reduced picture."""
    means, between = (by**2 - 1) / 12, (2 * by**2 + 1) / 12 if by > 1 else 0.0
    return math.sqrt(sigma**2 - means - between) / by


def _halved(strip: Floats, by: int) -> Floats:
    while by > 1:
        size = (strip.shape[1] // 2, len(strip) // 2)
        strip, by = np.asarray(cv2.resize(strip, size, interpolation=cv2.INTER_AREA), np.float32), by // 2
    return strip


def enlarged(small: Fine, by: int, shape: tuple[int, ...]) -> Iterator[tuple[int, Fine]]:
    """Strips of a picture of this shape: where each begins, and its rows. Their heights go into the dither's pattern."""
    rows = max(SIDE, ROWS) // by if by < ROWS else 1
    for first in range(1, len(small) - 1, rows):
        part = small[first - 1 : first + rows + 1]  # a row more on both sides, which the strip's own rows lean on
        large = cv2.resize(part, (part.shape[1] * by, part.shape[0] * by), interpolation=cv2.INTER_LINEAR)
        top = (first - 1) * by
        yield top, np.asarray(large, np.uint16)[by : min(len(large) - by, by + shape[0] - top), by : by + shape[1]]


def _in_8_bits(pixels: Pixels, sigma: float, by: int, border: int) -> Pixels:
    """A narrow blur shows no steps that the picture has not."""
    if by == 1:
        return np.asarray(_smoothed(pixels, sigma, border), np.uint8)
    height, width = pixels.shape[:2]
    sides = (by, by + -height % by, by, by + -width % by)
    wide = cv2.copyMakeBorder(pixels, *sides, border)
    size = (wide.shape[1] // by, wide.shape[0] // by)
    small = _smoothed(cv2.resize(wide, size, interpolation=cv2.INTER_AREA), lessened(sigma, by), border)
    large = cv2.resize(small, (wide.shape[1], wide.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(large[by : by + height, by : by + width], np.uint8)


def _convolved(values: Floats, sigma: float, border: int = cv2.BORDER_CONSTANT) -> Floats:
    return np.asarray(_smoothed(values, sigma, border), np.float32)


def _smoothed(values: cv2.typing.MatLike, sigma: float, border: int) -> cv2.typing.MatLike:
    side = 2 * math.ceil(3.2 * sigma) + 1
    return cv2.GaussianBlur(values, (side, side), sigma, borderType=border) if sigma > 0 else values
