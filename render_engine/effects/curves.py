"""Tone curves through points, for all channels together and for each."""

import struct
from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from render_engine.display_list import Effect, Table
from render_engine.document.fields import Model, Share

if TYPE_CHECKING:
    from render_engine.timeline.context import Context

Points = list[tuple[Share, Share]]
STRAIGHT: Points = [(0, 0), (1, 1)]


def _rising(points: Points) -> Points:
    if any(late[0] <= early[0] for early, late in pairwise(points)):
        raise ValueError("points stand from left to right: each one's first number is larger than the one's before")
    return points


Curve = Annotated[Points, AfterValidator(_rising), Field(min_length=2, max_length=64)]


class Curves(Model):
    """Bends tones along curves: points [in, out] from 0 (black) to 1 (white), joined without overshooting."""

    type: Literal["curves"] = "curves"
    master: Curve = Field(STRAIGHT, description="For all channels, after each one's own curve.")
    red: Curve = STRAIGHT
    green: Curve = STRAIGHT
    blue: Curve = STRAIGHT


def resolve(model: Curves, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    if all(_is_straight(curve) for curve in (model.master, model.red, model.green, model.blue)):
        return lambda seconds, scale: None
    master = curve_through(model.master)
    own = (curve_through(points) for points in (model.red, model.green, model.blue))
    values = [master(curve(level / 255)) for curve in own for level in range(256)]
    effect = Effect("curves", (), 0, tables=(Table((3, 256), struct.pack(f"<{len(values)}f", *values)),))
    return lambda seconds, scale: effect


def _is_straight(points: Points) -> bool:
    return points[0] == (0, 0) and points[-1] == (1, 1) and all(x == y for x, y in points)


def curve_through(points: Points) -> Callable[[float], float]:
    """The monotone cubic (Fritsch and Carlson) through points whose x rise; level beyond the first and the last."""
    xs, ys = zip(*points, strict=True)
    slopes = _slopes(xs, ys)

    def at(x: float) -> float:
        k = bisect_right(xs, x) - 1
        if k < 0 or k >= len(xs) - 1:
            return float(ys[0] if k < 0 else ys[-1])
        width = xs[k + 1] - xs[k]
        t = (x - xs[k]) / width
        from_left = ys[k] * (1 + 2 * t) * (1 - t) ** 2 + slopes[k] * width * t * (1 - t) ** 2
        return float(from_left + ys[k + 1] * t**2 * (3 - 2 * t) - slopes[k + 1] * width * t**2 * (1 - t))

    return at


def _slopes(xs: tuple[float, ...], ys: tuple[float, ...]) -> list[float]:
    """At each point: the mean of the slopes beside it, none at a peak, and lessened where the curve would turn back."""
    steps = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(zip(xs, ys, strict=True))]
    inner = [(one + other) / 2 if one * other > 0 else 0.0 for one, other in pairwise(steps)]
    slopes = [steps[0], *inner, steps[-1]]
    for k, step in enumerate(steps):
        if step == 0:
            slopes[k] = slopes[k + 1] = 0.0
            continue
        steep = ((slopes[k] / step) ** 2 + (slopes[k + 1] / step) ** 2) ** 0.5
        if steep > 3:
            slopes[k] *= 3 / steep
            slopes[k + 1] *= 3 / steep
    return slopes
