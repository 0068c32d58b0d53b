"""Mosaic: sums over whole squares, also where their side is no whole number of px."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    side, width, height = effect.numbers
    columns, rows = cells(texture.x, texture.width, side, width), cells(texture.y, texture.height, side, height)
    flat = texture.pixels.reshape(texture.height, -1)
    ends = [*rows[1:], texture.height]
    sums = [cv2.reduce(flat[a:b], 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S) for a, b in zip(rows, ends, strict=True)]
    by_row = np.concatenate(sums).reshape(len(rows), texture.width, 4)
    down, across = np.diff([*rows, texture.height]), np.diff([*columns, texture.width])
    count = (down[:, None] * across)[..., None]
    means = ((np.add.reduceat(by_row, columns, axis=1) + count // 2) // count).astype(np.uint8)
    squares = np.ascontiguousarray(means).view(np.uint32)[..., 0]
    return np.repeat(np.repeat(squares, across, axis=1), down, axis=0).view(np.uint8).reshape(texture.pixels.shape)


def cells(first: int, length: int, side: float, whole: float) -> NDArray[np.intp]:
    """Where squares begin, px of the window. They are counted from the layer's edge, and again from its other one."""
    centres = np.arange(first, first + length) + 0.5
    inside = np.floor(centres / side)
    beyond = np.floor(whole / side) + 1 + np.floor((centres - whole) / side)
    number = np.where(centres < whole, inside, beyond)
    return np.flatnonzero(np.diff(number, prepend=-np.inf))
