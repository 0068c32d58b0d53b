"""Smooth noise that goes on forever: the same at the same place, whatever part of it is asked for."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.display_list import Rect

Plane = NDArray[np.float32]  # (height, width) in −1…1
Knots = NDArray[np.float32]  # (height, width, 2)
Turns = NDArray[np.float64]  # the same
OCTAVES = 3
FINEST = 4.0  # px: waves that are smaller are left out
BETWEEN = 16.0  # px between two points of the grid from which on it is drawn finer, for round waves


def waves(x: int, y: int, width: int, height: int, scale: float, turns: float, seed: int) -> tuple[Plane, Plane]:
    """Two fields over (x, y, x + width, y + height): waves of `scale` px, of half, and of a quarter."""
    grid, pitch, left, top = knots(x, y, width, height, scale, turns, seed)
    place = np.array([[1 / pitch, 0, left], [0, 1 / pitch, top]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    one, other = (cv2.warpAffine(plane, place, (width, height), flags=flags) for plane in cv2.split(grid))
    return np.asarray(one, np.float32), np.asarray(other, np.float32)


def knots(
    x: int, y: int, width: int, height: int, scale: float, turns: float, seed: int
) -> tuple[Knots, float, float, float]:
    """Both on a grid, in −1…1, between whose points they are lines; px from one to the next; where the first px lies on it.

    Every knot of each grid swings at its own pace as `turns` grow.
    """
    octaves = max(1, min(OCTAVES, 1 + math.floor(math.log2(max(scale, FINEST) / FINEST))))
    finest = scale / 2 ** (octaves - 1)
    parts = max(1, min(4, math.floor(finest / BETWEEN * 2)))
    pitch = finest / parts
    left, top = math.floor(x / pitch) - 1, math.floor(y / pitch) - 1
    size = (math.ceil((x + width) / pitch) - left + 2, math.ceil((y + height) / pitch) - top + 2)
    grid = np.zeros((size[1], size[0], 2), np.float32)
    for k in range(octaves):
        grid += _octave(k, 2 ** (octaves - 1 - k) * parts, (left, top), size, turns, seed) * np.float32(0.5**k)
    grid /= np.float32(2 - 0.5 ** (octaves - 1))
    return grid.clip(-1, 1), pitch, (x + 0.5) / pitch - left, (y + 0.5) / pitch - top


def _octave(k: int, by: int, first: tuple[int, int], size: tuple[int, int], turns: float, seed: int) -> Knots:
    """One grid's waves at the points of a grid that is `by` times finer, which begins at `first`."""
    left, top = first[0] // by - 1, first[1] // by - 1
    right, below = (first[0] + size[0]) // by + 3, (first[1] + size[1]) // by + 3
    phases, paces = _swings((left, top, right, below), 2 * k, seed)
    swung = phases + turns * paces
    swings = np.sin((swung - np.floor(swung)).astype(np.float32) * np.float32(2 * np.pi))
    if by == 1:
        y, x = first[1] - top, first[0] - left
        return np.ascontiguousarray(swings[y : y + size[1], x : x + size[0]])
    place = np.array([[1 / by, 0, first[0] / by - left], [0, 1 / by, first[1] / by - top]])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(swings, place, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)


@lru_cache(maxsize=2 * OCTAVES)
def _swings(area: Rect, salt: int, seed: int) -> tuple[Turns, Turns]:
    """(rows, columns, 2): of each knot in the area its phase and its pace in turns, from half a turn to one and a half.

    They are the same at any time, so a picture in motion asks for them once.
    """
    across, down = np.arange(area[0], area[2]), np.arange(area[1], area[3])[:, None]
    phases, paces = (
        np.stack([_random(across, down, 2 * channel + each, seed) for channel in (salt, salt + 1)], -1)
        for each in (0, 1)
    )
    return phases, paces + 0.5


def _random(x: NDArray[np.int64], y: NDArray[np.int64], salt: int, seed: int) -> NDArray[np.float64]:
    """0…1, from whole numbers alone: bits multiplied and folded until each depends on all."""
    mixed = (x * 0x9E3779B1 + y * 0x85EBCA77 + salt * 0xC2B2AE3D + seed * 0x27D4EB2F) & 0xFFFFFFFF
    bits = mixed.astype(np.uint32)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        bits = (bits ^ (bits >> np.uint32(shift))) * np.uint32(factor)
    return (bits ^ (bits >> np.uint32(16))) / 2.0**32
