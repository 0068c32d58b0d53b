"""The four blend modes that mix whole colours, against the W3C's own steps in double precision."""

from __future__ import annotations

import numpy as np
import pytest

from render_engine.cpu.blend import NON_SEPARABLE, blend_into

NEAR = 1e-9  # what doubles round away is no reason to clip
WEIGHTS = np.array([0.11, 0.59, 0.3])  # of blue, green, red


def lum(color: np.ndarray) -> np.ndarray:
    return (color * WEIGHTS).sum(-1, keepdims=True)


def sat(color: np.ndarray) -> np.ndarray:
    return color.max(-1, keepdims=True) - color.min(-1, keepdims=True)


def clipped(color: np.ndarray) -> np.ndarray:
    middle, low, high = lum(color), color.min(-1, keepdims=True), color.max(-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        color = np.where(low < -NEAR, middle + (color - middle) * middle / (middle - low), color)
        return np.where(high > 1 + NEAR, middle + (color - middle) * (1 - middle) / (high - middle), color)


def with_lum(color: np.ndarray, other: np.ndarray) -> np.ndarray:
    return clipped(color + lum(other) - lum(color))


def with_sat(color: np.ndarray, other: np.ndarray) -> np.ndarray:
    span = np.where(sat(color) > 0, sat(color), 1)
    return (color - color.min(-1, keepdims=True)) / span * sat(other)


W3C = {
    "hue": lambda under, over: with_lum(with_sat(over, under), under),
    "saturation": lambda under, over: with_lum(with_sat(under, over), under),
    "color": lambda under, over: with_lum(over, under),
    "luminosity": lambda under, over: with_lum(under, over),
}


def exactly(under: np.ndarray, over: np.ndarray, mode: str) -> np.ndarray:
    below, above = under / 255, over / 255
    alpha_below, alpha_above = below[..., 3:], above[..., 3:]
    straight = [each[..., :3] / np.where(each[..., 3:] > 0, each[..., 3:], 1) for each in (below, above)]
    mixed = alpha_above * alpha_below * W3C[mode](*straight)
    color = (1 - alpha_above) * below[..., :3] + (1 - alpha_below) * above[..., :3] + mixed
    alpha = alpha_above + alpha_below - alpha_above * alpha_below
    return np.concatenate([color, alpha], -1) * 255


def colors(alpha: str, seed: int) -> np.ndarray:
    """(70, 400, 4) premultiplied: many greys, blacks and whites among them."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (70, 400, 4)).astype(np.uint8)
    pixels[:9, :, :3] = pixels[:9, :, :1]
    pixels[9:20, :, :3] = random.choice([0, 255], (11, 400, 3))
    if alpha == "opaque":
        pixels[..., 3] = 255
    pixels[20:23, :, 3] = 0 if alpha == "translucent" else 255
    return np.minimum(pixels, pixels[..., 3:])


@pytest.mark.parametrize("over", ["opaque", "translucent"])
@pytest.mark.parametrize("under", ["opaque", "translucent"])
@pytest.mark.parametrize("mode", NON_SEPARABLE)
def test_a_mode_is_a_level_from_the_w3cs_arithmetic(mode: str, under: str, over: str) -> None:
    below, above = colors(under, 1), colors(over, 2)
    found = below.copy()
    blend_into(found, above, mode)
    assert np.abs(found - exactly(below, above, mode)).max() <= 1
    assert (found[..., :3] <= found[..., 3:]).all()
