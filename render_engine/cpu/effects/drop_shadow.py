"""Drop shadow: the alpha, moved, blurred and coloured, under the picture itself.

Coloured in strips of rows: a whole picture in floats is memory that comes and goes, and clearing it costs more than the sums.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import SIDE, to_8_bit
from render_engine.cpu.effects.blur import gaussian
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

ROWS = 4 * SIDE  # of a strip: the dither's pattern goes on in the next one


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels = texture.pixels
    dx, dy, sigma = effect.numbers
    red, green, blue, alpha = (channel / 65535 for channel in effect.colors[0])
    own = np.ascontiguousarray(pixels[..., 3])
    shadow = gaussian(moved(own.astype(np.float32), dx, dy), sigma)
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        rows = slice(top, top + ROWS)
        around = cv2.bitwise_not(own[rows])
        seen = np.asarray(cv2.multiply(shadow[rows], around, scale=1 / 255, dtype=cv2.CV_32F), np.float32)
        cv2.add(pixels[rows], _colored(seen, (blue * alpha, green * alpha, red * alpha, alpha)), dst=out[rows])
    return out


def _colored(seen: NDArray[np.float32], shares: tuple[float, ...]) -> Pixels:
    planes = {share: _plane(seen, share) for share in set(shares)}  # most shadows are black: three of four are zeros
    return np.asarray(cv2.merge([planes[share] for share in shares]), np.uint8)


def _plane(seen: NDArray[np.float32], share: float) -> NDArray[np.uint8]:
    if share == 0:
        return np.zeros(seen.shape, np.uint8)
    return np.ascontiguousarray(to_8_bit((seen * np.float32(share))[..., None])[..., 0])


def moved(plane: NDArray[np.float32], dx: float, dy: float) -> NDArray[np.float32]:
    """The plane moved by fractions of px, zeros coming in."""
    for axis, by in ((1, dx), (0, dy)):
        if by:
            plane = _moved_along(plane, by, axis)
    return plane


def _moved_along(plane: NDArray[np.float32], by: float, axis: int) -> NDArray[np.float32]:
    out = np.zeros_like(plane)
    whole = math.floor(by)
    share = np.float32(by - whole)
    for step, part in ((whole, 1 - share), (whole + 1, share)):
        if part and abs(step) < plane.shape[axis]:
            to, source = slice(max(step, 0), min(step, 0) or None), slice(max(-step, 0), min(-step, 0) or None)
            if axis:
                out[:, to] += plane[:, source] * part
            else:
                out[to] += plane[source] * part
    return out
