"""Look-up tables: 1D by 256 entries, 3D by tetrahedra in whole numbers.

An entry of a cube is one 64-bit number, three channels of 21 bits: 11 bits of colour times a weight up to 1024 fit, so
a weighted sum of four entries is four multiplications for all channels, and shifted down its low bytes are levels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.straight import Plane, looked_up, mixed, recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect, Table

WHOLE = 1024  # the weights of four entries together
STEPS = 8  # of each level of 255 in an entry
FIELD = 21  # bits
STRIDE_BITS = 17  # a cube of 256 has strides up to 65536
STRIDE = (1 << STRIDE_BITS) - 1
LEVEL = 13  # bits of a field below its level
HALF = np.uint64(sum(1 << LEVEL - 1 << FIELD * k for k in range(3)))

Domain = tuple[float, ...]  # three lows, three highs: red, green, blue
Look = Callable[[Sequence[Plane]], Sequence[Plane]]


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    (table,), strength, domain = effect.tables, effect.numbers[0], effect.numbers[1:]
    look = _by_tables(by_channel(table, domain)) if len(table.shape) == 2 else _by_cube(table, domain)

    def change(planes: Sequence[Plane]) -> Sequence[Plane]:
        return look(planes) if strength == 1 else mixed(look(planes), planes, strength)

    return recoloured(texture.pixels, change)


def _by_tables(tables: NDArray[np.uint8]) -> Look:
    return lambda planes: looked_up(planes, tables)


def by_channel(table: Table, domain: Domain) -> NDArray[np.uint8]:
    """(3, 256): of blue, green, red."""
    entries = _entries(table)
    levels = np.arange(256) / 255
    steps = np.linspace(0, 1, len(entries))
    columns = [
        np.interp((levels - low) / (high - low), steps, entries[:, k])
        for k, (low, high) in enumerate(zip(domain[:3], domain[3:], strict=True))
    ]
    return np.rint(np.clip(np.stack(columns[::-1]), 0, 1) * 255).astype(np.uint8)


def _by_cube(table: Table, domain: Domain) -> Look:
    packed = _packed(table)
    strides = [table.shape[0] ** k for k in range(3)]
    places = [_places(table.shape[0], strides[k], domain[k], domain[3 + k]) for k in (2, 1, 0)]

    def look(planes: Sequence[Plane]) -> Sequence[Plane]:
        cells = [cv2.LUT(plane, cell) for plane, (cell, _) in zip(planes, places, strict=True)]
        ways = [cv2.LUT(plane, way) for plane, (_, way) in zip(planes, places, strict=True)]
        sums = _mean_of_four(packed, cells[0] + cells[1] + cells[2], *ways)
        return [(sums >> np.uint64(FIELD * k + LEVEL)).astype(np.uint8) for k in (2, 1, 0)]

    return look


def _places(size: int, stride: int, low: float, high: float) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each of 256 levels: where its cell begins, and its way to the next entry: its share of 1024, then the stride."""
    place = np.clip((np.arange(256) / 255 - low) / (high - low), 0, 1) * (size - 1)
    cell = np.minimum(np.floor(place), size - 2).astype(np.int32)
    share = np.rint((place - cell) * WHOLE).astype(np.int32)
    return cell * np.int32(stride), (share << STRIDE_BITS) | np.int32(stride)


def _mean_of_four(packed: NDArray[np.uint64], at: NDArray[Any], *ways: NDArray[Any]) -> NDArray[np.uint64]:
    """From the cell's first corner along its edges, the furthest way first: four corners, weighted."""
    far = np.maximum(np.maximum(ways[0], ways[1]), ways[2])
    near = np.minimum(np.minimum(ways[0], ways[1]), ways[2])
    between = ways[0] + ways[1] + ways[2] - far - near
    first, second, third = (way >> STRIDE_BITS for way in (far, between, near))
    weights = (WHOLE - first, first - second, second - third, third)
    total = packed.take(at) * weights[0].astype(np.uint64) + HALF
    for way, weight in zip((far, between, near), weights[1:], strict=True):
        at = at + (way & STRIDE)
        total += packed.take(at) * weight.astype(np.uint64)
    return np.asarray(total)


@lru_cache(maxsize=4)
def _packed(table: Table) -> NDArray[np.uint64]:
    fine = np.rint(np.clip(_entries(table), 0, 1).reshape(-1, 3).astype(np.float64) * (255 * STEPS)).astype(np.uint64)
    return np.asarray(fine[:, 0] | fine[:, 1] << np.uint64(FIELD) | fine[:, 2] << np.uint64(2 * FIELD))


def _entries(table: Table) -> NDArray[np.float32]:
    return np.frombuffer(table.values, np.float32).reshape(table.shape)
