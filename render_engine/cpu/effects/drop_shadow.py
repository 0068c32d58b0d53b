"""Drop shadow: the alpha, moved, blurred and coloured, under the picture itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

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
    shadow = gaussian(moved(pixels[..., 3].astype(np.float32), dx, dy), sigma)[..., None]
    tint = np.array([blue * alpha, green * alpha, red * alpha, alpha], np.float32)
    through = np.float32(1) - pixels[..., 3:].astype(np.float32) / np.float32(255)
    return to_8_bit((shadow * tint * through).astype(np.float32, copy=False)) + pixels


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
