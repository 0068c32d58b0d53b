"""Corner pin: the texture through the perspective that takes its box to four corners."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect, Rect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    if not effect.numbers:
        return np.zeros_like(texture.pixels)
    level = texture.halved(halvings(effect))
    matrix = perspective(effect, texture.area, (level.width, level.height))
    found = cv2.warpPerspective(level.pixels, matrix, (texture.width, texture.height), flags=cv2.INTER_LINEAR)
    return np.asarray(found, np.uint8)


def perspective(effect: Effect, area: Rect, level: tuple[int, int]) -> NDArray[np.float64]:
    """From the middles of the level's px to the layer's, through the perspective, and to the middles of the texture's."""
    across, down = (area[2] - area[0]) / level[0], (area[3] - area[1]) / level[1]
    there = np.array([[across, 0, area[0] + across / 2], [0, down, area[1] + down / 2], [0, 0, 1]])
    back = np.array([[1, 0, -area[0] - 0.5], [0, 1, -area[1] - 0.5], [0, 0, 1]])
    return np.asarray(back @ cv2.getPerspectiveTransform(*_corners(effect)) @ there)


def _corners(effect: Effect) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Of the layer's box, and where they go."""
    width, height, *corners = effect.numbers
    box = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return box, np.array(corners, np.float32).reshape(4, 2)


def halvings(effect: Effect) -> int:
    """Copies of the texture that are reduced have all its px in them: as many as the area shrinks by fours."""
    box, goal = _corners(effect)
    share = cv2.contourArea(goal) / max(1e-6, cv2.contourArea(box))
    return min(12, max(0, math.floor(math.log2(max(share, 1e-9) ** -0.5) + 1e-6)))
