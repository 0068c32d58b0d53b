"""A vignette in floats, dithered; how clear each pixel stays is kept from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import SIDE, thresholds
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect, Rect

ROWS = 2 * SIDE


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels, area = texture.pixels, (texture.x, texture.y, texture.x + texture.width, texture.y + texture.height)
    clear = _clearness(area, *effect.numbers)
    noise = _noise(texture.width, texture.x, texture.y)
    tint = [channel / 65535 for channel in effect.colors[0][2::-1]]  # blue, green, red
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        *planes, alpha = cv2.split(pixels[top : top + ROWS])
        kept = clear[top : top + ROWS]
        taken = cv2.multiply(alpha, 1 - kept, dtype=cv2.CV_32F)
        fine = [
            cv2.scaleAdd(taken, channel, cv2.multiply(plane, kept, dtype=cv2.CV_32F))
            for plane, channel in zip(planes, tint, strict=True)
        ]
        rounded = [cv2.add(plane, noise[: len(plane)], dtype=cv2.CV_8U) for plane in fine]
        cv2.merge([*rounded, alpha], dst=out[top : top + ROWS])
    return out


@lru_cache(maxsize=2)
def _clearness(area: Rect, strength: float, clear: float, width: float, height: float) -> NDArray[np.float32]:
    """(height, width) of the texture: 1 where nothing changes; an ellipse whose way ends in the box's corners."""
    across = (((np.arange(area[0], area[2], dtype=np.float32) + 0.5) / width - 0.5) ** 2 * 2)[None]
    down = (((np.arange(area[1], area[3], dtype=np.float32) + 0.5) / height - 0.5) ** 2 * 2)[:, None]
    way = np.sqrt(across + down)  # 1 in a corner
    return np.asarray(1 - strength * np.clip((way - clear) / max(1 - clear, 1e-4), 0, 1), np.float32)


@lru_cache(maxsize=2)
def _noise(width: int, x: int, y: int) -> NDArray[np.float32]:
    """(ROWS, width): what turns rounding to the nearest level into dithering; the same at any window."""
    tile = np.roll(thresholds(ROWS, SIDE, y)[..., 0], -x, axis=1) - np.float32(0.5)
    return np.ascontiguousarray(np.tile(tile, (1, -(-width // SIDE)))[:, :width])
