"""Gradients at full precision, dithered; Qt's own work in 8 bits and show steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.dither import thresholds
from render_engine.cpu.texture import Pixels
from render_engine.display_list import Gradient, Rect
from render_engine.matrix import Matrix, inverse

STEPS = 8192  # colours along the way: 32 for each level of an 8-bit channel from 0 to 255
ROWS = 16  # worked on at once: what is between stays in the processor's cache


def gradient_pixels(gradient: Gradient, matrix: Matrix, area: Rect) -> Pixels:
    """The gradient over `area`; `matrix` takes the gradient's coordinates to the area's."""
    x0, y0, x1, y1 = area
    pixels = np.empty((y1 - y0, x1 - x0, 4), np.uint8)
    back = inverse(matrix)
    if back is None:
        pixels[:] = 0
        return pixels
    colors = ramp(gradient)
    for top in range(0, y1 - y0, ROWS):
        rows = min(ROWS, y1 - y0 - top)
        x, y = _coordinates(back, x0, y0 + top, x1 - x0, rows)
        index = _index(gradient, x, y)
        np.add(
            colors.take(index, axis=0), thresholds(rows, x1 - x0, top), out=pixels[top : top + rows], casting="unsafe"
        )
    return pixels


def _coordinates(back: Matrix, x0: int, y0: int, width: int, rows: int) -> tuple[NDArray[np.float64], ...]:
    across = np.arange(x0, x0 + width) + 0.5
    down = (np.arange(y0, y0 + rows) + 0.5)[:, None]
    a, b, c, d, e, f, g, h, i = back
    x, y = a * across + c * down + e, b * across + d * down + f
    if g == h == 0.0:
        return x, y
    w = g * across + h * down + i
    w[w < 1e-9] = 1e-9
    return x / w, y / w


def _index(gradient: Gradient, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
    share = _SHARE[gradient.kind](gradient.geometry, x, y)
    if gradient.spread == "repeat":
        share = share - np.floor(share)
    elif gradient.spread == "reflect":
        share = 1 - np.abs(np.mod(share, 2) - 1)
    return np.asarray(np.clip(share, 0, 1) * (STEPS - 1) + 0.5, np.int32)


def _linear(geometry: tuple[float, ...], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    x0, y0, x1, y1 = geometry
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    return ((x - x0) * dx + (y - y0) * dy) / length if length else np.ones_like(x)


def _radial(geometry: tuple[float, ...], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    cx, cy, rx, ry = geometry
    return np.sqrt(((x - cx) / max(rx, 1e-6)) ** 2 + ((y - cy) / max(ry, 1e-6)) ** 2)


def _conic(geometry: tuple[float, ...], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    cx, cy, angle = geometry
    turn = np.degrees(np.arctan2(x - cx, cy - y)) - angle
    return np.mod(turn / 360, 1)


_SHARE = {"linear": _linear, "radial": _radial, "conic": _conic}


def ramp(gradient: Gradient) -> NDArray[np.float32]:
    """(STEPS, 4) premultiplied BGRA in 0…255; at offsets that coincide the later colour begins."""
    share = np.linspace(0, 1, STEPS)
    offsets = [offset for offset, _ in gradient.stops]
    colors = np.array([color for _, color in gradient.stops], np.float64) / 65535
    colors[:, :3] *= colors[:, 3:]
    steps = np.stack([np.interp(share, offsets, colors[:, k]) for k in (2, 1, 0, 3)], axis=1)
    return np.asarray(steps * 255, np.float32)
