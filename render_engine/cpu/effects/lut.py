"""Look-up tables: 1D by 256 entries, 3D by tetrahedra in whole numbers.

An entry of a cube is one 64-bit number, three channels of 21 bits: 13 bits of colour times a weight up to 255 fit, so
a weighted sum of four entries is four multiplications for all channels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.straight import recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect, Table

WHOLE = 255  # the weights of four entries together
FINE = 32 * 255  # what white is in a table
FIELD = 21  # bits
STRIDE_BITS = 17  # a cube of 256 has strides up to 65536
STRIDE = (1 << STRIDE_BITS) - 1
MASK = np.uint64((1 << FIELD) - 1)

Domain = tuple[float, ...]  # three lows, three highs: red, green, blue
Look = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]  # BGR to BGR


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    (table,), strength, domain = effect.tables, effect.numbers[0], effect.numbers[1:]
    look = _by_channel(table, domain) if len(table.shape) == 2 else _by_cube(table, domain)

    def change(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
        graded = look(colors)
        return graded if strength == 1 else np.asarray(cv2.addWeighted(graded, strength, colors, 1 - strength, 0))

    return recoloured(texture.pixels, change)


def _by_channel(table: Table, domain: Domain) -> Look:
    entries = _entries(table)
    levels = np.arange(256) / 255
    steps = np.linspace(0, 1, len(entries))
    columns = [
        np.interp((levels - low) / (high - low), steps, entries[:, k])
        for k, (low, high) in enumerate(zip(domain[:3], domain[3:], strict=True))
    ]
    tones = np.rint(np.clip(np.stack(columns[::-1], axis=1), 0, 1) * 255).astype(np.uint8)[None]
    return lambda colors: np.asarray(cv2.LUT(colors, tones), np.uint8)


def _by_cube(table: Table, domain: Domain) -> Look:
    packed = _packed(table)
    strides = [table.shape[0] ** k for k in range(3)]
    places = [_places(table.shape[0], strides[k], domain[k], domain[3 + k]) for k in (2, 1, 0)]

    def look(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
        planes = cv2.split(colors)
        at = sum(cv2.LUT(plane, cell).astype(np.intp) for plane, (cell, _) in zip(planes, places, strict=True))
        ways = [np.asarray(cv2.LUT(plane, way)) for plane, (_, way) in zip(planes, places, strict=True)]
        return _unpacked(_mean_of_four(packed, at, *ways))

    return look


def _places(size: int, stride: int, low: float, high: float) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each of 256 levels: where its cell begins, and its way to the next entry: its share of 255, then the stride."""
    place = np.clip((np.arange(256) / 255 - low) / (high - low), 0, 1) * (size - 1)
    cell = np.minimum(np.floor(place), size - 2).astype(np.int32)
    share = np.rint((place - cell) * WHOLE).astype(np.int32)
    return cell * np.int32(stride), (share << STRIDE_BITS) | np.int32(stride)


def _mean_of_four(packed: NDArray[np.uint64], at: NDArray[np.intp], *ways: NDArray[np.int32]) -> NDArray[np.uint64]:
    """From the cell's first corner along its edges, the furthest way first: four corners, weighted."""
    far = np.maximum(np.maximum(ways[0], ways[1]), ways[2])
    near = np.minimum(np.minimum(ways[0], ways[1]), ways[2])
    between = ways[0] + ways[1] + ways[2] - far - near
    total, left = None, WHOLE
    for way in (far, between, near):
        share = way >> STRIDE_BITS
        part = packed.take(at) * (left - share).astype(np.uint64)
        total = part if total is None else np.add(total, part, out=total)
        at = at + (way & STRIDE)
        left = share
    return np.asarray(total + packed.take(at) * left.astype(np.uint64))


def _unpacked(sums: NDArray[np.uint64]) -> NDArray[np.uint8]:
    channels = [((sums >> np.uint64(FIELD * k)) & MASK).astype(np.float32) for k in (2, 1, 0)]
    return np.asarray(cv2.convertScaleAbs(cv2.merge(channels), alpha=255 / (FINE * WHOLE)), np.uint8)


@lru_cache(maxsize=4)
def _packed(table: Table) -> NDArray[np.uint64]:
    fine = np.rint(np.clip(_entries(table), 0, 1).reshape(-1, 3).astype(np.float64) * FINE).astype(np.uint64)
    return np.asarray(fine[:, 0] | fine[:, 1] << np.uint64(FIELD) | fine[:, 2] << np.uint64(2 * FIELD))


def _entries(table: Table) -> NDArray[np.float32]:
    return np.frombuffer(table.values, np.float32).reshape(table.shape)
