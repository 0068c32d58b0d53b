"""Chroma key. All of it is linear in premultiplied colours, so soft edges need no dividing by their alpha.

An edge of the subject is a mixture with the screen: the screen's share is subtracted, not only made transparent.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

CHROMA = np.array([[0.5, -0.386, -0.114], [-0.046, -0.454, 0.5]])  # Cb, Cr of blue, green, red (BT.709)
ROWS = 16


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    key = np.array(effect.colors[0][2::-1]) / 65535  # blue, green, red
    out = np.empty_like(texture.pixels)
    for top in range(0, texture.height, ROWS):
        _key(texture.pixels[top : top + ROWS], out[top : top + ROWS], key, *effect.numbers)
    return out


def _key(
    pixels: Pixels, out: Pixels, key: NDArray[np.float64], tolerance: float, softness: float, spill: float
) -> None:
    fine = pixels.astype(np.float32)
    alpha = np.ascontiguousarray(fine[..., 3])
    away = cv2.transform(fine, np.column_stack([CHROMA, -CHROMA @ key]))
    distance = cv2.magnitude(*(np.ascontiguousarray(away[..., k]) for k in (0, 1)))
    kept = np.clip((distance - np.float32(tolerance) * alpha) / np.float32(max(softness, 1e-4)), 0, alpha)
    screen = alpha - kept
    channels = [fine[..., k] - screen * np.float32(key[k]) for k in range(3)]
    main = int(np.argmax(key))
    others = np.maximum(*(channels[k] for k in range(3) if k != main))
    channels[main] -= np.float32(spill) * np.maximum(channels[main] - others, 0)
    for k, channel in enumerate((*channels, kept)):
        np.copyto(out[..., k], np.rint(np.clip(channel, 0, kept)), casting="unsafe")
