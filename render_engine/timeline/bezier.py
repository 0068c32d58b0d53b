"""Outlines as pieces: lines and Bézier curves of two to four points, and the arithmetic on one of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from render_engine.display_list import Path

Spot = tuple[float, float]
Segment = tuple[Spot, ...]  # 2, 3 or 4 points: a line, a quadratic, a cubic
COUNTS = {"L": 1, "Q": 2, "C": 3}


def contours(path: Path) -> Iterator[tuple[list[Segment], bool]]:
    """Every contour's segments, and whether it is closed; the closing line is one of them."""
    coordinates = iter(path.points)
    spots = iter(list(zip(coordinates, coordinates, strict=True)))
    current: list[Segment] = []
    begin = here = (0.0, 0.0)
    for verb in path.verbs:
        if verb == "M":
            if current:
                yield current, False
            current, begin = [], next(spots)
            here = begin
        elif verb == "Z":
            if here != begin:
                current.append((here, begin))
            if current:
                yield current, True
            current, here = [], begin
        else:
            segment = (here, *(next(spots) for _ in range(COUNTS[verb])))
            current.append(segment)
            here = segment[-1]
    if current:
        yield current, False


def segments(path: Path) -> Iterator[Segment]:
    for found, _ in contours(path):
        yield from found


def split(segment: Segment, share: float) -> tuple[Segment, Segment]:
    """De Casteljau: the curve before and after `share`."""
    before, after, points = [segment[0]], [segment[-1]], list(segment)
    while len(points) > 1:
        points = [_between(p, q, share) for p, q in pairwise(points)]
        before.append(points[0])
        after.append(points[-1])
    return tuple(before), tuple(reversed(after))


def point_at(segment: Segment, share: float) -> Spot:
    return split(segment, share)[0][-1]


def turns(segment: Segment, axis: int) -> list[float]:
    """Shares inside a curve where it turns back along one axis: the roots of the derivative."""
    values = [point[axis] for point in segment]
    slopes = [late - early for early, late in pairwise(values)]
    if len(slopes) == 2:
        p, q = slopes
        roots = [p / (p - q)] if p != q else []
    elif len(slopes) == 3:
        roots = _quadratic(slopes[0] - 2 * slopes[1] + slopes[2], 2 * (slopes[1] - slopes[0]), slopes[0])
    else:
        roots = []
    return [root for root in roots if 0 < root < 1]


def _quadratic(a: float, b: float, c: float) -> list[float]:
    if abs(a) < 1e-12:
        return [-c / b] if b else []
    inside = b * b - 4 * a * c
    if inside < 0:
        return []
    return [(-b - math.sqrt(inside)) / (2 * a), (-b + math.sqrt(inside)) / (2 * a)]


def _between(p: Spot, q: Spot, share: float) -> Spot:
    return p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share
