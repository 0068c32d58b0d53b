"""A smooth curve through points, which goes nowhere beyond them."""

from collections.abc import Sequence
from itertools import pairwise

from render_engine.display_list import Path


def smooth(points: Sequence[tuple[float, float]]) -> Path:
    """Cubics through points of rising x: level at every peak and valley, so that no curve goes over its points.

    The slope at a point is the harmonic mean of those beside it (Fritsch and Butland, 1984)."""
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    tangents = [0.0, *(2 * a * b / (a + b) if a * b > 0 else 0.0 for a, b in pairwise(slopes)), 0.0]
    numbers = list(points[0])
    for k, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        third = (x1 - x0) / 3
        numbers += [x0 + third, y0 + tangents[k] * third, x1 - third, y1 - tangents[k + 1] * third, x1, y1]
    return Path("M" + "C" * (len(points) - 1), tuple(numbers))
