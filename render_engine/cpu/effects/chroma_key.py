"""Chroma key. All of it is linear in premultiplied colours, so soft edges need no dividing by their alpha.

An edge of the subject is a mixture with the screen. How much of it is the subject is told by its distance from the
screen's colour; the rest is subtracted, so the edge has the subject's colour, and no dark or green rim.
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
LEAST = np.float32(1e-3)  # levels
SHARP = 1 / 4096  # the least softness: an edge of a level's breadth


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    key = np.array(effect.colors[0][2::-1]) / 65535  # blue, green, red
    out = np.empty_like(texture.pixels)
    for top in range(0, texture.height, ROWS):
        _key(texture.pixels[top : top + ROWS], out[top : top + ROWS], key, *effect.numbers)
    return out


def _key(
    pixels: Pixels, out: Pixels, key: NDArray[np.float64], tolerance: float, softness: float, spill: float
) -> None:
    planes = [plane.astype(np.float32) for plane in cv2.split(pixels)]
    alpha = planes[3]
    blueness, redness = (_weighted(planes, row) for row in np.column_stack([CHROMA, -CHROMA @ key]))
    softness = max(softness, SHARP)
    distance = cv2.magnitude(blueness, redness)
    beyond = cv2.addWeighted(distance, 1 / softness, alpha, -tolerance / softness, 0)
    kept = cv2.min(np.maximum(beyond, 0), alpha)
    subject = cv2.min(distance * np.float32(1 / (tolerance + softness)), alpha)
    share = cv2.divide(kept, np.maximum(subject, LEAST))
    channels = [cv2.multiply(cv2.scaleAdd(alpha - subject, -key[k], planes[k]), share) for k in range(3)]
    main = int(np.argmax(key))
    spilt = np.maximum(channels[main] - cv2.max(*(channels[k] for k in range(3) if k != main)), 0)
    channels[main] = cv2.scaleAdd(spilt, -spill, channels[main])
    cv2.merge([_to_8_bit(cv2.min(channel, kept)) for channel in (*channels, kept)], dst=out)


def _weighted(planes: Sequence[NDArray[np.float32]], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    one = cv2.addWeighted(planes[0], weights[0], planes[1], weights[1], 0)
    other = cv2.addWeighted(planes[2], weights[2], planes[3], weights[3], 0)
    return np.asarray(cv2.add(one, other), np.float32)


def _to_8_bit(plane: cv2.typing.MatLike) -> cv2.typing.MatLike:
    """Rounded, and within 0…255."""
    return cv2.addWeighted(plane, 1, plane, 0, 0, dtype=cv2.CV_8U)
