"""A quarter in fifteen seconds: who reports, the figures, and what they mean."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from render_engine.components.bar_chart import Bar, BarChart
from render_engine.document.composition import Composition
from render_engine.document.fields import Finite, Model, Springing
from render_engine.document.gradient import LinearGradient
from render_engine.document.typed_props import FileName
from render_engine.layers.count_up import CountUp
from render_engine.layers.sequence import Scene, Sequence
from render_engine.layers.shape import Shape
from render_engine.layers.stack import Stack
from render_engine.layers.text import Text
from render_engine.motion.entrance import Entrance
from render_engine.motion.tokens import Palette
from render_engine.transitions.model import Transition
from resources.templates._design import Frame, PaletteName, Size, Theme, colors_of, music, sheen
from resources.templates._parts import Side, kicker, lights, line, logo, panel, title

SECONDS = 15.0
OPENING, FIGURES, MEANING = 4.1, 6.2, 5.9
CHANGE = 0.6


class Metric(Model):
    """A figure that counts up."""

    label: str = Field(max_length=60)
    value: Finite
    prefix: str = Field("", max_length=8)
    suffix: str = Field("", max_length=8)
    decimals: int = Field(0, ge=0, le=4)
    change: str = Field("", max_length=40, description="Under the figure: +24 % on last quarter.")


class Point(Model):
    """A bar of the chart."""

    label: str = Field(max_length=16)
    value: Finite


class Props(Theme):
    """Names, figures and sentences."""

    palette: PaletteName = Field("ocean", description="Colours that go together.")
    company: str = Field("Northwind Labs", min_length=1, max_length=60)
    period: str = Field("Third quarter 2026", max_length=60)
    headline: str = Field("Growth that pays for itself.", min_length=1, max_length=120)
    logo: FileName | None = None
    metrics_title: str = Field("The quarter in figures", max_length=80)
    metrics: list[Metric] = Field(
        [
            Metric(
                label="Annual recurring revenue",
                value=4.8,
                prefix="$",
                suffix="M",
                decimals=1,
                change="+38 % in a year",
            ),
            Metric(label="Net revenue retention", value=124, suffix=" %", change="+6 points"),
            Metric(label="Paying teams", value=1840, change="+312 this quarter"),
        ],
        min_length=1,
        max_length=4,
    )
    chart_title: str = Field("Revenue, $M", max_length=60)
    chart: list[Point] = Field(
        [
            Point(label="Q4", value=3.1),
            Point(label="Q1", value=3.5),
            Point(label="Q2", value=4.0),
            Point(label="Q3", value=4.8),
        ],
        min_length=2,
        max_length=8,
    )
    points_title: str = Field("What comes next", max_length=80)
    points: list[str] = Field(
        ["Break-even since July", "Europe opens in November", "Hiring six engineers"], max_length=4
    )
    music: FileName | None = Field("media/music-calm.m4a", description="Sound under it all; null is silence.")


def compose(props: Props, size: Size = (1920, 1080)) -> Composition:
    frame, colors = Frame(*size), colors_of(props)
    return Composition(
        title=f"{props.company}: {props.period}",
        size=size,
        fps=30,
        duration=SECONDS,
        background=colors.bg,
        layers=[
            *lights(frame, colors, SECONDS),
            Sequence(
                id="scenes",
                scenes=[
                    Scene(id="opening", duration=OPENING, layers=[_opening(props, frame, colors)]),
                    _scene("figures", FIGURES, _figures(props, frame, colors)),
                    _scene("meaning", MEANING, _meaning(props, frame, colors)),
                ],
            ),
            *music(props.music, SECONDS),
        ],
    )


def _scene(name: str, seconds: float, layer: Stack) -> Scene:
    change = Transition(type="scaleFade", duration=CHANGE, easing="easeInOut")
    return Scene(id=name, duration=seconds, transition=change, layers=[layer])


def _opening(props: Props, frame: Frame, colors: Palette) -> Stack:
    px, room = frame.px, frame.room
    layers = [
        *logo(props.logo, 110 * px, 0.1),
        *kicker(f"{props.company}  ·  {props.period}" if props.period else props.company, 27 * px, colors.accent, width=room[0]),
        title(
            props.headline, props.font, frame.pick(148, 112, 124) * px, (room[0], 0.56 * frame.height),
            sheen(colors.text, colors.primary, 110, 0.5), align="left" if frame.is_wide else "center", delay=0.35, id="headline",
        ),
        _rule(frame, colors),
    ]  # fmt: skip
    wide = frame.is_wide
    return Stack(id="opening", gap=34 * px, align="start" if wide else "center", size=(room[0], None), layers=layers)


def _rule(frame: Frame, colors: Palette) -> Shape:
    thick = 8 * frame.px
    grown = Springing[tuple[float, float]](spring="smooth", from_=(0, thick), to=(180 * frame.px, thick), delay=0.9)
    return Shape(
        id="rule", size=grown, radius=thick / 2, fill=LinearGradient(angle=90, stops=[colors.accent, colors.primary])
    )


def _figures(props: Props, frame: Frame, colors: Palette) -> Stack:
    px, count, gap, in_row = frame.px, len(props.metrics), 32 * frame.px, frame.is_wide
    height = frame.pick(0.42, 0.58, 0.6) * frame.height
    share = ((frame.room[0] if in_row else height) - gap * (count - 1)) / count
    size = (share, height) if in_row else (frame.room[0], share)
    cards = [_card(it, k, size, frame, colors) for k, it in enumerate(props.metrics)]
    layers = [
        *_heading(props.metrics_title, props, frame, colors),
        Stack(direction="row" if in_row else "column", gap=gap, layers=cards),
    ]
    return Stack(id="figures", gap=frame.pick(64, 44, 76) * px, align="start", layers=layers)


def _heading(text: str, props: Props, frame: Frame, colors: Palette) -> list[Text]:
    if not text:
        return []
    room = (frame.room[0], 0.16 * frame.height)
    return [
        title(
            text,
            props.font,
            frame.pick(76, 68, 84) * frame.px,
            room,
            colors.text,
            align="left",
            delay=0.25,
            id="heading",
        )
    ]


def _card(it: Metric, k: int, size: tuple[float, float], frame: Frame, colors: Palette) -> Stack:
    """The figure between its name and its change."""
    px, delay = frame.px, 0.5 + 0.16 * k
    pad = 42 * px
    room, tall = size[0] - 2 * pad, size[1] - 2 * pad
    digits = len(f"{it.value:,.{it.decimals}f}") + len(it.prefix) + len(it.suffix)
    figure = min(0.42 * tall, room / (0.66 * max(digits, 3)), 170 * px)
    layers = [
        *line(it.label, 31 * px, (room, 0.28 * tall), colors.text_muted, align="left", delay=None, id="label", weight=500),
        CountUp(
            id="figure", to=it.value, prefix=it.prefix, suffix=it.suffix, decimals=it.decimals, delay=delay + 0.2,
            duration=1.2, size=figure, weight=800, letter_spacing=-0.03 * figure, color=colors.text,
        ),
        *line(it.change, 31 * px, (room, 0.2 * tall), colors.accent, align="left", delay=None, id="change", weight=600),
    ]  # fmt: skip
    return panel(
        size, layers, colors, px, id=f"metric {k + 1}", align="start", justify="space-between", padding=pad,
        entrance=Entrance(type="fadeUp", spring="smooth", delay=delay, distance=60 * px),
    )  # fmt: skip


def _meaning(props: Props, frame: Frame, colors: Palette) -> Stack:
    """The chart, and beside or under it what comes next."""
    px, wide = frame.px, frame.is_wide
    gap = frame.pick(90, 44, 70) * px
    inside = 40 * px
    width = 0.52 * frame.room[0] if wide else frame.room[0]
    height = frame.pick(0.66, 0.4, 0.36) * frame.height
    chart = BarChart(
        id="chart", size=(width - 2 * inside, height - 2 * inside - 70 * px), palette=props.palette, font_size=26 * px,
        data=[Bar(label=it.label, value=it.value, color=colors.primary) for it in props.chart], delay=0.6,
    )  # fmt: skip
    name = line(
        props.chart_title,
        31 * px,
        (width - 2 * inside, 50 * px),
        colors.text_muted,
        align="left",
        delay=None,
        id="chart title",
        weight=500,
    )
    pane = panel(
        (width, height), [*name, chart], colors, px, id="chart pane", align="start", justify="space-between", padding=inside,
        entrance=Entrance(type="fadeUp", spring="smooth", delay=0.3, distance=60 * px),
    )  # fmt: skip
    room = (frame.room[0] - width - gap, height) if wide else (frame.room[0], frame.pick(0, 0.32, 0.34) * frame.height)
    return Stack(
        id="meaning", direction="row" if wide else "column", gap=gap, layers=[pane, _points(props, room, frame, colors)]
    )


def _points(props: Props, room: tuple[float, float], frame: Frame, colors: Palette) -> Stack:
    px, count = frame.px, max(1, len(props.points))
    side: Side = "left"
    big = frame.pick(68, 58, 76) * px
    each = (0.72 * room[1]) / count - 20 * px
    lines: list[Any] = [
        title(
            props.points_title,
            props.font,
            big,
            (room[0], 0.26 * room[1]),
            colors.text,
            align=side,
            delay=0.5,
            id="points title",
        )
    ]
    for k, text in enumerate(props.points):
        dot = Shape(shape="ellipse", size=(14 * px, 14 * px), fill=colors.accent)
        words = line(
            text,
            frame.pick(40, 36, 42) * px,
            (room[0] - 44 * px, each),
            colors.text,
            align=side,
            delay=None,
            id="point",
        )
        lines.append(
            Stack(
                id=f"point {k + 1}",
                direction="row",
                gap=26 * px,
                layers=[dot, *words],
                entrance=Entrance(type="slideInRight", delay=0.9 + 0.16 * k, distance=50 * px),
            )  # fmt: skip
        )
    return Stack(id="points", align="start", gap=26 * px, size=(room[0], None), layers=lines)
