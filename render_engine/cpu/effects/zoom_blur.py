"""Zoom blur: the picture added to itself at another scale, and the sum again, doubles the samples each time.

A long smear is made at half the size; about the centre, where it is short, the picture keeps its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import from_16_bit
from render_engine.cpu.effects.blur import LEVEL, ROWS, Fine
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

Picture = TypeVar("Picture", Pixels, Fine)

WITHIN = 0.95  # of a picture: if less reads within it, that part is sampled alone
SHORT = 4.0  # px: a smear that is made at full size
APART = 2.0  # px between two samples, at most
MOST = 8  # doublings: 256 samples of 8 bits fit 16
STRIP = 16  # rows at a time: they stay in the processor's cache
SHARP, SOFT = 1.5, 5.0  # px of smear between which the sharp centre goes over into what was made at half the size


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    x, y, smear, far = effect.numbers
    pixels, center = texture.pixels, (x - texture.x, y - texture.y)
    if far * smear <= SHORT:
        return _of_three(pixels, center, smear)
    left, top = texture.x % 2, texture.y % 2
    half = np.asarray(
        cv2.resize(_even(pixels, left, top), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8
    )
    sums, doublings = _summed(half, ((center[0] + left) / 2, (center[1] + top) / 2), smear, far * smear / 2)
    out = _shown(sums, doublings)[top : top + texture.height, left : left + texture.width]
    out = np.ascontiguousarray(out)
    _keep_the_centre(out, pixels, center, smear)
    return out


def _even(pixels: Pixels, left: int, top: int) -> Pixels:
    """From an even px of the layer to an even one, so that the same pairs become one wherever the texture begins."""
    right, below = (pixels.shape[1] + left) % 2, (pixels.shape[0] + top) % 2
    if left == top == right == below == 0:
        return pixels
    return np.asarray(cv2.copyMakeBorder(pixels, top, below, left, right, cv2.BORDER_CONSTANT), np.uint8)


def _of_three(pixels: Pixels, center: tuple[float, float], smear: float) -> Pixels:
    ends = [_scaled(pixels, center, math.log1p(by * smear), np.empty_like(pixels)) for by in (-0.5, 0.5)]
    outer = cv2.addWeighted(ends[0], 0.5, ends[1], 0.5, 0, dst=ends[0])
    return np.asarray(cv2.addWeighted(outer, 2 / 3, pixels, 1 / 3, 0, dst=outer), np.uint8)


def _summed(pixels: Pixels, center: tuple[float, float], smear: float, longest: float) -> tuple[Fine, int]:
    """Samples at scales from 1 + smear/2 to 1 − smear/2, evenly in their logarithm; 2 to the `doublings` of them.

    The largest comes first: only the first two read beyond the frame, what is added to itself lies within.
    """
    doublings = min(MOST, max(1, math.ceil(math.log2(longest / APART))))
    first, last = math.log1p(smear / 2), math.log1p(-smear / 2)
    step = (last - first) / (2**doublings - 1)
    two = [_scaled(pixels, center, by, np.empty_like(pixels)) for by in (first, first + step)]
    sums = np.asarray(cv2.add(two[0], two[1], dtype=cv2.CV_16U), np.uint16)
    moved = np.empty_like(sums)  # once: memory that comes and goes costs more than adding
    for k in range(1, doublings):
        cv2.add(sums, _scaled(sums, center, step * 2**k, moved), dst=sums)
    return sums, doublings


def _scaled(pixels: Picture, center: tuple[float, float], by: float, out: Picture) -> Picture:
    """Each px as it is `e` to the `by` times as far from the centre; what fills the frame goes on beyond its edge.

    OpenCV takes three times as long where it looks beyond an edge: only what reads within is sampled, and continued.
    """
    scale = math.exp(by)
    height, width = pixels.shape[:2]
    moves = [(1 - scale) * (middle - 0.5) for middle in center]
    (x0, x1), (y0, y1) = (_within(scale, move, side) for move, side in zip(moves, (width, height), strict=True))
    if (x1 - x0) * (y1 - y0) > WITHIN * width * height:
        x0, y0, x1, y1 = 0, 0, width, height
    matrix = np.array([[scale, 0, moves[0] + scale * x0], [0, scale, moves[1] + scale * y0]])
    flags, inner = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, out[y0:y1, x0:x1]
    cv2.warpAffine(pixels, matrix, (x1 - x0, y1 - y0), dst=inner, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if inner.size < out.size:
        cv2.copyMakeBorder(inner.copy(), y0, height - y1, x0, width - x1, cv2.BORDER_REPLICATE, dst=out)
    return out


def _within(scale: float, move: float, side: int) -> tuple[int, int]:
    """From which px to which px `scale · px + move` lies inside: one at least."""
    first = min(side - 1, max(0, math.ceil(-move / scale)))
    return first, max(first + 1, min(side, math.floor((side - 1 - move) / scale) + 1))


def _shown(sums: Fine, doublings: int) -> Pixels:
    """In 8 bits, at twice the size."""
    height, width = 2 * sums.shape[0], 2 * sums.shape[1]
    out = np.empty((height, width, 4), np.uint8)
    for top in range(0, height, ROWS):
        bottom = min(height, top + ROWS)
        first, last = max(0, top // 2 - 1), min(len(sums), -(-bottom // 2) + 1)
        part = sums[first:last] * np.uint16(LEVEL // 2**doublings)
        large = cv2.resize(part, (part.shape[1] * 2, len(part) * 2), interpolation=cv2.INTER_LINEAR)
        out[top:bottom] = from_16_bit(np.asarray(large, np.uint16)[top - first * 2 : bottom - first * 2])
    return out


def _keep_the_centre(out: Pixels, pixels: Pixels, center: tuple[float, float], smear: float) -> None:
    """Mixes the sharp picture in where the smear is shorter than the px of half the size."""
    reach, (height, width) = SOFT / smear, pixels.shape[:2]
    y0, y1 = (min(height, max(0, round(center[1] + side))) for side in (-reach, reach))
    for top in range(y0, y1, STRIP):
        down = np.arange(top, min(y1, top + STRIP), dtype=np.float32)[:, None] + 0.5 - center[1]
        half = math.sqrt(max(0.0, reach**2 - float(np.abs(down).min()) ** 2))  # what of the circle these rows hold
        x0, x1 = (min(width, max(0, round(center[0] + side))) for side in (-half, half))
        if x0 < x1:
            across = np.arange(x0, x1, dtype=np.float32) + 0.5 - center[0]
            part = (slice(top, top + len(down)), slice(x0, x1))
            _mix_in(out[part], pixels[part], np.sqrt(down * down + across * across) * np.float32(smear))


def _mix_in(out: Pixels, sharp: Pixels, long: NDArray[np.float32]) -> None:
    """`long`: of the smear at each px."""
    beyond = np.maximum(long, np.float32(SHARP))
    share = cv2.convertScaleAbs(beyond, alpha=255 / (SOFT - SHARP), beta=-255 * SHARP / (SOFT - SHARP))
    smeared = cv2.merge([share] * 4)
    cv2.multiply(out, smeared, scale=1 / 255, dst=out)
    cv2.add(out, cv2.multiply(sharp, cv2.bitwise_not(smeared), scale=1 / 255), dst=out)
