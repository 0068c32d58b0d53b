"""A title that introduces itself: one scene of four seconds to start from."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from render_engine.document.composition import Composition
from render_engine.document.fields import Model, Springing
from render_engine.document.gradient import LinearGradient
from render_engine.layers.animator import Animator, Offsets
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.stack import Stack
from render_engine.layers.text import Text
from render_engine.motion.entrance import Entrance
from render_engine.motion.tokens import Palette
from resources.templates._design import Frame, Size, Theme, colors_of, faint, headline, music, sheen, tracking
from resources.templates._parts import lights, line

SECONDS = 4.0


class Words(Model):
    """What is said."""

    title: str = Field("Hello, world", min_length=1, max_length=200, description="The large words.")
    subtitle: str = Field(
        "Describe a video as data. Watch it become one.", max_length=300, description="The line under them."
    )
    badge: str = Field("Made with Framekiln", max_length=60, description="The small words over them.")


class Props(Theme, Words):
    """Words and colours."""


def compose(props: Props, size: Size = (1920, 1080)) -> Composition:
    frame, colors = Frame(*size), colors_of(props)
    return Composition(
        title=props.title,
        size=size,
        fps=30,
        duration=SECONDS,
        background=colors.bg,
        layers=[*lights(frame, colors, SECONDS), _words(props, frame, colors), *music(props.music, SECONDS)],
    )


def _words(props: Props, frame: Frame, colors: Palette) -> Stack:
    """Badge, title, rule and subtitle from the left edge of the safe area."""
    px, (width, height) = frame.px, frame.room
    size = frame.pick(208, 156, 168) * px
    layers: list[Any] = [
        *_badge(props, frame, colors),
        _title(props, size, (width, 0.56 * height), colors),
        _rule(px, colors),
        *line(
            props.subtitle,
            frame.pick(46, 42, 48) * px,
            (min(width, 1300 * px), 0.26 * height),
            colors.text_muted,
            align="left",
            delay=0.9,
            id="subtitle",
        ),
    ]
    return Stack(
        id="words", gap=36 * px, align="start", anchor=("left", "center"), position=(frame.margin[0], "50%"),
        layers=layers,
    )  # fmt: skip


def _badge(props: Props, frame: Frame, colors: Palette) -> list[Stack]:
    if not props.badge:
        return []
    px = frame.px
    dot = Shape(shape="ellipse", size=(12 * px, 12 * px), fill=colors.accent)
    words = Text(text=props.badge, weight=500, size=30 * px, color=colors.text, fit=(frame.room[0] - 80 * px, 40 * px))
    return [
        Stack(
            id="badge",
            direction="row",
            gap=16 * px,
            padding=(12 * px, 26 * px),
            fill=faint(colors.text, 0.07),
            stroke=Stroke(color=faint(colors.text, 0.16), width=1.5 * px),
            radius=40 * px,
            entrance=Entrance(type="fadeUp", delay=0.1),
            layers=[dot, words],
        )
    ]


def _title(props: Props, size: float, room: tuple[float, float], colors: Palette) -> Text:
    away = Offsets(opacity=0, y=0.22 * size, rotation_x=-40, blur=0.03 * size)
    stagger = min(0.03, 0.9 / len(props.title))
    return Text(
        id="title",
        text=props.title,
        **headline(props.font),
        size=size,
        line_height=1.06,
        letter_spacing=tracking(props.font, size),
        color=sheen(colors.text, colors.secondary),
        wrap="balance",
        fit=room,
        animators=[Animator(by="character", from_=away, stagger=stagger, delay=0.3)],
    )


def _rule(px: float, colors: Palette) -> Shape:
    fill = LinearGradient(angle=90, stops=[colors.accent, colors.primary, colors.secondary])
    grown = Springing[tuple[float, float]](spring="smooth", from_=(0, 8 * px), to=(190 * px, 8 * px), delay=0.7)
    return Shape(id="rule", size=grown, radius=4 * px, fill=fill, anchor=("left", "center"))
