"""Glow: the light of what is bright enough, blurred in 16 bits, is added; where nothing was, it brings its own alpha."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import from_16_bit
from render_engine.cpu.effects.blur import LEVEL, Fine, enlarged, reduced, reduction
from render_engine.cpu.straight import is_opaque
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect, Rgba

ROWS = 32  # at a time: they stay in the processor's cache
KNEE = 0.1  # below the threshold, over so much brightness, things begin to shine


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels = texture.pixels
    sigma, strength, threshold = effect.numbers
    light = _light(pixels, threshold)
    if effect.colors:
        light = _brightness(light)
    by = reduction(sigma)
    for top, rows in enlarged(reduced(light, sigma, by), by, light.shape):
        shine = _tinted(rows, effect.colors[0], strength) if effect.colors else _scaled(rows, strength)
        _add(pixels[top : top + len(rows)], from_16_bit(shine).astype(np.uint8))
    return pixels


def _light(pixels: Pixels, threshold: float) -> NDArray[np.uint8]:
    if threshold == 0:
        return pixels
    levels = np.clip((np.arange(256) / 255 - threshold) / KNEE + 1, 0, 1)
    soft = np.round(levels * levels * (3 - 2 * levels) * 255).astype(np.uint8)
    light = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        rows = pixels[top : top + ROWS]
        share = cv2.LUT(_brightness(rows), soft)
        cv2.multiply(rows, cv2.merge([share] * 4), scale=1 / 255, dst=light[top : top + ROWS])
    return light


def _brightness(pixels: Pixels) -> NDArray[np.uint8]:
    """The largest of the three colours."""
    blue, green, red = (cv2.extractChannel(pixels, k) for k in range(3))
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def _scaled(rows: Fine, strength: float) -> Fine:
    return np.minimum(np.asarray(cv2.addWeighted(rows, strength, rows, 0, 0), np.uint16), np.uint16(255 * LEVEL))


def _tinted(rows: Fine, color: Rgba, strength: float) -> Fine:
    red, green, blue, alpha = (channel / 65535 for channel in color)
    planes = [_scaled(rows, strength * alpha * channel) for channel in (blue, green, red)]
    return np.asarray(cv2.merge([*planes, planes[0]]), np.uint16)


def _add(pixels: Pixels, shine: Pixels) -> None:
    """Colours add up as far as their alpha, which the brightest of the light covers as any paint would."""
    if is_opaque(pixels):
        cv2.add(pixels, shine, dst=pixels)
        return
    cover = _brightness(shine)
    alpha = cv2.extractChannel(pixels, 3)
    covered = cv2.bitwise_not(cv2.multiply(cv2.bitwise_not(alpha), cv2.bitwise_not(cover), scale=1 / 255))
    cv2.add(pixels, shine, dst=pixels)
    cv2.min(pixels, cv2.merge([covered] * 4), dst=pixels)
    cv2.insertChannel(covered, pixels, 3)
