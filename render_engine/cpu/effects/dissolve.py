"""Another picture in the place of this one, patch by patch: where a cloudy noise lies below a threshold, softly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

SOFT = 0.2  # of the noise's range, on the way from one picture to the other
CELLS = (5, 10, 20, 40, 80, 160)  # of the noise, in the height of the picture
ROWS = 64  # at a time: they stay in the processor's cache
FINE = 480  # px: the noise's own height


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels, (other,) = texture.pixels, inputs
    share, seed = effect.numbers
    shares, levels = _shares(share), noise(texture.width, texture.height, int(seed))
    for top in range(0, texture.height, ROWS):
        rows = slice(top, top + ROWS)
        mask = cv2.merge([cv2.LUT(levels[rows], shares)] * 4)
        taken = cv2.multiply(other[rows], mask, scale=1 / 255)
        left = cv2.multiply(pixels[rows], cv2.bitwise_not(mask), scale=1 / 255)
        cv2.add(left, taken, dst=pixels[rows])
    return pixels


def _shares(share: float) -> NDArray[np.uint8]:
    """How much of the other picture there is at each level of the noise."""
    levels = (np.arange(256) + 0.5) / 256
    way = np.clip((share * (1 + SOFT) - levels) / SOFT, 0, 1)
    return np.asarray(np.rint(255 * way * way * (3 - 2 * way)), np.uint8)


@lru_cache(maxsize=2)
def noise(width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """(height, width): every level as often as any other, so that as much is replaced as `share` says."""
    rows = min(height, FINE)
    size = (max(1, round(width * rows / height)), rows)
    numbers, total = np.random.default_rng(seed), np.zeros((size[1], size[0]), np.float32)
    for cells in CELLS:
        lattice = numbers.random((cells + 1, max(2, round(cells * width / height) + 1)), np.float32)
        total += np.asarray(cv2.resize(lattice, size, interpolation=cv2.INTER_CUBIC), np.float32) / cells**0.8
    ranks = np.empty(total.size, np.float32)
    ranks[np.argsort(total, axis=None, kind="stable")] = np.linspace(0, 255, total.size, dtype=np.float32)
    large = cv2.resize(ranks.reshape(total.shape), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.rint(large), np.uint8)
