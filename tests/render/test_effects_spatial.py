"""Effects that look further than one pixel: against exact arithmetic, and by what they promise."""

from __future__ import annotations

import math
from functools import cache

import cv2
import numpy as np
import pytest

from render_engine.cpu import effects
from render_engine.cpu.texture import Texture
from render_engine.display_list import Effect
from tests.render.test_backdrop import MEDIA

WIDTH, HEIGHT = 480, 270


@cache
def picture(name: str) -> np.ndarray:
    """Premultiplied, opaque but for the letters."""
    canvas = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    if name == "photo":
        canvas[..., :3] = cv2.resize(
            cv2.imread(str(MEDIA / "astronaut.png")), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA
        )
    elif name == "gradient":
        canvas[..., 0], canvas[..., 1] = np.linspace(0, 255, WIDTH)[None], np.linspace(0, 40, HEIGHT)[:, None]
    if name != "letters":
        canvas[..., 3] = 255
        return canvas
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.putText(ink, "Hard edges", (20, 120), cv2.FONT_HERSHEY_SIMPLEX, 2.2, 255, 12)
    cv2.putText(ink, "and small type as well", (20, 200), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 1)
    return np.repeat(ink[..., None], 4, 2)


def applied(pixels: np.ndarray, name: str, *numbers: float, reach: int = 0, **more: object) -> np.ndarray:
    return effects.apply(Texture(pixels.copy()), Effect(name, numbers, reach, **more), ())  # type: ignore[arg-type]


def exactly_blurred(pixels: np.ndarray, sigma: float) -> np.ndarray:
    reach = math.ceil(6 * sigma)
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    wide = cv2.copyMakeBorder(pixels.astype(np.float64), *[reach] * 4, cv2.BORDER_CONSTANT)
    found = cv2.sepFilter2D(wide, -1, kernel / kernel.sum(), kernel / kernel.sum())
    return np.asarray(found[reach:-reach, reach:-reach])


def decibels(one: np.ndarray, other: np.ndarray) -> float:
    return 10 * math.log10(255**2 / float(((one.astype(float) - other) ** 2).mean()))


@pytest.mark.parametrize("sigma", [1, 2, 3, 5, 7, 10, 20, 50, 100])
@pytest.mark.parametrize("name", ["photo", "gradient", "letters"])
def test_a_blur_is_45_db_from_the_exact_one(name: str, sigma: float) -> None:
    assert decibels(applied(picture(name), "blur", sigma), exactly_blurred(picture(name), sigma)) > 45


@pytest.mark.parametrize("sigma", [0.25, 1.5, 4, 13, 40, 600, 9000])
def test_a_blurred_colour_never_exceeds_its_alpha(sigma: float) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (90, 70, 4), np.uint8)
    pixels = np.minimum(pixels, pixels[..., 3:])
    blurred = applied(pixels, "blur", sigma)
    assert blurred.shape == pixels.shape
    assert (blurred[..., :3] <= blurred[..., 3:]).all()
