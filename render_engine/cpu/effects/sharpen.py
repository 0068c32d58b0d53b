"""Unsharp mask. The surroundings are the mean of what the layer shows there: nothing beside it counts, so no rim comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.effects.blur import gaussian
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

ROWS = 32
NARROW = 3.0  # sigma in px up to which 8 bits are convolved as they are


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels, (strength, sigma) = texture.pixels, effect.numbers
    around = _around(pixels, strength, sigma)
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        *planes, alpha = cv2.split(pixels[top : top + ROWS])
        *means, cover = cv2.split(around[top : top + ROWS])
        share = cv2.divide(alpha, np.maximum(cover, 1), scale=-strength, dtype=cv2.CV_32F)
        less = [cv2.multiply(mean, share, dtype=cv2.CV_32F) for mean in means]
        fine = [
            cv2.addWeighted(plane, 1 + strength, each, 1, 0, dtype=cv2.CV_8U)
            for plane, each in zip(planes, less, strict=True)
        ]
        cv2.merge([*(cv2.min(plane, alpha) for plane in fine), alpha], dst=out[top : top + ROWS])
    return out


def _around(pixels: Pixels, strength: float, sigma: float) -> NDArray[Any]:
    """Blurred in 8 bits where their rounding, times the strength, cannot be seen."""
    if strength > 1 or sigma > NARROW:
        return gaussian(pixels.astype(np.float32), sigma)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT))
