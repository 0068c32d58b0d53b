"""A title that introduces itself: one scene of four seconds to start from."""

from __future__ import annotations

import math
from typing import Any

from pydantic import Field

from render_engine.color import parse
from render_engine.document.composition import Composition
from render_engine.document.fields import ColorText, Keyframe, Keyframed, Model, Springing
from render_engine.document.gradient import LinearGradient, Stop
from render_engine.effects.blur import Blur
from render_engine.layers.animator import Animator, Offsets
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.stack import Stack
from render_engine.layers.text import Text

SECONDS = 4.0


class Props(Model):
    """Words and colours; the colours are those of the dark palette."""

    title: str = Field("Hello, world", min_length=1, max_length=200, description="The large words.")
    subtitle: str = Field(
        "Describe a video as data. Watch it become one.", max_length=300, description="The line under them."
    )
    badge: str = Field("Made with Framekiln", max_length=60, description="The small words over them.")
    primary: ColorText = Field("#6366f1", description="The large light.")
    secondary: ColorText = Field("#8b5cf6", description="The end of the line and of the title's shine.")
    accent: ColorText = Field("#06b6d4", description="The small light, and the start of the line.")
    background: ColorText = "#0a0a0a"
    text: ColorText = "#f1f5f9"
    muted: ColorText = Field("#94a3b8", description="The subtitle.")


def compose(props: Props, size: tuple[int, int] = (1920, 1080)) -> Composition:
    width, height = size
    px = min(width / 1.35, height) / 1080 if width >= height else width / 1080  # 1 at full HD
    return Composition(
        title=props.title,
        size=size,
        fps=30,
        duration=SECONDS,
        background=props.background,
        layers=[*_lights(props, width, height), _words(props, width, height, px)],
    )


def _lights(props: Props, width: int, height: int) -> list[Shape]:
    """Two soft lights that drift slowly behind the words."""
    reach = max(width, height)
    large = _light(props.primary, 0.62, 0.4 * reach, (0.86 * width, 0.24 * height), 0.03 * reach, 0.0)
    small = _light(props.accent, 0.3, 0.24 * reach, (0.62 * width, 0.98 * height), 0.04 * reach, 2.1)
    return [large, small]


def _light(color: str, strength: float, across: float, at: tuple[float, float], drift: float, phase: float) -> Shape:
    """A blurred disc: drawn once, then only moved."""
    red, green, blue = (round(255 * channel) for channel in parse(color)[:3])
    times = [SECONDS * k / 16 for k in range(17)]
    path = [
        (at[0] + drift * math.sin(2 * math.pi * t / 8 + phase), at[1] + drift * math.cos(1.4 * math.pi * t / 8 + phase))
        for t in times
    ]
    return Shape(
        shape="ellipse",
        size=(across, across),
        fill=f"rgba({red}, {green}, {blue}, {strength})",  # faint before it is blurred, in 16 bits: it shows no rings
        effects=[Blur(radius=0.3 * across)],
        position=Keyframed[tuple[float, float]](
            keyframes=[Keyframe(at=t, value=point) for t, point in zip(times, path, strict=True)]
        ),
    )


def _words(props: Props, width: int, height: int, px: float) -> Stack:
    """Badge, title, line and subtitle from the left edge of the safe area."""
    margin = 0.1 * width
    room = width - 2 * margin
    layers: list[Any] = [
        *_badge(props, px),
        _title(props, room, 0.42 * height, px),
        _line(props, px),
        *_subtitle(props, room, px),
    ]
    return Stack(
        direction="column",
        gap=34 * px,
        align="start",
        anchor=("left", "center"),
        position=(margin, "50%"),
        layers=layers,
    )


def _badge(props: Props, px: float) -> list[Stack]:
    if not props.badge:
        return []
    return [
        Stack(
            direction="row",
            gap=14 * px,
            padding=(12 * px, 24 * px),
            fill="rgba(255, 255, 255, 0.06)",
            stroke=Stroke(color="rgba(255, 255, 255, 0.14)", width=1.5 * px),
            radius=40 * px,
            anchor=("left", "center"),
            scale=Springing[float](spring="poppy", from_=0.8, to=1, delay=0.1),
            opacity=_appear(0.1),
            layers=[
                Shape(shape="ellipse", size=(11 * px, 11 * px), fill=props.accent),
                Text(text=props.badge, weight=500, size=26 * px, color=props.text, letter_spacing=0.3 * px),
            ],
        )
    ]


def _title(props: Props, room: float, height: float, px: float) -> Text:
    shine = LinearGradient(angle=100, stops=[props.text, Stop(color=props.text, offset=0.45), props.secondary])
    return Text(
        text=props.title,
        font="Inter",
        weight=800,
        size=208 * px,
        line_height=1.04,
        letter_spacing=-6.5 * px,
        color=shine,
        fit=(room, height),
        animators=[
            Animator(
                by="character",
                from_=Offsets(opacity=0, y=46 * px, rotation_x=-40, blur=6 * px),
                stagger=min(0.03, 0.9 / len(props.title)),
                delay=0.35,
            )
        ],
    )


def _line(props: Props, px: float) -> Shape:
    fill = LinearGradient(angle=90, stops=[props.accent, props.primary, props.secondary])
    grown = Springing[tuple[float, float]](spring="smooth", from_=(0, 8 * px), to=(190 * px, 8 * px), delay=0.9)
    return Shape(size=grown, radius=4 * px, fill=fill, anchor=("left", "center"))


def _subtitle(props: Props, room: float, px: float) -> list[Text]:
    if not props.subtitle:
        return []
    return [
        Text(
            text=props.subtitle,
            size=46 * px,
            line_height=1.35,
            color=props.muted,
            width=min(room, 1300 * px),
            wrap="balance",
            position=Springing[tuple[float, float]](spring="snappy", from_=(0, 26 * px), to=(0, 0), delay=1.1),
            opacity=_appear(1.1),
        )
    ]


def _appear(delay: float) -> Keyframed[float]:
    return Keyframed[float](
        keyframes=[Keyframe(at=delay, value=0, easing="easeOut"), Keyframe(at=delay + 0.5, value=1)]
    )
