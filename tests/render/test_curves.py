"""Curves are drawn where they are: pixel by pixel against the area that the true curve covers."""

from __future__ import annotations

import numpy as np
import pytest

from render_engine import Composition, Shape

FINER = 16
TOLERANCE = 12  # levels of 255: an edge off by 0.05 px


@pytest.mark.parametrize("radius", [6.3, 20.0, 71.7])
def test_a_circle_covers_each_pixel_by_its_area(radius: float) -> None:
    x, y = 80.37, 79.81
    circle = Shape(shape="ellipse", size=(2 * radius, 2 * radius), position=(x, y), fill="white")
    drawn = Composition(size=(160, 160), duration=1, layers=[circle]).frame(0)[..., 0]
    grid = (np.arange(160 * FINER) + 0.5) / FINER
    inside = (grid[None, :] - x) ** 2 + (grid[:, None] - y) ** 2 < radius**2
    area = inside.reshape(160, FINER, 160, FINER).mean((1, 3)) * 255
    assert np.abs(drawn - area).max() <= TOLERANCE
