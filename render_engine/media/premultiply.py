"""Straight alpha to premultiplied, for every source of pixels; without Pillow, so that video alone starts fast."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def premultiplied(rgba: Pixels, order: int = cv2.COLOR_RGBA2BGRA) -> Pixels:
    """Straight RGBA to premultiplied BGRA, rounded to nearest."""
    bgra = np.asarray(cv2.cvtColor(rgba, order), np.uint8)
    return premultiply(bgra)


def premultiply(bgra: Pixels) -> Pixels:
    """In place, rounded to nearest; an opaque picture is left alone."""
    alpha = bgra[..., 3]
    if alpha.min(initial=255) == 255:
        return bgra
    for channel in range(3):
        bgra[..., channel] = cv2.multiply(bgra[..., channel], alpha, scale=1 / 255)
    return bgra
