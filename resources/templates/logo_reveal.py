"""A logo that springs up over a soft light, with its name and a line under it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from render_engine.components.glow_orb import GlowOrb
from render_engine.document.composition import Composition
from render_engine.document.fields import Keyframe, Keyframed, Model
from render_engine.document.gradient import LinearGradient, RadialGradient, Stop
from render_engine.document.typed_props import FileName
from render_engine.layers.animator import Animator, Offsets
from render_engine.layers.gradient import Gradient
from render_engine.layers.shape import Shape, Stroke, Trim
from render_engine.layers.stack import Stack
from render_engine.layers.text import Text
from render_engine.motion.tokens import Palette
from resources.templates._design import Frame, Size, Theme, colors_of, faint, headline, music, tracking
from resources.templates._parts import line, logo

SECONDS = 5.0


class Words(Model):
    """A logo, a name and a line."""

    logo: FileName = Field("media/framekiln-logo.svg", description="SVG or picture.")
    name: str = Field("Framekiln", max_length=40, description="Under the logo; nothing for a logo with its own name.")
    tagline: str = Field("Video, fired from data.", max_length=120, description="The line under the name.")


class Props(Theme, Words):
    """A logo, its words and its colours."""


def compose(props: Props, size: Size = (1920, 1080)) -> Composition:
    frame, colors = Frame(*size), colors_of(props)
    return Composition(
        title=props.name or "Logo",
        size=size,
        fps=30,
        duration=SECONDS,
        background=colors.bg,
        layers=[
            *_stage(frame, colors),
            *_ring(frame, colors),
            _mark(props, frame, colors),
            *music(props.music, SECONDS),
        ],
    )


def _stage(frame: Frame, colors: Palette) -> list[Any]:
    px = frame.px
    dim = RadialGradient(stops=[Stop(color=faint(colors.bg, 0), offset=0.35), Stop(color=colors.bg, offset=1)])
    return [
        GlowOrb(id="glow", size=900 * px, color=faint(colors.primary, 0.55), drift=36 * px, position=("46%", "42%")),
        GlowOrb(id="glow 2", size=620 * px, color=faint(colors.accent, 0.32), drift=44 * px, position=("60%", "60%")),
        Gradient(id="dim", fill=dim),
    ]


def _ring(frame: Frame, colors: Palette) -> list[Shape]:
    """A thin circle that draws itself around the mark as it lands, and lets go."""
    drawn = Keyframed[float](keyframes=[Keyframe(at=0.3, value=0, easing="easeInOut"), Keyframe(at=1.1, value=1)])
    gone = Keyframed[float](keyframes=[Keyframe(at=0.7, value=0.7, easing="easeInOut"), Keyframe(at=1.4, value=0)])
    grown = Keyframed[float](keyframes=[Keyframe(at=0.3, value=0.82, easing="easeOut"), Keyframe(at=1.5, value=1.08)])
    across = 460 * frame.px
    return [
        Shape(
            id="ring",
            shape="ellipse",
            size=(across, across),
            fill=None,
            stroke=Stroke(color=LinearGradient(angle=45, stops=[colors.accent, colors.primary]), width=3 * frame.px),
            trim=Trim(end=drawn),
            rotation=-90,
            scale=grown,
            opacity=gone,
            position=("50%", _middle(frame)),
        )
    ]


def _middle(frame: Frame) -> str:
    return str(frame.pick("41%", "42%", "43%"))


def _mark(props: Props, frame: Frame, colors: Palette) -> Stack:
    px = frame.px
    size = frame.pick(136, 116, 128) * px
    away = Offsets(opacity=0, y=0.5 * size, blur=0.06 * size)
    name = Text(
        id="name",
        text=props.name,
        **headline(props.font),
        size=size,
        letter_spacing=tracking(props.font, size),
        color=colors.text,
        fit=(frame.room[0], 1.3 * size),
        max_lines=1,
        animators=[Animator(by="character", from_=away, stagger=0.035, delay=1.05)],
    )
    tagline = line(props.tagline, 46 * px, (frame.room[0], 150 * px), colors.text_muted, delay=1.65, id="tagline")
    side = 280 * px
    return Stack(
        id="mark",
        anchor=("center", 0.0),
        position=("50%", float(_middle(frame)[:-1]) / 100 * frame.height - side / 2),
        gap=44 * px,
        layers=[
            *logo(props.logo, side, 0.2),
            Stack(gap=16 * px, layers=[*([name] if props.name else []), *tagline]),
        ],
    )
