"""Colour adjustment: what works by channel by one table of light, saturation and hue by one matrix at 16 bits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.straight import Plane, looked_up, recoloured
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

LUMINANCE = np.array([0.213, 0.715, 0.072])  # of red, green, blue, as CSS's filters have them
TURN = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])  # a quarter of the circle
WARM = np.array([0.5, 0.0, -0.5])  # stops of red, green, blue at temperature 1
LEVEL = 256  # of 8 bits, in 16
MAGENTA = np.array([0.0, -0.5, 0.0])  # at tint 1


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    light, mixing = effect.numbers[:4], effect.numbers[4:]
    if mixing == (1.0, 0.0):
        tables = np.rint(tones(*light) * 255).astype(np.uint8)
        return recoloured(texture.pixels, lambda planes: looked_up(planes, tables))
    tables = np.rint(tones(*light) * 255 * LEVEL).astype(np.uint16)
    matrix = np.column_stack([mixture(*mixing)[::-1, ::-1], [LEVEL / 2] * 3])  # half a level more: the rest is cut off

    def change(planes: Sequence[Plane]) -> Sequence[Plane]:
        lit = cv2.merge([cv2.LUT(plane, table) for plane, table in zip(planes, tables, strict=True)])
        mixed = np.asarray(cv2.transform(lit, matrix), np.uint16)
        return cv2.split(np.right_shift(mixed, 8, out=mixed).astype(np.uint8))

    return recoloured(texture.pixels, change)


@lru_cache(maxsize=64)
def tones(exposure: float, temperature: float, tint: float, contrast: float) -> NDArray[np.float64]:
    """(3, 256): of blue, green, red what each level becomes, 0…1. White balance keeps a grey's luminance."""
    stops = temperature * WARM + tint * MAGENTA
    gains = 2**exposure * 2**stops / (LUMINANCE @ 2**stops)
    lit = _from_light(_to_light(np.arange(256) / 255) * gains[::-1, None])
    return np.asarray(np.clip((lit - 0.5) * contrast + 0.5, 0, 1))


@lru_cache(maxsize=64)
def mixture(saturation: float, hue: float) -> NDArray[np.float64]:
    """(3, 3) over red, green, blue; a grey stays as it is."""
    grey = np.tile(LUMINANCE, (3, 1))
    turn = math.radians(hue)
    return np.asarray(grey + saturation * (math.cos(turn) * (np.eye(3) - grey) + math.sin(turn) * TURN))


def _to_light(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _from_light(light: NDArray[np.float64]) -> NDArray[np.float64]:
    light = np.minimum(light, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
