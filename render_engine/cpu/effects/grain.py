"""Grain: one tile of noise for each seed and size, laid from another place at each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.straight import Plane
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

SIDE = 1024  # px of the tile: where it begins again nobody sees
ROWS = 64
STRONGEST = 64.0  # levels of standard deviation at amount 1


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    strength, size, seed, step, monochrome = effect.numbers
    lighter, darker = tile(strength, size, int(seed), bool(monochrome))
    dx, dy = offset(int(seed), int(step))
    pixels = texture.pixels
    out = np.empty_like(pixels)
    for here, there in _patches(texture.x + dx, texture.y + dy, texture.width, texture.height):
        *planes, alpha = cv2.split(pixels[here])
        light, dark = ([cv2.multiply(each[there], alpha, scale=1 / 255) for each in side] for side in (lighter, darker))
        noises = zip(planes, light * (3 // len(light)), dark * (3 // len(dark)), strict=True)
        rough = [cv2.min(cv2.subtract(cv2.add(plane, more), less), alpha) for plane, more, less in noises]
        out[here] = cv2.merge([*rough, alpha])
    return out


def offset(seed: int, step: int) -> tuple[int, int]:
    """Where the tile lies at a step, px."""
    dx, dy = np.random.Philox([seed, step % 2**64]).random_raw(2).astype(np.int64) % SIDE
    return int(dx), int(dy)


def _patches(x: int, y: int, width: int, height: int) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Parts of a window, and where they lie in the tile: strips of rows, cut where the tile begins again."""
    for top, row, rows in _runs(y, height, ROWS):
        for left, column, columns in _runs(x, width, SIDE):
            here = (slice(top, top + rows), slice(left, left + columns))
            yield here, (slice(row, row + rows), slice(column, column + columns))


def _runs(start: int, length: int, most: int) -> Iterator[tuple[int, int, int]]:
    """Where each run begins, in the window and in the tile, and how long it is."""
    done = 0
    while done < length:
        inside = (start + done) % SIDE
        run = min(most, SIDE - inside, length - done)
        yield done, inside, run
        done += run


@lru_cache(maxsize=4)
def tile(strength: float, size: float, seed: int, monochrome: bool) -> tuple[list[Plane], list[Plane]]:
    """Levels to add and levels to take, (SIDE, SIDE) of each channel or of all."""
    levels = np.rint(_noise(size, seed, 1 if monochrome else 3) * np.float32(strength * STRONGEST))
    lighter, darker = (np.clip(each, 0, 255).astype(np.uint8).transpose(2, 0, 1) for each in (levels, -levels))
    return [plane.copy() for plane in lighter], [plane.copy() for plane in darker]


@lru_cache(maxsize=2)
def _noise(size: float, seed: int, channels: int) -> NDArray[np.float32]:
    """(SIDE, SIDE, channels) of standard deviation 1, near a normal distribution: eight bytes' sum each. It wraps."""
    raw = np.random.Philox([seed, 0]).random_raw(SIDE * SIDE * channels).view(np.uint8)
    noise = raw.reshape(SIDE, SIDE, channels, 8).sum(axis=-1, dtype=np.float32)
    if size > 1:
        reach = min(SIDE, int(2 * size) + 2)
        wide = cv2.copyMakeBorder(noise, reach, reach, reach, reach, cv2.BORDER_WRAP)
        noise = np.asarray(cv2.GaussianBlur(wide, (0, 0), (size - 1) / 2 + 0.25), np.float32)
        noise = noise.reshape(*noise.shape[:2], channels)[reach:-reach, reach:-reach]
    return np.asarray((noise - noise.mean()) / noise.std() * min(1.0, size), np.float32)
