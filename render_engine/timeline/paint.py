"""From a document's colours and gradients to the display list's paints: CSS's conventions into plain geometry."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from render_engine import color, display_list
from render_engine.document.gradient import GRADIENTS, ConicGradient, LinearGradient, RadialGradient, Stop
from render_engine.matrix import Box
from render_engine.timeline.value import Fixed, Vectorial
from render_engine.timeline.values_of import Values

# of the layer's seconds and the box that is painted, in the op's own px
PaintAt = Callable[[float, Box], display_list.Paint]
_Geometry = Callable[[float, Box], tuple[float, ...]]


def paint(field: Any, values: Values) -> PaintAt:
    """Of a colour (fixed or animated) or a gradient."""
    if isinstance(field, GRADIENTS):
        return _gradient(field, values)
    tint = values.color(field)
    if isinstance(tint, Fixed):
        solid = display_list.Solid(color.quantise(tint.value))
        return lambda seconds, box: solid
    return lambda seconds, box: display_list.Solid(color.quantise(tint.at(seconds)))


def _gradient(field: LinearGradient | RadialGradient | ConicGradient, values: Values) -> PaintAt:
    geometry = _GEOMETRY[type(field)](field, values)
    tints = [values.color(stop.color if isinstance(stop, Stop) else stop) for stop in field.stops]
    offsets = spread_offsets([stop.offset if isinstance(stop, Stop) else None for stop in field.stops])
    kind, spread = field.type, field.spread

    def at(seconds: float, box: Box) -> display_list.Paint:
        stops = tuple((o, color.quantise(tint.at(seconds))) for o, tint in zip(offsets, tints, strict=True))
        numbers = tuple(round(number * 256) / 256 + 0.0 for number in geometry(seconds, box))
        return display_list.Gradient(kind, numbers, stops, spread)

    return at


def spread_offsets(written: Sequence[float | None]) -> list[float]:
    """CSS's rules: the ends are 0 and 1, none lies before an earlier one, the rest spread evenly between."""
    offsets = list(written)
    offsets[0] = 0.0 if offsets[0] is None else offsets[0]
    offsets[-1] = 1.0 if offsets[-1] is None else offsets[-1]
    known: list[tuple[int, float]] = []
    for k, offset in enumerate(offsets):
        if offset is not None:
            known.append((k, max(offset, known[-1][1]) if known else offset))
    result = [known[0][1]]
    for (k, low), (n, high) in pairwise(known):
        result.extend(low + (high - low) * (j - k) / (n - k) for j in range(k + 1, n + 1))
    return [round(offset * 65536) / 65536 for offset in result]


def _linear(field: LinearGradient, values: Values) -> _Geometry:
    if field.from_ is not None:
        start, end = _in_box(field.from_, values), _in_box(field.to, values)
        return lambda seconds, box: (*_placed(start, seconds, box), *_placed(end, seconds, box))
    angle = values.number(field.angle)

    def along(seconds: float, box: Box) -> tuple[float, ...]:
        turn = math.radians(angle.at(seconds))
        dx, dy = math.sin(turn), -math.cos(turn)
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        half = (abs((box[2] - box[0]) * dx) + abs((box[3] - box[1]) * dy)) / 2
        return (x - dx * half, y - dy * half, x + dx * half, y + dy * half)

    return along


def _radial(field: RadialGradient, values: Values) -> _Geometry:
    center = _in_box(field.center, values)
    radius = None if field.radius is None else _in_box(field.radius, values)
    circle = field.shape == "circle"

    def around(seconds: float, box: Box) -> tuple[float, ...]:
        x, y = _placed(center, seconds, box)
        if radius is not None:
            rx, ry = _placed(radius, seconds, (0.0, 0.0, box[2] - box[0], box[3] - box[1]))
            return (x, y, max(0.0, rx), max(0.0, ry))
        across, down = max(x - box[0], box[2] - x), max(y - box[1], box[3] - y)
        if circle:
            return (x, y, math.hypot(across, down), math.hypot(across, down))
        return (x, y, across * math.sqrt(2), down * math.sqrt(2))  # through the corner, as wide to high as the sides

    return around


def _conic(field: ConicGradient, values: Values) -> _Geometry:
    center, angle = _in_box(field.center, values), values.number(field.angle)
    return lambda seconds, box: (*_placed(center, seconds, box), angle.at(seconds))


_GEOMETRY: dict[type, Callable[[Any, Values], _Geometry]] = {
    LinearGradient: _linear,
    RadialGradient: _radial,
    ConicGradient: _conic,
}


def _in_box(field: Any, values: Values) -> Vectorial:
    """A pair of coordinates (or one for both) as px and shares of a box: (x px, x share, y px, y share)."""

    def parts(pair: Any) -> tuple[float, ...]:
        x, y = pair if isinstance(pair, tuple) else (pair, pair)
        return (*_px_and_share(x), *_px_and_share(y))

    return values.of(field, parts)


def _px_and_share(coordinate: float | str) -> tuple[float, float]:
    return (0.0, float(coordinate[:-1]) / 100) if isinstance(coordinate, str) else (float(coordinate), 0.0)


def _placed(value: Vectorial, seconds: float, box: Box) -> tuple[float, float]:
    x, across, y, down = value.at(seconds)
    return box[0] + x + across * (box[2] - box[0]), box[1] + y + down * (box[3] - box[1])
