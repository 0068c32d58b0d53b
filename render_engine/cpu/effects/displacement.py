"""Displacement: each px is fetched from where the waves say, or the colours of a map."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.noise import waves
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

ROWS = 128  # at a time: they stay in the processor's cache


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    most, *noise = effect.numbers
    if not noise:
        return _fetched(texture.pixels, *_mapped(inputs[0]), most)
    scale, turns, seed = noise
    ways = waves(texture.x, texture.y, texture.width, texture.height, scale, turns, int(seed))
    return _fetched(texture.pixels, *ways, most)


def _mapped(pixels: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """−1…1 for red to the right and green down: nothing for half of them, the less the more is seen through."""
    green, red, alpha = (cv2.extractChannel(pixels, k) for k in (1, 2, 3))
    right, down = (cv2.addWeighted(plane, 2 / 255, alpha, -1 / 255, 0, dtype=cv2.CV_32F) for plane in (red, green))
    return np.asarray(right, np.float32), np.asarray(down, np.float32)


def _fetched(pixels: Pixels, right: NDArray[np.float32], down: NDArray[np.float32], most: float) -> Pixels:
    """`right` and `down`: by which share of `most` px each place moves, of the picture's size."""
    height, width = pixels.shape[:2]
    out = np.empty_like(pixels)
    x = np.tile(np.arange(width, dtype=np.float32), (min(ROWS, height), 1))
    y = np.repeat(np.arange(len(x), dtype=np.float32)[:, None], width, 1)
    for top in range(0, height, ROWS):
        rows = slice(top, top + ROWS)
        count = len(out[rows])
        from_x = cv2.scaleAdd(right[rows], -most, x[:count])
        from_y = cv2.add(cv2.scaleAdd(down[rows], -most, y[:count]), float(top))  # type: ignore[call-overload]
        out[rows] = cv2.remap(pixels, from_x, from_y, cv2.INTER_LINEAR)
    return out
