"""Unsharp mask. The surroundings are the mean of what the layer shows there: nothing beside it counts, so no rim comes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.effects.blur import blurred, gaussian
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

ROWS = 32
LEAST = np.float32(1e-3)  # levels
NARROW = 3.0  # sigma in px up to which the picture is convolved as it is


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels, (strength, sigma) = texture.pixels, effect.numbers
    around = _around(pixels, strength, sigma)
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        *planes, alpha = cv2.split(pixels[top : top + ROWS])
        *means, cover = cv2.split(around[top : top + ROWS])
        share = cv2.divide(alpha, np.maximum(cover, LEAST), scale=-strength, dtype=cv2.CV_32F)
        less = [cv2.multiply(mean, share, dtype=cv2.CV_32F) for mean in means]
        fine = [
            cv2.addWeighted(plane, 1 + strength, each, 1, 0, dtype=cv2.CV_8U)
            for plane, each in zip(planes, less, strict=True)
        ]
        cv2.merge([*(cv2.min(plane, alpha) for plane in fine), alpha], dst=out[top : top + ROWS])
    return out


def _around(pixels: Pixels, strength: float, sigma: float) -> NDArray[Any]:
    """A wide blur has 8 bits where their rounding, times the strength, cannot be seen."""
    if sigma <= NARROW:
        kernel = cv2.getGaussianKernel(2 * math.ceil(3.5 * sigma) + 1, sigma, cv2.CV_32F)
        return np.asarray(cv2.sepFilter2D(pixels, cv2.CV_32F, kernel, kernel, borderType=cv2.BORDER_CONSTANT))
    return blurred(pixels, sigma) if strength <= 1 else gaussian(pixels.astype(np.float32), sigma)
