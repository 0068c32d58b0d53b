"""Drop shadow: the alpha, moved, blurred and coloured, under the picture itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import to_8_bit
from render_engine.cpu.effects.blur import gaussian
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels = texture.pixels
    dx, dy, sigma = effect.numbers
    red, green, blue, alpha = (channel / 65535 for channel in effect.colors[0])
    own = np.ascontiguousarray(pixels[..., 3])
    shadow = gaussian(moved(own.astype(np.float32), dx, dy), sigma)
    seen = np.asarray(cv2.multiply(shadow, cv2.bitwise_not(own), scale=1 / 255, dtype=cv2.CV_32F), np.float32)
    shares = (blue * alpha, green * alpha, red * alpha, alpha)
    planes = {share: _plane(seen, share) for share in set(shares)}  # most shadows are black: three of four are zeros
    return np.asarray(cv2.add(pixels, cv2.merge([planes[share] for share in shares])), np.uint8)


def _plane(seen: NDArray[np.float32], share: float) -> NDArray[np.uint8]:
    if share == 0:
        return np.zeros(seen.shape, np.uint8)
    return np.ascontiguousarray(to_8_bit((seen * np.float32(share))[..., None])[..., 0])


def moved(plane: NDArray[np.float32], dx: float, dy: float) -> NDArray[np.float32]:
    """The plane moved by fractions of px, zeros coming in."""
    for axis, by in ((1, dx), (0, dy)):
        whole = math.floor(by)
        share = np.float32(by - whole)
        plane = _shifted(plane, whole, axis)
        if share:
            plane = plane * (1 - share) + _shifted(plane, 1, axis) * share
    return plane


def _shifted(plane: NDArray[np.float32], by: int, axis: int) -> NDArray[np.float32]:
    out = np.zeros_like(plane)
    size = plane.shape[axis]
    if abs(by) >= size:
        return out
    to, frm = (slice(by, None), slice(None, size - by)) if by >= 0 else (slice(None, by), slice(-by, None))
    if axis:
        out[:, to] = plane[:, frm]
    else:
        out[to] = plane[frm]
    return out
