"""Blend modes: Qt's where it has them, the four that mix whole colours here (W3C Compositing, level 1)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from render_engine.cpu.texture import Pixels

_Mode = QPainter.CompositionMode
QT_MODES = {
    "normal": _Mode.CompositionMode_SourceOver,
    "multiply": _Mode.CompositionMode_Multiply,
    "screen": _Mode.CompositionMode_Screen,
    "overlay": _Mode.CompositionMode_Overlay,
    "darken": _Mode.CompositionMode_Darken,
    "lighten": _Mode.CompositionMode_Lighten,
    "color-dodge": _Mode.CompositionMode_ColorDodge,
    "color-burn": _Mode.CompositionMode_ColorBurn,
    "hard-light": _Mode.CompositionMode_HardLight,
    "soft-light": _Mode.CompositionMode_SoftLight,
    "difference": _Mode.CompositionMode_Difference,
    "exclusion": _Mode.CompositionMode_Exclusion,
    "add": _Mode.CompositionMode_Plus,
}

Plane = NDArray[np.float32]  # (rows, width), levels of 0…255
Planes = tuple[Plane, Plane, Plane]  # blue, green, red
WEIGHTS = (0.11, 0.59, 0.3)  # of blue, green, red, as the W3C gives them
NON_SEPARABLE = ("hue", "saturation", "color", "luminosity")
ROWS = 32  # at a time: their planes stay in the processor's cache
LEVEL = np.float32(1 / 255)
HALF = np.float32(0.5)  # two levels of a straight colour differ by 1 at least: less is none
NONE = np.float32(1e-6)


def blend_into(under: Pixels, over: Pixels, mode: str) -> None:
    """Blends `over` into `under` in place; both (height, width, 4) premultiplied BGRA."""
    for top in range(0, under.shape[0], ROWS):
        below, above = under[top : top + ROWS], over[top : top + ROWS]
        if above[..., 3].any():
            below[:] = _blended(below, above, mode)


def _blended(under: Pixels, over: Pixels, mode: str) -> Pixels:
    *below, alpha_below = _planes(under)
    *above, alpha_above = _planes(over)
    opaque_below, opaque_above = (bool((each[..., 3] == 255).all()) for each in (under, over))
    mixed = _mixed(
        _straight(below, None if opaque_below else alpha_below),
        _straight(above, None if opaque_above else alpha_above),
        mode,
    )
    if opaque_below and opaque_above:
        return _merged([*mixed, alpha_below])
    alpha_above *= LEVEL
    if opaque_below:
        return _merged([*(a + alpha_above * (c - a) for a, c in zip(below, mixed, strict=True)), alpha_below])
    alpha_below *= LEVEL
    both = alpha_below * alpha_above
    alpha = (alpha_below + alpha_above - both) * np.float32(255)
    planes = [
        np.minimum(alpha, a - alpha_above * a + b - alpha_below * b + both * c)
        for a, b, c in zip(below, above, mixed, strict=True)
    ]
    return _merged([*planes, alpha])


def _mixed(under: Planes, over: Planes, mode: str) -> Planes:
    """Of straight colours.

    Giving a colour another saturation and another luminosity moves it along a line: its luminosity and a multiple of how
    far each channel is from it. So is clipping what leaves 0…255, which the W3C does towards the luminosity.
    """
    color = over if mode in ("hue", "color") else under
    own, lum = _lum(color), _lum(over if mode == "luminosity" else under)
    low, high = _extremes(color)
    share: Plane | np.float32 = np.float32(1)
    if mode in ("hue", "saturation"):
        other_low, other_high = _extremes(under if mode == "hue" else over)
        share = (other_high - other_low) / np.maximum(high - low, HALF)
    fits_black = np.minimum(1, lum / np.maximum((own - low) * share, NONE))
    fits_white = np.minimum(1, (255 - lum) / np.maximum((high - own) * share, NONE))
    share = share * fits_black * fits_white
    blue, green, red = (lum + share * (channel - own) for channel in color)
    return blue, green, red


def _planes(pixels: Pixels) -> list[Plane]:
    return [np.asarray(plane, np.float32) for plane in cv2.split(pixels)]


def _straight(premultiplied: list[Plane], alpha: Plane | None) -> Planes:
    """Straight colours; `alpha` is None where all is opaque."""
    if alpha is not None:
        share = np.divide(255, np.maximum(alpha, 1), dtype=np.float32)
        premultiplied = [plane * share for plane in premultiplied]
    blue, green, red = premultiplied
    return blue, green, red


def _lum(color: Planes) -> Plane:
    two = cv2.addWeighted(color[0], WEIGHTS[0], color[1], WEIGHTS[1], 0)
    return np.asarray(cv2.scaleAdd(color[2], WEIGHTS[2], two), np.float32)


def _extremes(color: Planes) -> tuple[Plane, Plane]:
    blue, green, red = color
    return np.minimum(np.minimum(blue, green), red), np.maximum(np.maximum(blue, green), red)


def _merged(planes: Sequence[cv2.typing.MatLike]) -> Pixels:
    return np.asarray(cv2.convertScaleAbs(cv2.merge(planes)), np.uint8)
