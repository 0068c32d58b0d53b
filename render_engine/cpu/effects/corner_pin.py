"""Corner pin: the texture through the perspective that takes its box to four corners."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    if not effect.numbers:
        return np.zeros_like(texture.pixels)
    width, height, *corners = effect.numbers
    box = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    goal = np.array(corners, np.float32).reshape(4, 2)
    level = texture.halved(_halvings(box, goal))
    across, down = texture.width / level.width, texture.height / level.height
    # from the middles of the level's px to the layer's, through the perspective, and to the middles of the texture's
    there = np.array([[across, 0, texture.x + across / 2], [0, down, texture.y + down / 2], [0, 0, 1]])
    back = np.array([[1, 0, -texture.x - 0.5], [0, 1, -texture.y - 0.5], [0, 0, 1]])
    matrix = back @ cv2.getPerspectiveTransform(box, goal) @ there
    found = cv2.warpPerspective(level.pixels, matrix, (texture.width, texture.height), flags=cv2.INTER_LINEAR)
    return np.asarray(found, np.uint8)


def _halvings(box: NDArray[np.float32], goal: NDArray[np.float32]) -> int:
    """Copies of the texture that are reduced have all its px in them: as many as the area shrinks by fours."""
    share = cv2.contourArea(goal) / max(1e-6, cv2.contourArea(box))
    return min(12, max(0, math.floor(math.log2(max(share, 1e-9) ** -0.5) + 1e-6)))
