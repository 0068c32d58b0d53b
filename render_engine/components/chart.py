"""What charts have in common: numbers at round steps, fine lines at them, and where a value stands."""

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field

from render_engine.color import parse
from render_engine.components.parts import at, shown_as
from render_engine.document.fields import ColorText, Keyframe, Keyframed, Pixels, Seconds
from render_engine.document.layer import VisualLayer
from render_engine.layers.count_up import CountUp, written
from render_engine.layers.shape import Shape
from render_engine.layers.text import Text
from render_engine.layers.text_style import Size
from render_engine.motion.tokens import PALETTES, Palette
from render_engine.timeline.context import Context

Amount = Annotated[float, Field(ge=-1e12, le=1e12)]
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
AIR = 0.7  # of the font's size, between numbers or labels and the plot
FADES = 0.5  # seconds


class Chart(VisualLayer):
    """The frame of a chart."""

    size: tuple[Pixels, Pixels] = Field((960, 540), description="Of the whole chart, in px.")
    palette: Literal["dark", "light", "midnight", "sunset", "ocean"] = "dark"
    text_color: ColorText | None = Field(
        None, description="Of values and of the line at zero; the palette's if left out."
    )
    label_color: ColorText | None = Field(None, description="Of labels and of the axis; the palette's if left out.")
    prefix: str = Field("", max_length=20, description="Before each number.")
    suffix: str = Field("", max_length=20, description="After each number.")
    decimals: Annotated[int, Field(ge=0, le=6)] | None = Field(
        None, description="Of the values; as many as they are written with, if left out."
    )
    locale: Literal["en", "de", "fr", "ch", "none"] = "en"
    axis: bool = Field(True, description="Numbers and fine lines at round steps.")
    delay: Seconds = Field(0, ge=0, description="When the chart begins to draw itself.")
    font: str = "Inter"
    font_size: Size = Field(22, description="Of labels; values are a little larger.")

    @property
    def colors(self) -> Palette:
        own = PALETTES[self.palette]
        return replace(own, text=self.text_color or own.text, text_muted=self.label_color or own.text_muted)


@dataclass(frozen=True)
class Plot:
    """The part of a chart where data stand: its edges in px, and the values at the lower and the upper one."""

    left: float
    top: float
    right: float
    bottom: float
    ticks: tuple[float, ...]

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


LEAST_SPAN = 1e-300  # between two numbers: floats have no powers of ten much beneath it


def round_steps(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Multiples of 1, 2, 2.5 or 5 times a power of ten that enclose both; at most `most` steps between them."""
    if high - low < LEAST_SPAN:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < LEAST_SPAN:
        high = 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (factor * power for factor in (*STEPS, *(10 * factor for factor in STEPS))):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= most:
            return tuple(k * step for k in range(first, last + 1))
    raise AssertionError


def plot(chart: Any, low: float, high: float, margins: tuple[float, float, float], context: Context) -> Plot:
    """`margins`: px that the chart needs on top, on the right and at the bottom."""
    ticks = round_steps(low, high)
    left = max(shown_as(Text(**_label(chart, tick, ticks)), context).width for tick in ticks) if chart.axis else 0.0
    left += AIR * chart.font_size if chart.axis else 0.0
    width, height = chart.size
    top, right, bottom = margins
    if width - left - right < 16 or height - top - bottom < 16:
        raise context.wrong("there is no room for data: make the chart larger, or its font smaller", "size")
    return Plot(left, top, width - right, height - bottom, ticks)


def axis(chart: Chart, plot: Plot) -> list[Any]:
    """The line at zero is a little stronger."""
    if not chart.axis:
        return []
    layers: list[Any] = []
    opacity = appears(chart.delay, FADES)
    for tick in plot.ticks:
        y = plot.y(tick)
        ink = faint(chart.colors.text, 0.22 if tick == 0 else 0.08)
        layers.append(Shape(size=(plot.right - plot.left, 1), fill=ink, opacity=opacity, **at(plot.left, round(y))))
        place: dict[str, Any] = {"position": (plot.left - AIR * chart.font_size, y), "anchor": ("right", "center")}
        layers.append(Text(**_label(chart, tick, plot.ticks), opacity=opacity, **place))
    return layers


def _label(chart: Chart, tick: float, ticks: tuple[float, ...]) -> dict[str, Any]:
    step = ticks[1] - ticks[0]
    places = next((k for k in range(13) if abs(step * 10**k - round(step * 10**k)) < 1e-6), 12)
    number = CountUp(to=0, decimals=places, locale=chart.locale)
    shown = f"{chart.prefix}{written(tick, number)}{chart.suffix}"
    color = chart.colors.text_muted
    return {"text": shown, "font": chart.font, "size": 0.86 * chart.font_size, "color": color, "features": {"tnum": 1}}


def counts(chart: Chart, value: float, places: int, **more: Any) -> CountUp:
    """A value that counts from zero."""
    return CountUp(
        from_=0, to=value, decimals=places, easing="easeOut", prefix=chart.prefix, suffix=chart.suffix,
        locale=chart.locale, font=chart.font, weight=600, **{"align": "center", **more},
    )  # fmt: skip


def places(chart: Chart, values: list[float]) -> int:
    """Digits after the point, the same for all values."""
    return chart.decimals if chart.decimals is not None else max(CountUp(to=value).places for value in values)


def appears(start: float, lasts: float) -> Any:
    return Keyframed[float](
        keyframes=[Keyframe(at=start, value=0, easing="easeOut"), Keyframe(at=start + lasts, value=1)]
    )


def faint(color: str, alpha: float) -> str:
    red, green, blue = (round(255 * channel) for channel in parse(color)[:3])
    return f"rgba({red}, {green}, {blue}, {alpha:g})"
