"""A smooth curve through points that never goes beyond them: monotone cubic pieces (Fritsch and Carlson, 1980)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import dist

from render_engine.timeline.bezier import point_at

Spot = tuple[float, float]
Piece = tuple[Spot, Spot, Spot, Spot]
SAMPLES = 16  # of each piece, for its length


def through(points: Sequence[Spot], smooth: bool) -> list[Piece]:
    """Cubic Béziers from point to point; x rises."""
    slopes = _slopes(points) if smooth else None
    pieces = []
    for k, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        third = (x1 - x0) / 3
        first, last = (slopes[k], slopes[k + 1]) if slopes else ((y1 - y0) / (x1 - x0),) * 2
        pieces.append(((x0, y0), (x0 + third, y0 + first * third), (x1 - third, y1 - last * third), (x1, y1)))
    return pieces


def _slopes(points: Sequence[Spot]) -> list[float]:
    """Zero at every turn, else the harmonic mean of both sides: then no piece leaves its two ends."""
    sides = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    between = [2 * a * b / (a + b) if a * b > 0 else 0.0 for a, b in pairwise(sides)]
    return [sides[0], *between, sides[-1]]


def path_data(pieces: Sequence[Piece]) -> str:
    """As SVG writes it."""
    start = f"M{pieces[0][0][0]:.3f} {pieces[0][0][1]:.3f}"
    return start + "".join("C" + " ".join(f"{c:.3f}" for spot in piece[1:] for c in spot) for piece in pieces)


def reached(pieces: Sequence[Piece]) -> list[tuple[float, Spot]]:
    """Spots along the curve, close to each other, and at what share of the whole length each of them stands.

    Every `SAMPLES`-th is one of the points that the curve goes through.
    """
    spots = [pieces[0][0]]
    for piece in pieces:
        spots += [point_at(piece, k / SAMPLES) for k in range(1, SAMPLES + 1)]
    lengths = list(accumulate((dist(a, b) for a, b in pairwise(spots)), initial=0.0))
    return [(length / lengths[-1], spot) for length, spot in zip(lengths, spots, strict=True)]
