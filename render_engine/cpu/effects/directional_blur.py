"""Directional blur: sheared so that its lines are rows, a running mean along them, and sheared back.

So any length costs the same. The rows are stretched a little, so that the line is a whole, odd number of px: a length
that is animated changes without steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from render_engine.cpu.dither import from_16_bit
from render_engine.cpu.effects.blur import LEVEL, ROWS
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

MOST = 257  # px whose sum fits 16 bits
COLUMNS = 256  # sheared at a time where the lines are steep; a multiple of the dither's side


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    x, y = effect.numbers
    if abs(x) >= abs(y):
        return _along_rows(texture.pixels, x, y / x)
    turned = np.asarray(cv2.transpose(texture.pixels), np.uint8)
    return np.asarray(cv2.transpose(_along_rows(turned, y, x / y)), np.uint8)


def _along_rows(pixels: Pixels, across: float, slope: float) -> Pixels:
    """`across`: of the line, px; `slope`: px that it falls for each px across, at most 1 either way."""
    height, width = pixels.shape[:2]
    out = np.empty_like(pixels)
    if slope == 0 and 1 <= abs(across) <= MOST - 2:
        _level(pixels, out, abs(across))
        return out
    columns = COLUMNS if abs(slope) * width > height / 4 else width
    for left in range(0, width, columns):
        _smear(pixels, out, left, min(columns, width - left), abs(across), slope)
    return out


def _level(pixels: Pixels, out: Pixels, long: float) -> None:
    """Lines that are rows: the mean over an odd number of px, and over two more, mixed so that it is `long` px in all."""
    short = 2 * math.floor((long - 1) / 2) + 1
    more = (long - short) / 2  # of the px at either end
    for top in range(0, len(pixels), ROWS):
        rows = pixels[top : top + ROWS]
        one, other = (
            cv2.boxFilter(rows, cv2.CV_16U, (side, 1), normalize=False, borderType=cv2.BORDER_CONSTANT)
            for side in (short, short + 2)
        )
        fine = cv2.addWeighted(one, LEVEL * (1 - more) / long, other, LEVEL * more / long, 0)
        out[top : top + ROWS] = from_16_bit(np.asarray(fine, np.uint16))


def _smear(pixels: Pixels, out: Pixels, left: int, columns: int, across: float, slope: float) -> None:
    """Some columns of the result: sheared whole, the picture would be mostly empty."""
    height, long = len(pixels), max(1.0, across)
    samples = min(MOST, max(3, 2 * round((long - 1) / 2) + 1))
    stretch, side = samples / long, math.ceil(long / 2) + 1
    first, wide = left - side, columns + 2 * side
    down = max(0.0, slope * wide)
    half = (1 / stretch - 1) / 2  # from the middle of a px to the middle of another
    level = np.array([[1 / stretch, 0, half + first], [slope / stretch, 1, slope * half - down]])
    size = (math.ceil(wide * stretch), math.ceil(height + abs(slope) * wide))
    rows = cv2.warpAffine(pixels, level, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    sums = cv2.boxFilter(rows, cv2.CV_16U, (samples, 1), normalize=False, borderType=cv2.BORDER_CONSTANT)
    for top in range(0, height, ROWS):
        part = out[top : top + ROWS, left : left + columns]
        back = np.array([[stretch, 0, (stretch - 1) / 2 + side * stretch], [-slope, 1, down + top - slope * side]])
        found = cv2.warpAffine(sums, back, part.shape[1::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        fine = cv2.addWeighted(found, LEVEL / samples, found, 0, 0)
        part[:] = from_16_bit(np.asarray(fine, np.uint16))
