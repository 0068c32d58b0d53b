"""Blend modes: Qt's where it has them, the four that mix whole colours here (W3C Compositing, level 1)."""

from __future__ import annotations

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

Color = NDArray[np.float32]  # (…, 3) BGR in 0…1
WEIGHTS = np.array([0.11, 0.59, 0.3], np.float32)  # of blue, green, red, as the W3C gives them


def _lum(color: Color) -> Color:
    return np.asarray(color @ WEIGHTS, np.float32)[..., None]


def _clip(color: Color) -> Color:
    lum, low, high = _lum(color), color.min(-1, keepdims=True), color.max(-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        color = np.where(low < 0, lum + (color - lum) * lum / (lum - low), color)
        return np.where(high > 1, lum + (color - lum) * (1 - lum) / (high - lum), color)


def _with_lum(color: Color, lum: Color) -> Color:
    return _clip(color + (lum - _lum(color)))


def _sat(color: Color) -> Color:
    return np.asarray(color.max(-1, keepdims=True) - color.min(-1, keepdims=True), np.float32)


def _with_sat(color: Color, sat: Color) -> Color:
    low, span = color.min(-1, keepdims=True), _sat(color)
    return np.where(span > 0, (color - low) * sat / np.maximum(span, 1e-9), np.float32(0))


NON_SEPARABLE = {
    "hue": lambda under, over: _with_lum(_with_sat(over, _sat(under)), _lum(under)),
    "saturation": lambda under, over: _with_lum(_with_sat(under, _sat(over)), _lum(under)),
    "color": lambda under, over: _with_lum(over, _lum(under)),
    "luminosity": lambda under, over: _with_lum(under, _lum(over)),
}


def blend_into(under: Pixels, over: Pixels, mode: str, rows: int = 64) -> None:
    """Blends `over` into `under` in place; both (height, width, 4) premultiplied BGRA."""
    for top in range(0, under.shape[0], rows):
        band = under[top : top + rows]
        band[:] = _blended(band, over[top : top + rows], mode)


def _blended(under: Pixels, over: Pixels, mode: str) -> Pixels:
    below, above = under.astype(np.float32) / 255, over.astype(np.float32) / 255
    alpha_below, alpha_above = below[..., 3:], above[..., 3:]
    straight_below = below[..., :3] / np.maximum(alpha_below, 1e-6)
    straight_above = above[..., :3] / np.maximum(alpha_above, 1e-6)
    mixed = NON_SEPARABLE[mode](straight_below, straight_above)
    color = (1 - alpha_above) * below[..., :3] + (1 - alpha_below) * above[..., :3] + alpha_above * alpha_below * mixed
    alpha = alpha_above + alpha_below - alpha_above * alpha_below
    return (np.concatenate([np.minimum(color, alpha), alpha], -1) * 255 + 0.5).astype(np.uint8)
