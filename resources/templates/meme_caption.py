"""A picture or a clip with the words that make it funny: upright, loud, readable at once."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from render_engine.document.composition import Composition
from render_engine.document.fields import ColorText, Keyframe, Keyframed, Model
from render_engine.document.gradient import LinearGradient, Stop
from render_engine.document.typed_props import FileName
from render_engine.layers.gradient import Gradient
from render_engine.layers.group import Group
from render_engine.layers.text import Text
from render_engine.layers.text_style import TextShadow, TextStroke
from render_engine.motion.entrance import Entrance
from resources.templates._design import Frame, Size, music
from resources.templates._parts import picture

SECONDS = 6.0


class Props(Model):
    """Words and a picture."""

    caption: str = Field(
        "When the render is done before the coffee is", min_length=1, max_length=180, description="Over the picture."
    )
    punchline: str = Field("…again.", max_length=120, description="At the bottom, a moment later.")
    picture: FileName = Field("media/coffee.png", description="A picture or a clip; it fills the frame.")
    color: ColorText = Field("#ffffff", description="Of the words.")
    outline: ColorText = Field("#0a0a0a", description="Around the letters.")
    uppercase: bool = Field(False, description="All words in capitals.")
    zoom: float = Field(1.12, ge=1, le=2, description="How far the picture comes nearer; 1 stands still.")
    music: FileName | None = Field(None, description="Sound under it; null is silence.")


def compose(props: Props, size: Size = (1080, 1920)) -> Composition:
    frame = Frame(*size)
    return Composition(
        title=props.caption,
        size=size,
        fps=30,
        duration=SECONDS,
        background="#0a0a0a",
        layers=[
            Group(id="picture", layers=[picture(props.picture, size, SECONDS)], scale=_nearer(props.zoom)),
            *_shades(frame, bool(props.punchline)),
            _words(props.caption, props, frame, "top", Entrance(type="fadeDown", delay=0.15, distance=60 * frame.px)),
            *_punchline(props, frame),
            *music(props.music, SECONDS),
        ],
    )


def _nearer(zoom: float) -> Any:
    if zoom == 1:
        return 1
    ways: list[Any] = [Keyframe(at=0, value=1, easing="linear"), Keyframe(at=SECONDS, value=zoom)]
    return Keyframed[float | tuple[float, float]](keyframes=ways)


def _shades(frame: Frame, below: bool) -> list[Gradient]:
    """Darkens the edges under the words: white type reads over any picture."""
    stops = [Stop(color=f"rgba(0, 0, 0, {alpha})") for alpha in (0.62, 0.4, 0.14, 0)]
    deep = (frame.width, 0.46 * frame.height)
    shades = [
        Gradient(
            id="shade", fill=LinearGradient(angle=180, stops=stops), size=deep, anchor=("left", "top"), position=(0, 0)
        )
    ]
    if below:
        fill = LinearGradient(angle=0, stops=stops)
        shades.append(Gradient(id="lower shade", fill=fill, size=deep, anchor=("left", "bottom"), position=(0, "100%")))
    return shades


def _words(text: str, props: Props, frame: Frame, edge: Any, entrance: Entrance) -> Text:
    px = frame.px
    size = frame.pick(96, 88, 104) * px
    y = frame.margin[1] if edge == "top" else frame.height - frame.margin[1] * frame.pick(1, 1, 1.35)
    return Text(
        id="caption" if edge == "top" else "punchline",
        text=text.upper() if props.uppercase else text,
        font="Inter",
        weight=900,
        size=size,
        line_height=1.12,
        letter_spacing=-0.02 * size,
        align="center",
        wrap="balance",
        color=props.color,
        stroke=TextStroke(color=props.outline, width=0.13 * size),
        shadows=[TextShadow(y=6 * px, blur=14 * px, color="rgba(0, 0, 0, 0.45)")],
        fit=(frame.room[0], frame.pick(0.36, 0.36, 0.3) * frame.height),
        anchor=("center", edge),
        position=("50%", y),
        entrance=entrance,
    )


def _punchline(props: Props, frame: Frame) -> list[Text]:
    if not props.punchline:
        return []
    return [_words(props.punchline, props, frame, "bottom", Entrance(type="popIn", spring="poppy", delay=1.6))]
