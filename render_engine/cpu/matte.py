"""Mattes: a texture kept where another one is opaque or bright."""

from __future__ import annotations

import cv2
import numpy as np

from render_engine.cpu.texture import Pixels
from render_engine.display_list import Matte


def coverage(pixels: Pixels, matte: Matte) -> Pixels:
    """(height, width, 4) 0…255, the same in each channel: how much the matte keeps.

    Luminance by BT.709 weights of the premultiplied colour.
    """
    if matte.kind == "alpha":
        plane = np.ascontiguousarray(pixels[..., 3])
    else:
        weights = np.array([[0.0722, 0.7152, 0.2126, 0]], np.float32)
        plane = np.asarray(cv2.transform(pixels, weights), np.uint8).reshape(pixels.shape[:2])
    return np.asarray(cv2.merge([255 - plane if matte.inverted else plane] * 4), np.uint8)


def cut(pixels: Pixels, keep: Pixels) -> None:
    """Multiplies all four premultiplied channels by the coverage, in place."""
    cv2.multiply(pixels, keep, dst=pixels, scale=1 / 255)
