"""Easings: functions of 0…1 by name, `step(n)`, or any cubic Bézier."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache

Ease = Callable[[float], float]


def out(ease: Ease) -> Ease:
    return lambda t: 1 - ease(1 - t)


def in_out(ease: Ease) -> Ease:
    return lambda t: ease(2 * t) / 2 if t < 0.5 else 1 - ease(2 - 2 * t) / 2


@lru_cache(maxsize=256)
def cubic_bezier(x1: float, y1: float, x2: float, y2: float) -> Ease:
    """CSS's cubic-bezier(): x1 and x2 lie in 0…1, so that x rises."""

    # x = ((a·s + b − c)·s)·s + d·s, and y alike
    a, b, c, d = 1 + 3 * x1 - 3 * x2, 3 * x2, 6 * x1, 3 * x1
    p, q, r, u = 1 + 3 * y1 - 3 * y2, 3 * y2, 6 * y1, 3 * y1
    turn = 2 * x2 - 4 * x1

    def ease(t: float) -> float:
        low, high, s = 0.0, 1.0, t
        for _ in range(60):
            x = (a * s + b - c) * s * s + d * s - t
            if -1e-12 < x < 1e-12:
                break
            if x < 0:
                low = s
            else:
                high = s
            slope = 3 * (a * s * s + turn * s + x1)
            newton = s - x / slope if slope > 1e-9 else -1.0
            s = newton if low < newton < high else (low + high) / 2
        return (p * s + q - r) * s * s + u * s

    return ease


def _back(t: float) -> float:
    return t * t * (2.7 * t - 1.7)


def _elastic(t: float) -> float:
    return t if t in (0.0, 1.0) else -(2 ** (10 * t - 10)) * math.sin((10 * t - 10.75) * 2 * math.pi / 3)


def _bounce_out(t: float) -> float:
    """Four parabolas of one curvature: a fall, then three bounces of falling height."""
    if t < 1 / 2.75:
        return 7.5625 * t**2
    if t < 2 / 2.75:
        return 7.5625 * (t - 1.5 / 2.75) ** 2 + 0.75
    if t < 2.5 / 2.75:
        return 7.5625 * (t - 2.25 / 2.75) ** 2 + 0.9375
    return 7.5625 * (t - 2.625 / 2.75) ** 2 + 0.984375


_FAMILIES: dict[str, Ease] = {
    "Quad": lambda t: t**2,
    "Cubic": lambda t: t**3,
    "Quart": lambda t: t**4,
    "Quint": lambda t: t**5,
    "Sine": lambda t: 1 - math.cos(t * math.pi / 2),
    "Circ": lambda t: 1 - math.sqrt(max(0.0, 1 - t * t)),
    "Expo": lambda t: 0.0 if t == 0 else 2 ** (10 * (t - 1)),
    "Back": _back,
    "Elastic": _elastic,
    "Bounce": lambda t: 1 - _bounce_out(1 - t),
}

EASINGS: dict[str, Ease] = {
    "linear": lambda t: t,
    "hold": lambda t: 0.0 if t < 1 else 1.0,
    "easeOut": cubic_bezier(0.16, 1, 0.3, 1),
    "easeInOut": cubic_bezier(0.4, 0, 0.2, 1),
    "circOut": out(_FAMILIES["Circ"]),
    "backOut": out(_back),
    "expoOut": out(_FAMILIES["Expo"]),
    **{f"in{name}": ease for name, ease in _FAMILIES.items()},
    **{f"out{name}": out(ease) for name, ease in _FAMILIES.items()},
    **{f"inOut{name}": in_out(ease) for name, ease in _FAMILIES.items()},
}

_STEP = re.compile(r"step\((\d{1,4})\)$")


def easing(name: str | tuple[float, float, float, float]) -> Ease:
    """The easing called `name`, `step(n)` (n equal steps, the last reached at 1), or a Bézier's four numbers."""
    if isinstance(name, tuple):
        return cubic_bezier(*name)
    if match := _STEP.match(name):
        steps = int(match[1])
        if steps:
            return lambda t: 1.0 if t >= 1 else math.floor(t * steps) / steps
    if name not in EASINGS:
        raise ValueError(f"“{name}” is not an easing")
    return EASINGS[name]
