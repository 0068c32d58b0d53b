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
from resources.templates._design import Box, Frame, PaletteName, Size, Theme, colors_of, music, sheen
from resources.templates._parts import Side, kicker, lights, line, logo, panel, same_size, title

SECONDS = 15.0
OPENING, FIGURES, MEANING = 4.3, 6.1, 5.8
CHANGE = 0.6
TIGHT = 1.25  # line height of words on cards


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


class Words(Model):
    """Names, figures and sentences."""

    company: str = Field("Northwind Labs", min_length=1, max_length=60, description="Who reports.")
    period: str = Field("Third quarter 2026", max_length=60, description="Of what time.")
    headline: str = Field("Growth that pays for itself.", min_length=1, max_length=120, description="The first words.")
    logo: FileName | None = Field(None, description="SVG or picture over the first words.")
    metrics_title: str = Field("The quarter in figures", max_length=80, description="Over the figures.")
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
        description="Figures that count up: {label, value, prefix, suffix, decimals, change}.",
    )
    chart_title: str = Field("Revenue, $M", max_length=60, description="Over the chart.")
    chart: list[Point] = Field(
        [
            Point(label="Q4", value=3.1),
            Point(label="Q1", value=3.5),
            Point(label="Q2", value=4.0),
            Point(label="Q3", value=4.8),
        ],
        min_length=2,
        max_length=8,
        description="Bars: {label, value}.",
    )
    points_title: str = Field("What comes next", max_length=80, description="Over the points.")
    points: list[str] = Field(
        ["Break-even since July", "Europe opens in November", "Hiring six engineers"],
        max_length=4,
        description="Sentences beside the chart, or under it.",
    )


class Props(Theme, Words):
    """Words, figures, colours and music."""

    palette: PaletteName = Field("ocean", description="Colours that go together; those below replace single ones.")
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
    small, large = frame.pick(32, 30, 34) * px, frame.pick(148, 112, 124) * px
    side: Side = "left" if frame.is_wide else "center"
    who = ("\n" if frame.is_tall else "  ·  ").join(name for name in (props.company, props.period) if name)
    color = sheen(colors.text, colors.primary, 110, 0.5)
    layers = [
        *logo(props.logo, 110 * px, 0.1),
        *kicker(who, small, colors.accent, width=room[0], align=side),
        title(
            props.headline, props.font, large, (room[0], 0.56 * frame.height), color, align=side, delay=0.25,
            id="headline",
        ),
        _rule(frame, colors),
    ]  # fmt: skip
    align = "start" if frame.is_wide else "center"
    return Stack(id="opening", gap=34 * px, align=align, size=(room[0], None), layers=layers)


def _rule(frame: Frame, colors: Palette) -> Shape:
    thick = 8 * frame.px
    grown = Springing[tuple[float, float]](spring="smooth", from_=(0, thick), to=(180 * frame.px, thick), delay=0.9)
    return Shape(
        id="rule", size=grown, radius=thick / 2, fill=LinearGradient(angle=90, stops=[colors.accent, colors.primary])
    )


def _figures(props: Props, frame: Frame, colors: Palette) -> Stack:
    """Cards in a row, or rows of them."""
    px, count, in_row = frame.px, len(props.metrics), frame.is_wide
    gap, height = frame.pick(32, 22, 30) * px, frame.pick(0.44, 0.6, 0.6) * frame.height
    share = ((frame.room[0] if in_row else height) - gap * (count - 1)) / count
    size = (share, height) if in_row else (frame.room[0], share)
    cards = Stack(
        id="cards", direction="row" if in_row else "column", gap=gap, layers=_cards(props.metrics, size, frame, colors)
    )
    layers = [*_heading(props.metrics_title, props, frame, colors), cards]
    return Stack(id="figures", gap=frame.pick(64, 44, 76) * px, align="start", layers=layers)


def _heading(text: str, props: Props, frame: Frame, colors: Palette) -> list[Text]:
    size, room = frame.pick(80, 72, 92) * frame.px, (frame.room[0], 0.16 * frame.height)
    if not text:
        return []
    return [title(text, props.font, size, room, colors.text, align="left", delay=0.25, id="heading")]


def _cards(metrics: list[Metric], size: Box, frame: Frame, colors: Palette) -> list[Stack]:
    """The figure between its name and its change, or beside them on a flat card; sizes are the same on all."""
    px, flat = frame.px, size[0] > 3 * size[1]
    pad = min(44 * px, 0.16 * size[1])
    width, tall = size[0] - 2 * pad, size[1] - 2 * pad
    word_width = 0.5 * width if flat else width
    label_room, change_room = (word_width, (0.52 if flat else 0.3) * tall), (word_width, (0.4 if flat else 0.18) * tall)
    small = frame.pick(36, 36, 42) * px
    label_px = same_size([it.label for it in metrics], small, label_room, weight=500, line_height=TIGHT)
    change_px = same_size([it.change for it in metrics], small, change_room, weight=600, line_height=TIGHT)
    room = 0.47 * width if flat else width
    letters = max(len(f"{it.value:,.{it.decimals}f}{it.prefix}{it.suffix}") for it in metrics)
    figure_px = min((0.62 if flat else 0.4) * tall, room / (0.64 * max(letters, 3)), 180 * px)
    left: dict[str, Any] = {"align": "left", "delay": None, "line_height": TIGHT}
    cards = []
    for k, it in enumerate(metrics):
        delay = 0.5 + 0.16 * k
        label = line(it.label, label_px, label_room, colors.text_muted, id="label", weight=500, **left)
        change = line(it.change, change_px, change_room, colors.accent, id="change", weight=600, **left)
        figure = CountUp(
            id="figure", to=it.value, prefix=it.prefix, suffix=it.suffix, decimals=it.decimals, delay=delay + 0.2,
            duration=1.2, size=figure_px, weight=800, letter_spacing=-0.03 * figure_px, line_height=1.1,
            color=colors.text, align="right" if flat else "left",
        )  # fmt: skip
        named = Stack(align="start", gap=8 * px, layers=[*label, *change])
        layers = (
            [named, figure] if flat else [*label, Stack(align="start", gap=0.1 * figure_px, layers=[figure, *change])]
        )
        cards.append(
            panel(
                size, layers, colors, px, id=f"metric {k + 1}",
                direction="row" if flat else "column", align="center" if flat else "start", justify="space-between",
                padding=pad, entrance=Entrance(type="fadeUp", spring="smooth", delay=delay, distance=60 * px),
            )
        )  # fmt: skip
    return cards


def _meaning(props: Props, frame: Frame, colors: Palette) -> Stack:
    """The chart, and beside or under it what comes next."""
    px, wide, alone = frame.px, frame.is_wide, not (props.points or props.points_title)
    gap = frame.pick(90, 44, 70) * px
    width = 0.54 * frame.room[0] if wide and not alone else frame.room[0]
    height = frame.pick(0.7, 0.6 if alone else 0.4, 0.36) * frame.height
    room = (
        (frame.room[0] - width - gap, frame.room[1])
        if wide
        else (frame.room[0], frame.pick(0, 0.34, 0.36) * frame.height)
    )
    points = [] if alone else [_points(props, room, frame, colors)]
    return Stack(
        id="meaning", direction="row" if wide else "column", gap=gap,
        layers=[_chart(props, (width, height), frame, colors), *points],
    )  # fmt: skip


def _chart(props: Props, size: Box, frame: Frame, colors: Palette) -> Stack:
    px = frame.px
    inside, name_px = 40 * px, frame.pick(36, 36, 42) * px
    width, tall = size[0] - 2 * inside, size[1] - 2 * inside
    name = line(
        props.chart_title, name_px, (width, 1.5 * name_px), colors.text_muted, align="left", delay=None,
        id="chart title", weight=500,
    )  # fmt: skip
    em, slot = frame.pick(29, 29, 34) * px, (width - 100 * px) / len(props.chart)
    chart = BarChart(
        id="chart", size=(width, tall - (1.9 * name_px if name else 0)),
        font_size=same_size([it.label for it in props.chart], em, (0.85 * slot, 1.3 * em), line_height=1.2),
        palette=props.palette, text_color=colors.text, label_color=colors.text_muted, delay=0.45,
        stagger=min(0.08, 0.3 / len(props.chart)),
        data=[Bar(label=it.label, value=it.value, color=colors.primary) for it in props.chart],
    )  # fmt: skip
    return panel(
        size, [*name, chart], colors, px, id="chart pane", align="start", justify="space-between", padding=inside,
        entrance=Entrance(type="fadeUp", spring="smooth", delay=0.3, distance=60 * px),
    )  # fmt: skip


def _points(props: Props, room: Box, frame: Frame, colors: Palette) -> Stack:
    """Lines with a dot before each, under their heading."""
    px, count = frame.px, max(1, len(props.points))
    gap, dot = frame.pick(30, 20, 30) * px, 16 * px
    each = (room[0] - dot - 26 * px, (0.72 * room[1] - gap * count) / count)
    text_px = same_size(props.points, frame.pick(42, 42, 50) * px, each, line_height=TIGHT)
    size, top = frame.pick(72, 62, 84) * px, (room[0], 0.28 * room[1])
    layers: list[Any] = []
    if props.points_title:
        layers.append(
            title(props.points_title, props.font, size, top, colors.text, align="left", delay=0.5, id="points title")
        )
    for k, text in enumerate(props.points):
        words = line(text, text_px, each, colors.text, align="left", delay=None, id="point", line_height=TIGHT)
        layers.append(
            Stack(
                id=f"point {k + 1}", direction="row", gap=26 * px,
                layers=[Shape(shape="ellipse", size=(dot, dot), fill=colors.accent), *words],
                entrance=Entrance(type="slideInRight", delay=0.9 + 0.16 * k, distance=50 * px),
            )
        )  # fmt: skip
    return Stack(id="points", align="start", gap=gap, size=(room[0], None), layers=layers)
