"""Pieces that templates are composed of: lights, headlines, lines of text, panels, icons, a logo."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import resources
from render_engine.document.fields import Keyframe, Keyframed
from render_engine.document.gradient import AnyPaint, LinearGradient
from render_engine.effects.blur import Blur
from render_engine.layers.animator import Animator, Offsets
from render_engine.layers.image import Image
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.stack import Stack
from render_engine.layers.svg import Svg
from render_engine.layers.text import Text
from render_engine.layers.video import Video
from render_engine.media.probe import probe
from render_engine.motion.entrance import Entrance
from render_engine.motion.tokens import Palette
from render_engine.text.fonts import FontLibrary, FontRequest
from render_engine.text.layout import Span, fit
from resources.templates._design import Box, Frame, faint, headline, ink_on, luminance, mixed, tracking

Side = Literal["left", "center"]
LEADING = 1.42  # line height of smaller text
WANDERS = 20.0  # seconds that a light takes there and back
MOVED = "step(15)"  # a second, all lights at once: no place changes by two levels, and every other frame rests
BASE = Path(resources.__file__).parent
ENOUGH = 0.8  # of the time that a video is shown: what is missing passes in the next transition
VIDEOS = {".mp4", ".mov", ".webm", ".mkv", ".m4v"}

# drawn in a square of 24 px, as lines
ICONS = {
    "bolt": "M13 3 5 13.5h6L10 21l8.5-11H12.5L13 3z",
    "layers": "M12 3.5 3.5 8 12 12.5 20.5 8 12 3.5zM3.5 12 12 16.5 20.5 12M3.5 16 12 20.5 20.5 16",
    "lock": "M6.5 11h11a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V12a1 1 0 0 1 1-1zM8 11V8a4 4 0 0 1 8 0v3",
    "star": "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9-4.3-4.1 5.9-.8L12 3.5z",
    "heart": "M12 20C5 15 3.5 11.5 3.5 8.8A4.3 4.3 0 0 1 12 7.5a4.3 4.3 0 0 1 8.5 1.3C20.5 11.5 19 15 12 20z",
    "clock": "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3.2 2",
    "chart": "M4 20h16M6.5 16.5v-5M12 16.5v-12M17.5 16.5v-8",
    "globe": "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17",
    "pen": "M4 20l1.2-4.6L16.4 4.2a1.6 1.6 0 0 1 2.3 0l1.1 1.1a1.6 1.6 0 0 1 0 2.3L8.6 18.8 4 20zM14.5 6.1l3.4 3.4",
    "play": "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM10 8.5v7l5.5-3.5L10 8.5z",
    "send": "M20.5 3.5 3.5 10.5l7 3 3 7 7-17zM10.5 13.5l10-10",
    "check": "M4.5 12.5l5 5 10-11",
}
IconName = Literal["bolt", "layers", "lock", "star", "heart", "clock", "chart", "globe", "pen", "play", "send", "check"]


def lights(frame: Frame, colors: Palette, seconds: float) -> list[Shape]:
    """Three soft lights that wander slowly over a dark wash, behind all scenes."""
    w, h, reach = frame.width, frame.height, max(frame.width, frame.height)
    wash = LinearGradient(angle=160, stops=[colors.bg_alt, colors.bg, colors.bg])
    strength = 1.0 if is_dark(colors) else 0.55
    return [
        Shape(id="wash", size=(w, h), fill=wash),
        _light(
            faint(colors.primary, 0.44 * strength),
            0.42 * reach,
            (0.9 * w, 0.16 * h),
            (-0.5 * w, 0.24 * h),
            0.0,
            seconds,
        ),
        _light(
            faint(colors.secondary, 0.3 * strength),
            0.36 * reach,
            (0.1 * w, 0.92 * h),
            (0.42 * w, -0.1 * h),
            1.7,
            seconds,
        ),
        _light(
            faint(colors.accent, 0.2 * strength), 0.26 * reach, (0.5 * w, 1.04 * h), (0.4 * w, -0.7 * h), 3.1, seconds
        ),
    ]


def is_dark(colors: Palette) -> bool:
    return luminance(colors.bg) < 0.18


def shadow(colors: Palette) -> str:
    """Its colour under a pane."""
    return f"rgba(0, 0, 0, {0.45 if is_dark(colors) else 0.16})"


def _light(
    color: str, across: float, at: tuple[float, float], way: tuple[float, float], phase: float, seconds: float
) -> Shape:
    """A blurred disc: blurred once, then only moved along a slow wave, in steps too small to see."""
    steps = max(8, round(seconds))
    times = [seconds * k / steps for k in range(steps + 1)]
    shares = [0.5 - 0.5 * math.cos(2 * math.pi * t / WANDERS + phase) for t in times]
    path = [(at[0] + way[0] * share, at[1] + way[1] * share) for share in shares]
    return Shape(
        shape="ellipse",
        size=(across, across),
        fill=color,
        effects=[Blur(radius=0.3 * across)],
        position=Keyframed[tuple[float, float]](
            keyframes=[Keyframe(at=t, value=point, easing=MOVED) for t, point in zip(times, path, strict=True)]
        ),
    )


def title(
    text: str,
    font: str,
    size: float,
    room: Box,
    color: AnyPaint,
    *,
    align: Side = "center",
    delay: float = 0.3,
    id: str,
) -> Text:
    """A headline whose words rise out of a blur, one after another."""
    away = Offsets(opacity=0, y=0.42 * size, blur=0.08 * size)
    words = len(text.split()) or 1
    return Text(
        id=id,
        text=text,
        **headline(font),
        size=size,
        line_height=1.06,
        letter_spacing=tracking(font, size),
        align=align,
        wrap="balance",
        color=color,
        fit=room,
        animators=[Animator(by="word", from_=away, spring="smooth", stagger=min(0.08, 0.6 / words), delay=delay)],
    )


def line(
    text: str,
    size: float,
    room: Box,
    color: AnyPaint,
    *,
    align: Side = "center",
    delay: float | None = 0.8,
    id: str,
    weight: int = 400,
    line_height: float = LEADING,
) -> list[Text]:
    """A line or two of smaller text that fades up; nothing where there are no words."""
    if not text:
        return []
    entrance = None if delay is None else Entrance(type="fadeUp", delay=delay)
    return [
        Text(
            id=id,
            text=text,
            weight=weight,
            size=size,
            line_height=line_height,
            align=align,
            wrap="balance",
            color=color,
            fit=room,
            entrance=entrance,
        )
    ]


def same_size(
    texts: Iterable[str], size: float, room: Box, *, weight: int = 400, line_height: float = LEADING
) -> float:
    """The size, or a smaller one at which each of the texts has room: things side by side are set alike."""
    fonts, (width, height) = FontLibrary(), room
    spans = [Span(text, FontRequest("Inter", weight), size) for text in texts if text]
    shares = [
        fit([span], fonts, width=width, height=height, max_size=size, line_height=line_height, wrap="balance")[0]
        for span in spans
    ]
    return size * min([1.0, *shares])


def kicker(
    text: str, size: float, color: AnyPaint, *, width: float, align: Side = "center", delay: float = 0.25
) -> list[Text]:
    """Small wide capitals over a headline."""
    if not text:
        return []
    return [
        Text(
            id="kicker",
            text=text.upper(),
            weight=600,
            size=size,
            line_height=1.4,
            letter_spacing=0.16 * size,
            align=align,
            wrap="balance",
            color=color,
            fit=(width, 2.9 * size),
            entrance=Entrance(type="fadeUp", delay=delay),
        )
    ]


def picture(source: str, size: Box, seconds: float, **more: Any) -> Image | Video | Svg:
    """A picture, or a silent video: shown for `seconds`, it goes around where it is much shorter, else its end stays."""
    suffix = Path(source).suffix.lower()
    if suffix in VIDEOS:
        stream = probe(BASE / source).video
        over: Any = "hold" if stream and stream.duration > ENOUGH * seconds else "loop"
        return Video(source=source, size=size, fit="cover", when_over=over, volume=0, **more)
    return (Svg if suffix == ".svg" else Image)(source=source, size=size, fit="cover", **more)


def logo(source: str | None, side: float, delay: float) -> list[Image | Svg]:
    if not source:
        return []
    kind = Svg if Path(source).suffix.lower() == ".svg" else Image
    return [kind(id="logo", source=source, size=(None, side), entrance=Entrance(type="popIn", delay=delay))]


def panel(size: Box, layers: list[Any], colors: Palette, px: float, **more: Any) -> Stack:
    """A pane that is a little lighter than the background, and keeps most of the lights away from what is written on it."""
    fill = faint(mixed(colors.bg_alt, colors.text, 0.05), 0.66)
    return Stack(
        size=size,
        fill=fill,
        stroke=Stroke(color=faint(colors.text, 0.12), width=1.5 * px),
        radius=28 * px,
        layers=layers,
        **more,
    )


def icon(name: str, tile: float, colors: Palette) -> Stack:
    """Drawn in lines on a coloured tile."""
    drawn = Shape(
        shape="path",
        path=ICONS[name],
        size=(0.54 * tile, 0.54 * tile),
        fill=None,
        stroke=Stroke(color=ink_on(colors.primary, colors.secondary), width=0.05 * tile, cap="round", join="round"),
    )
    fill = LinearGradient(angle=140, stops=[colors.primary, colors.secondary])
    return Stack(size=(tile, tile), justify="center", radius=0.28 * tile, fill=fill, layers=[drawn])
