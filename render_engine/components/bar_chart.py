"""Bars that grow one after another, their values counting along."""

from typing import Annotated, Any, Literal

from pydantic import Field

from render_engine.components.chart import AIR, Amount, Chart, Plot, appears, axis, counts, places, plot
from render_engine.components.parts import Parts, part, parts, shown_as
from render_engine.components.syntax import mixed
from render_engine.document.fields import ColorText, Model, Springing, SpringName, SpringSettings
from render_engine.document.gradient import LinearGradient
from render_engine.layers.count_up import counter
from render_engine.layers.shape import Shape
from render_engine.layers.text import Text
from render_engine.timeline.context import Context
from render_engine.timeline.scene import Node

FARTHEST = 2  # times its value: no spring swings further
VALUE = 1.05  # size of a value, of the font's
SMALLEST = 0.5  # of that: values that had to be smaller are left out


class Bar(Model):
    """A value with its name."""

    value: Amount
    label: str = Field("", max_length=100)
    color: ColorText | None = Field(None, description="The palette's first colour if left out.")


class BarChart(Chart):
    """Standing bars from zero."""

    type: Literal["bar_chart"] = "bar_chart"
    data: list[Bar | Amount] = Field(min_length=1, max_length=200, description="Numbers, or numbers with labels.")
    values: bool = Field(True, description="Shows each bar's value at its end.")
    width: Annotated[float, Field(gt=0, le=1)] = Field(0.56, description="Of a bar, as a share of its place.")
    spring: SpringName | SpringSettings = "smooth"
    stagger: Annotated[float, Field(ge=0, le=60)] = Field(0.08, description="Seconds from one bar to the next.")


def resolve(layer: BarChart, context: Context) -> Parts:
    bars = [bar if isinstance(bar, Bar) else Bar(value=bar) for bar in layer.data]
    numbers, em = [bar.value for bar in bars], layer.font_size
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    room = (VALUE * 1.2 + AIR) * em if layer.values else 0.5 * em
    below = (1.2 + AIR) * em if any(bar.label for bar in bars) else 0.5 * em
    found = plot(layer, low, high, (room if high > 0 else 0.5 * em, 0.0, below + (room if low < 0 else 0.0)), context)
    layers, decimals = axis(layer, found), places(layer, numbers)
    size = _value_size(layer, numbers, found, decimals, context)
    for k, bar in enumerate(bars):
        layers += _bar(layer, bar, k, found)
    values = [_value(layer, bar, k, found, decimals, size, context) for k, bar in enumerate(bars)] if size else []
    return Parts(*layer.size, (*parts(layer.size, layers, context), *values))


def _value_size(layer: BarChart, numbers: list[float], plot: Plot, decimals: int, context: Context) -> float:
    """Px an em of the values, so that none reaches over its neighbour's; 0 where they are not shown."""
    if not layer.values:
        return 0.0
    size = VALUE * layer.font_size
    widest = max(shown_as(counts(layer, n, decimals, size=size), context).width for n in numbers)
    fits = min(1.0, 0.96 * (plot.right - plot.left) / len(numbers) / widest)
    return fits * size if fits >= SMALLEST else 0.0


def _place(layer: BarChart, bar: Bar, k: int, plot: Plot) -> tuple[float, float, float, float]:
    """x of the middle, y of zero, the height, and when it begins to grow."""
    slot, zero = (plot.right - plot.left) / len(layer.data), plot.y(0.0)
    return plot.left + (k + 0.5) * slot, zero, abs(plot.y(bar.value) - zero), layer.delay + k * layer.stagger


def _bar(layer: BarChart, bar: Bar, k: int, plot: Plot) -> list[Any]:
    slot = (plot.right - plot.left) / len(layer.data)
    (x, zero, tall, delay), width, up = _place(layer, bar, k, plot), layer.width * slot, bar.value >= 0
    color = bar.color or layer.colors.primary
    round_ = min(0.5 * layer.font_size, 0.25 * width)
    grown = Springing[tuple[float, float]](spring=layer.spring, from_=(width, 0), to=(width, tall), delay=delay)
    shape = Shape(
        size=grown,
        radius=(round_, round_, 0, 0) if up else (0, 0, round_, round_),
        fill=LinearGradient(angle=180 if up else 0, stops=[mixed(color, 0.14, "#ffffff"), color]),
        anchor=("center", "bottom" if up else "top"),
        position=(x, zero),
    )
    return [shape, *_label(layer, bar.label, x, slot)]


def _value(layer: BarChart, bar: Bar, k: int, plot: Plot, decimals: int, size: float, context: Context) -> Node:
    """It rides on the bar's end, and counts by the same spring: it always says how high the bar is."""
    x, zero, tall, delay = _place(layer, bar, k, plot)
    way, away = (-1, -0.35 * layer.font_size) if bar.value >= 0 else (1, 0.35 * layer.font_size)
    near, far = (x, zero + away), (x, zero + way * tall + away)
    ride = Springing[tuple[float, float]](spring=layer.spring, from_=near, to=far, delay=delay)
    place: dict[str, Any] = {"position": ride, "anchor": ("center", "bottom" if way < 0 else "top")}
    style: dict[str, Any] = {"size": size, "color": layer.colors.text, "opacity": appears(delay, 0.3)}
    model = counts(layer, bar.value, decimals, **style, **place)
    inside = context.inside(values=context.values.afresh())
    share = inside.values.number(Springing[float](spring=layer.spring, from_=0, to=1, delay=delay))
    ends = [0, bar.value, FARTHEST * bar.value]
    content = counter(model, lambda t: bar.value * share.at(t), inside.values.motion, ends, inside)
    return part(content, model, layer.size, context)


def _label(layer: BarChart, label: str, x: float, slot: float) -> list[Text]:
    if not label:
        return []
    em = layer.font_size
    return [
        Text(
            text=label, font=layer.font, size=em, color=layer.colors.text_muted, width=max(1.0, slot - 0.3 * em),
            max_lines=1, ellipsis=True, align="center", position=(x, layer.size[1] - 0.6 * em),
            opacity=appears(layer.delay, 0.5),
        )
    ]  # fmt: skip
