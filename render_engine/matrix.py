"""Plane transforms as nine numbers, so that the timeline needs neither Qt nor numpy.

A `Matrix` (a, b, c, d, e, f, g, h, i) maps column vectors:

    x' = (a·x + c·y + e) / w        y' = (b·x + d·y + f) / w        w = g·x + h·y + i
"""

from __future__ import annotations

import math

Matrix = tuple[float, float, float, float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # x0, y0, x1, y1

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
NEAR = 1 / 64  # a point whose w is smaller lies behind the eye or too near to it


def translation(x: float, y: float) -> Matrix:
    return (1.0, 0.0, 0.0, 1.0, x, y, 0.0, 0.0, 1.0)


def scaling(x: float, y: float) -> Matrix:
    return (x, 0.0, 0.0, y, 0.0, 0.0, 0.0, 0.0, 1.0)


def multiply(m: Matrix, n: Matrix) -> Matrix:
    """The transform that does `n` first, then `m`."""
    a, b, c, d, e, f, g, h, i = m
    p, q, r, s, t, u, v, w, x = n
    if g == h == v == w == 0.0 and i == x == 1.0:
        return (
            a * p + c * q,
            b * p + d * q,
            a * r + c * s,
            b * r + d * s,
            a * t + c * u + e,
            b * t + d * u + f,
            0.0,
            0.0,
            1.0,
        )
    return (
        a * p + c * q + e * v,
        b * p + d * q + f * v,
        a * r + c * s + e * w,
        b * r + d * s + f * w,
        a * t + c * u + e * x,
        b * t + d * u + f * x,
        g * p + h * q + i * v,
        g * r + h * s + i * w,
        g * t + h * u + i * x,
    )


def apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    w = m[6] * x + m[7] * y + m[8]
    return (m[0] * x + m[2] * y + m[4]) / w, (m[1] * x + m[3] * y + m[5]) / w


def determinant(m: Matrix) -> float:
    a, b, c, d, e, f, g, h, i = m
    if g == h == 0.0 and i == 1.0:
        return a * d - c * b
    return a * (d * i - f * h) - c * (b * i - f * g) + e * (b * h - d * g)


def inverse(m: Matrix) -> Matrix | None:
    """The transform back, or None where the plane is seen edge-on or has no size."""
    a, b, c, d, e, f, g, h, i = m
    det = determinant(m)
    if -1e-12 < det < 1e-12:
        return None
    if g == h == 0.0 and i == 1.0:
        return (d / det, -b / det, -c / det, a / det, (c * f - e * d) / det, (e * b - a * f) / det, 0.0, 0.0, 1.0)
    n = [
        (d * i - f * h) / det,
        (f * g - b * i) / det,
        (e * h - c * i) / det,
        (a * i - e * g) / det,
        (c * f - e * d) / det,
        (e * b - a * f) / det,
        (b * h - d * g) / det,
        (c * g - a * h) / det,
        (a * d - b * c) / det,
    ]
    if g == h == 0.0:
        return (n[0] / n[8], n[1] / n[8], n[2] / n[8], n[3] / n[8], n[4] / n[8], n[5] / n[8], 0.0, 0.0, 1.0)
    return (n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8])


def map_box(m: Matrix, box: Box) -> Box | None:
    """Bounds of a box after the transform; None where nothing of it lies before the eye."""
    x0, y0, x1, y1 = box
    if m[1] == m[2] == m[6] == m[7] == 0.0 and m[8] == 1.0:
        xs = (m[0] * x0 + m[4], m[0] * x1 + m[4])
        ys = (m[3] * y0 + m[5], m[3] * y1 + m[5])
        return min(xs), min(ys), max(xs), max(ys)
    if m[6] == m[7] == 0.0 and m[8] == 1.0:
        a, b, c, d, e, f = m[:6]
        left, right = (a * x0, a * x1) if a * x0 <= a * x1 else (a * x1, a * x0)
        low, high = (c * y0, c * y1) if c * y0 <= c * y1 else (c * y1, c * y0)
        top, bottom = (b * x0, b * x1) if b * x0 <= b * x1 else (b * x1, b * x0)
        upper, lower = (d * y0, d * y1) if d * y0 <= d * y1 else (d * y1, d * y0)
        return left + low + e, top + upper + f, right + high + e, bottom + lower + f
    corners = _before_the_eye(m, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    if not corners:
        return None
    points = [apply(m, x, y) for x, y in corners]
    return min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)


def _before_the_eye(m: Matrix, polygon: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The part of a polygon where w ≥ NEAR."""
    depth = [m[6] * x + m[7] * y + m[8] - NEAR for x, y in polygon]
    kept: list[tuple[float, float]] = []
    for k, (point, here) in enumerate(zip(polygon, depth, strict=True)):
        if here >= 0:
            kept.append(point)
        following = (k + 1) % len(polygon)
        there = depth[following]
        if (here >= 0) != (there >= 0):
            share = here / (here - there)
            (x, y), (u, v) = point, polygon[following]
            kept.append((x + (u - x) * share, y + (v - y) * share))
    return kept


def scale_of(m: Matrix) -> float:
    """The largest stretch of the transform's linear part."""
    a, b, c, d = m[0], m[1], m[2], m[3]
    squares = a * a + b * b + c * c + d * d
    det = a * d - b * c
    return math.sqrt(max(0.0, (squares + math.sqrt(max(0.0, squares * squares - 4 * det * det))) / 2))


def scale_within(m: Matrix, box: Box) -> float:
    """The largest stretch in a box, for drawing it from pixels: the near side of a plane in space is larger than the far
    one, but pixels over three times as fine as the far side shows would flicker there. 0 behind the eye."""
    if m[6] == m[7] == 0.0:
        return scale_of(m) / abs(m[8])
    x0, y0, x1, y1 = box
    corners = _before_the_eye(m, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    scales = [scale_of(_linear_at(m, x, y)) for x, y in corners]
    return min(max(scales), 3 * min(scales)) if scales else 0.0


def _linear_at(m: Matrix, x: float, y: float) -> Matrix:
    """The linear part of the transform near a point before the eye."""
    w = m[6] * x + m[7] * y + m[8]
    u, v = apply(m, x, y)
    return (
        (m[0] - u * m[6]) / w,
        (m[1] - v * m[6]) / w,
        (m[2] - u * m[7]) / w,
        (m[3] - v * m[7]) / w,
        0.0,
        0.0,
        0.0,
        0.0,
        1.0,
    )
