"""Mattes: a texture kept where another one is opaque or bright."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels
from render_engine.display_list import Matte


def coverage(pixels: Pixels, matte: Matte) -> NDArray[np.uint8]:
    """(height, width) 0…255: how much the matte keeps. Luminance by BT.709 weights of the premultiplied colour."""
    if matte.kind == "alpha":
        plane = np.ascontiguousarray(pixels[..., 3])
    else:
        weights = np.array([[0.0722, 0.7152, 0.2126, 0]], np.float32)
        plane = np.asarray(cv2.transform(pixels, weights), np.uint8).reshape(pixels.shape[:2])
    return 255 - plane if matte.inverted else plane


def cut(pixels: Pixels, plane: NDArray[np.uint8]) -> None:
    """Multiplies all four premultiplied channels by the coverage, in place."""
    cv2.multiply(pixels, cv2.merge([plane] * 4), dst=pixels, scale=1 / 255)
