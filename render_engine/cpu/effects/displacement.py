"""Displacement: each px is fetched from where the waves say."""

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
    most, scale, turns, seed = effect.numbers
    field = waves(texture.x, texture.y, texture.width, texture.height, scale, turns, int(seed))
    return _fetched(texture.pixels, field, most)


def _fetched(pixels: Pixels, field: NDArray[np.float32], most: float) -> Pixels:
    """`field`: (height, width, 2), by which share of `most` px each place moves to the right and down."""
    height, width = pixels.shape[:2]
    out = np.empty_like(pixels)
    here = np.empty((min(ROWS, height), width, 2), np.float32)
    here[..., 0], here[..., 1] = np.arange(width), np.arange(len(here))[:, None]
    for top in range(0, height, ROWS):
        part = field[top : top + ROWS]
        places = cv2.scaleAdd(part, -most, here[: len(part)])
        places[..., 1] += top
        out[top : top + ROWS] = cv2.remap(pixels, places, None, cv2.INTER_LINEAR)  # type: ignore[call-overload]
    return out
