"""The picture seen through any plane transform. All of it is sampled at once, so that no clip changes a pixel."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect, Rect, intersect, whole_pixels
from render_engine.matrix import Matrix, map_box, multiply, translation


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    a, b, c, d, e, f, g, h, i = effect.numbers
    matrix: Matrix = (a, b, c, d, e, f, g, h, i)
    x, y = texture.x, texture.y
    whole: Rect = (x, y, x + texture.width, y + texture.height)
    # beyond this box, a plane that goes on behind the eye would be seen a second time, mirrored
    x0, y0, x1, y1 = intersect(whole_pixels(map_box(matrix, whole), 1), whole)
    out = np.zeros_like(texture.pixels)
    if x0 < x1:
        out[y0 - y : y1 - y, x0 - x : x1 - x] = _sampled(texture, matrix, (x0, y0, x1, y1))
    return out


def _sampled(texture: Texture, matrix: Matrix, area: Rect) -> Pixels:
    """OpenCV counts from the centres of pixels."""
    home = multiply(matrix, translation(texture.x + 0.5, texture.y + 0.5))
    a, b, c, d, e, f, g, h, i = multiply(translation(-area[0] - 0.5, -area[1] - 0.5), home)
    size = (area[2] - area[0], area[3] - area[1])
    rows = np.array([[a, c, e], [b, d, f], [g, h, i]])
    return np.asarray(cv2.warpPerspective(texture.pixels, rows, size, flags=cv2.INTER_LINEAR), np.uint8)
