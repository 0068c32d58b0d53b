"""Lines that draw themselves, with a soft area beneath and a point at each value."""

import math
from bisect import bisect_right
from typing import Annotated, Any, Literal

from pydantic import Field

from render_engine.components.chart import AIR, Amount, Chart, Plot, appears, axis, counts, faint, places, plot
from render_engine.components.curve import SAMPLES, Spot, path_data, reached, through
from render_engine.components.parts import Parts, at, parts, shown_as
from render_engine.components.syntax import mixed
from render_engine.document.fields import ColorText, EasingName, Keyframe, Keyframed, Model, Springing
from render_engine.document.gradient import LinearGradient, Stop
from render_engine.document.layer import Matte
from render_engine.layers.group import Group
from render_engine.layers.shape import Shape, Stroke, Trim
from render_engine.layers.text import Text
from render_engine.timeline.context import Context
from render_engine.timeline.easing import easing

MOST_POINTS = 24  # of a line that shows a dot at each value
LINE, DOT = 0.2, 0.5  # widths, of the font's size
STEPS = 60  # of a line on its way, for what follows its head
FROM_ZERO = 0.5  # data whose least value is below this share of the greatest are shown from zero

Way = list[tuple[float, Spot]]  # spots along a line, with the share of its length at each


class Line(Model):
    """Values of one thing, from left to right."""

    values: list[Amount] = Field(min_length=2, max_length=2000)
    label: str = Field("", max_length=60, description="Stands at the line's end.")
    color: ColorText | None = Field(None, description="One of the palette's if left out.")


class LineChart(Chart):
    """Lines from left to right over one scale."""

    type: Literal["line_chart"] = "line_chart"
    lines: list[Line] = Field(min_length=1, max_length=12)
    labels: list[str] = Field([], max_length=2000, description="Under the points, one for each.")
    smooth: bool = Field(True, description="Curves between the points, which never go beyond them.")
    area: bool | None = Field(None, description="A soft light beneath each line; under a single one, if left out.")
    dots: bool = True
    duration: Annotated[float, Field(gt=0, le=600)] = Field(1.6, description="Seconds that a line takes.")
    easing: EasingName = "easeInOut"


def resolve(layer: LineChart, context: Context) -> Parts:
    em, points = layer.font_size, max(len(line.values) for line in layer.lines)
    if layer.labels and len(layer.labels) != points:
        raise context.wrong(f"there are {points} values, and {len(layer.labels)} labels: give one for each", "labels")
    numbers = [value for line in layer.lines for value in line.values]
    low, high = min(numbers), max(numbers)
    low = min(0.0, low) if low < FROM_ZERO * high else low
    decimals = places(layer, numbers)
    ends = [_end(layer, k, decimals) for k in range(len(layer.lines))]
    right = max(max(shown_as(part, context).width for part in end) for end in ends) + 1.1 * em
    below = (1.2 + AIR) * em if layer.labels else 0.6 * em
    found = plot(layer, low, high, (0.6 * em, right, below), context)
    layers = axis(layer, found) + _labels(layer, found, context)
    spots = [_spots(line, found, points) for line in layer.lines]
    heights = _apart([line[-1][1] for line in spots], [1.3 * em * len(end) for end in ends], layer.size[1])
    for k, line in enumerate(spots):
        layers += [*_line(layer, k, line, found), *_placed(layer, ends[k], line[-1][0], heights[k])]
    return Parts(*layer.size, parts(layer.size, layers, context))


def _spots(line: Line, plot: Plot, points: int) -> list[Spot]:
    step = (plot.right - plot.left) / (points - 1)
    return [(plot.left + k * step, plot.y(value)) for k, value in enumerate(line.values)]


def _color(layer: LineChart, k: int) -> str:
    palette = layer.colors
    return layer.lines[k].color or (palette.primary, palette.accent, palette.secondary, palette.text)[k % 4]


def _line(layer: LineChart, k: int, spots: list[Spot], plot: Plot) -> list[Any]:
    color, em, start = _color(layer, k), layer.font_size, layer.delay
    pieces = through(spots, layer.smooth)
    way = reached(pieces)
    drawn = Keyframed[float](
        keyframes=[Keyframe(at=start, value=0, easing=layer.easing), Keyframe(at=start + layer.duration, value=1)]
    )
    stroke = Stroke(color=color, width=LINE * em, cap="round", join="round")
    corner = at(spots[0][0], min(y for _, y in spots))
    line = Shape(shape="path", path=path_data(pieces), fill=None, stroke=stroke, trim=Trim(end=drawn), **corner)
    area = [_area(layer, color, path_data(pieces), way, plot)] if _has_area(layer) else []
    dots = _dots(layer, color, way[::SAMPLES]) if layer.dots and len(spots) <= MOST_POINTS else []
    return [*area, line, *dots]


def _has_area(layer: LineChart) -> bool:
    return len(layer.lines) == 1 if layer.area is None else layer.area


def _area(layer: LineChart, color: str, curve: str, way: Way, plot: Plot) -> Group:
    """As far as the line is drawn: behind its head there is nothing yet."""
    first, last = way[0][1][0], way[-1][1][0]
    closed = f"{curve}L{last:.3f} {plot.bottom:.3f}L{first:.3f} {plot.bottom:.3f}Z"
    shade = LinearGradient(angle=180, stops=[Stop(color=faint(color, 0.34)), Stop(color=faint(color, 0.0))])
    top = min(y for _, (_, y) in way)
    light = Shape(shape="path", path=closed, fill=shade, matte=Matte(layer="seen"), **at(first, top))
    seen = Shape(id="seen", size=_seen(layer, way, plot), fill="white", **at(first, 0))
    return Group(size=layer.size, layers=[seen, light], **at(0, 0))


def _seen(layer: LineChart, way: Way, plot: Plot) -> Any:
    """From the first point to the line's head: its width over time."""
    ease, frames = easing(layer.easing), []
    for k in range(STEPS + 1):
        width = max(0.0, _head(way, ease(k / STEPS)) - way[0][1][0])
        frames.append(Keyframe[Spot](at=layer.delay + layer.duration * k / STEPS, value=(width, plot.bottom)))
    return Keyframed[Spot](keyframes=frames)


def _head(way: Way, share: float) -> float:
    """The x that a line of this share of its length has come to."""
    k = min(max(bisect_right(way, share, key=lambda reached: reached[0]), 1), len(way) - 1)
    (low, (x0, _)), (high, (x1, _)) = way[k - 1], way[k]
    return x0 + (x1 - x0) * min(1.0, max(0.0, (share - low) / (high - low)))


def _dots(layer: LineChart, color: str, way: Way) -> list[Any]:
    """Each pops up as the line comes by."""
    size, ease = DOT * layer.font_size, easing(layer.easing)
    stroke = Stroke(color=color, width=0.55 * LINE * layer.font_size)
    dots = []
    for share, spot in way:
        delay = layer.delay + layer.duration * _when(ease, share)
        pop = Springing[float](spring="poppy", from_=0, to=1, delay=delay)
        fill = layer.colors.bg
        dots.append(
            Shape(shape="ellipse", size=(size, size), fill=fill, stroke=stroke, position=spot, scale=pop, opacity=pop)
        )
    return dots


def _when(ease: Any, share: float) -> float:
    """The first time at which an easing has gone so far, to a thousandth."""
    return next((k / 1000 for k in range(1001) if ease(k / 1000) >= share - 1e-9), 1.0)


def _end(layer: LineChart, k: int, decimals: int) -> list[Any]:
    """A line's name and its last value."""
    line, em = layer.lines[k], layer.font_size
    color = mixed(_color(layer, k), 0.2, layer.colors.text)
    name = Text(text=line.label, font=layer.font, size=0.86 * em, weight=500, color=color)
    late = layer.delay + 0.55 * layer.duration
    timing: dict[str, Any] = {"delay": late, "duration": 0.55 * layer.duration}
    style: dict[str, Any] = {"size": 1.2 * em, "color": layer.colors.text, "align": "left"}
    value = counts(layer, line.values[-1], decimals, **timing, **style)
    return [value, *([name] if line.label else [])]


def _placed(layer: LineChart, end: list[Any], x: float, y: float) -> list[Any]:
    """Under each other, beside the line's end."""
    em, comes = layer.font_size, appears(layer.delay + 0.55 * layer.duration, 0.35 * layer.duration)
    tops = [y + (k - (len(end) - 1) / 2) * 1.25 * em for k in range(len(end))]
    return [
        part.model_copy(update={"position": (x + 0.9 * em, top), "anchor": ("left", "center"), "opacity": comes})
        for part, top in zip(end, tops, strict=True)
    ]


def _apart(heights: list[float], sizes: list[float], whole: float) -> list[float]:
    """The middles of boxes near these heights, none over another, as far as the chart is high enough."""
    order = sorted(range(len(heights)), key=lambda k: heights[k])
    places, lowest = list(heights), -math.inf
    for k in order:
        places[k] = max(heights[k], lowest + sizes[k] / 2)
        lowest = places[k] + sizes[k] / 2
    highest = whole
    for k in reversed(order):
        places[k] = min(places[k], highest - sizes[k] / 2)
        highest = places[k] - sizes[k] / 2
    return places


def _labels(layer: LineChart, plot: Plot, context: Context) -> list[Any]:
    """As many as fit, at equal steps."""
    if not layer.labels:
        return []
    em = layer.font_size
    style: dict[str, Any] = {"font": layer.font, "size": em, "color": layer.colors.text_muted}
    step = (plot.right - plot.left) / max(1, len(layer.labels) - 1)
    widest = max(shown_as(Text(text=label or " ", **style), context).width for label in layer.labels)
    every = max(1, math.ceil((widest + em) / step))
    return [
        Text(
            text=label, position=(plot.left + k * step, layer.size[1] - 0.6 * em), opacity=appears(layer.delay, 0.5), **style
        )
        for k, label in enumerate(layer.labels)
        if k % every == 0
    ]  # fmt: skip
