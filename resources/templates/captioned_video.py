"""A video with word-timed captions, a logo and a lower third; as large and as long as the video."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

import resources
from render_engine.document.composition import Composition
from render_engine.document.fields import ColorText, Coordinate, Keyframe, Keyframed, Model
from render_engine.document.gradient import LinearGradient, Stop
from render_engine.document.layer import Vertical
from render_engine.document.typed_props import FileName
from render_engine.errors import MediaError
from render_engine.layers.captions import Captions, CaptionSegment, CaptionStyle
from render_engine.layers.gradient import Gradient
from render_engine.layers.image import Image
from render_engine.layers.shape import Shape
from render_engine.layers.stack import Stack
from render_engine.layers.svg import Svg
from render_engine.layers.text import Text
from render_engine.layers.text_style import TextShadow
from render_engine.layers.video import Video
from render_engine.media.info import VideoStream
from render_engine.media.probe import probe

BASE = Path(resources.__file__).parent
SAMPLE = "media/bigbuckbunny.mp4"


class LowerThird(Model):
    """Who or what is seen."""

    name: str = Field(max_length=120)
    title: str = Field("", max_length=160)


class Parts(Model):
    """What is shown. Left out, the video is our sample, with captions, logo and lower third of its own."""

    video: FileName = Field(SAMPLE, description="The video; it sets size, frame rate and length.")
    captions: FileName | list[CaptionSegment] | None = Field(
        None, description="SRT, VTT, ASS or JSON file, or segments {startMs, endMs, text, words?}."
    )
    logo: FileName | None = Field(None, description="SVG or picture for the upper right corner.")
    lower_third: LowerThird | None = Field(None, description="{name, title}: comes in at the lower left for a while.")
    title: str = Field("", max_length=200, description="A headline at the upper left.")
    accent_color: ColorText = Field("#ff8a3c", description="The lower third's bar.")


class Props(CaptionStyle, Parts):
    """The parts, and how the captions look."""

    model_config = ConfigDict(alias_generator=to_camel)


SAMPLE_PARTS: dict[str, Any] = {
    "captions": "media/bigbuckbunny.captions.json",
    "logo": "media/framekiln-logo.svg",
    "lower_third": LowerThird(name="Big Buck Bunny", title="Blender Foundation, CC BY 3.0"),
}


@dataclass(frozen=True)
class Frame:
    """The places of what lies over the video. All lengths follow the shorter side: `px` is one at 720."""

    width: int
    height: int
    seconds: float
    px: float
    margin: float
    top: float  # over the headline and the logo
    font_size: float
    bottom: float  # under the captions

    @property
    def over_captions(self) -> float:
        """The y under which two lines of captions may stand."""
        return self.height - self.bottom - 2 * 1.25 * self.font_size


def compose(props: Props, size: tuple[int, int] | None) -> Composition:
    info = probe(BASE / props.video)
    stream = info.video
    if stream is None:
        raise MediaError(f"{info.path.name} has no picture ({info.kind}): name a video file")
    if props.video == SAMPLE:
        props = props.model_copy(update={k: v for k, v in SAMPLE_PARTS.items() if k not in props.model_fields_set})
    width, height = size or (_even(stream.width), _even(stream.height))
    frame = _frame(props, width, height, float(stream.duration))
    return Composition(
        title=props.title or info.path.stem,
        size=(width, height),
        fps=_rate(stream),
        duration=frame.seconds,
        layers=[
            Video(id="video", source=props.video, size=(width, height), fit="cover", when_over="hold"),
            *_shades(props, frame),
            *_headline(props, frame),
            *_logo(props, frame),
            *_lower_third(props, frame),
            *_captions(props, frame),
        ],
    )


def _frame(props: Props, width: int, height: int, seconds: float) -> Frame:
    px = min(width, height) / 720
    margin = max(0.05 * width, 40 * px)
    # Phones cover the lower edge of an upright video with controls of their own.
    bottom = 0.16 * height if height > width else 52 * px
    return Frame(
        width=width,
        height=height,
        seconds=seconds,
        px=px,
        margin=margin,
        top=max(0.07 * height if height > width else 0, margin),
        font_size=props.font_size or 46 * px,
        bottom=bottom if props.bottom_offset is None else props.bottom_offset,
    )


def _even(side: int) -> int:
    return side + side % 2


def _rate(stream: VideoStream) -> str:
    """The video's own, as a document writes it."""
    rate = min(max(stream.fps, Fraction(1)), Fraction(120)).limit_denominator(1001)
    return f"{rate.numerator}/{rate.denominator}"


def _shades(props: Props, frame: Frame) -> list[Gradient]:
    """Darkens the lower edge, and the upper one under a headline: white type reads over any picture."""
    deep = min(0.6 * frame.height, frame.height - frame.over_captions + 3.5 * frame.font_size)
    lower = _shade("shade", 0, deep, frame, ("left", "bottom"), "100%")
    upper = _shade("upper shade", 180, 3 * frame.top + 100 * frame.px, frame, ("left", "top"), 0)
    return [upper, lower] if props.title else [lower]


def _shade(
    name: str, angle: float, deep: float, frame: Frame, anchor: tuple[Literal["left"], Vertical], y: Coordinate
) -> Gradient:
    stops = [Stop(color=f"rgba(4, 6, 14, {alpha})") for alpha in (0.66, 0.46, 0.18, 0)]
    fill = LinearGradient(angle=angle, stops=stops)
    return Gradient(id=name, fill=fill, size=(frame.width, deep), anchor=anchor, position=(0, y))


def _headline(props: Props, frame: Frame) -> list[Text]:
    if not props.title:
        return []
    lines = 3 if frame.height > frame.width else 2
    return [
        Text(
            id="headline",
            text=props.title,
            weight=800,
            size=44 * frame.px,
            line_height=1.12,
            letter_spacing=-0.6 * frame.px,
            fit=(frame.width - 2 * frame.margin - 120 * frame.px, 1.12 * 44 * frame.px * lines),
            max_lines=lines,
            shadows=[TextShadow(y=2 * frame.px, blur=10 * frame.px, color="rgba(0, 0, 0, 0.55)")],
            anchor=("left", "top"),
            position=(frame.margin, frame.top),
        )
    ]


def _logo(props: Props, frame: Frame) -> list[Svg | Image]:
    if not props.logo:
        return []
    kind = Svg if Path(props.logo).suffix.lower() == ".svg" else Image
    return [
        kind(
            id="logo",
            source=props.logo,
            size=(None, 76 * frame.px),
            anchor=("right", "top"),
            position=(frame.width - frame.margin, frame.top),
            opacity=_fade(0.2, 0.6),
        )
    ]


def _fade(start: float, end: float) -> Keyframed[float]:
    return Keyframed[float](keyframes=[Keyframe(at=start, value=0, easing="easeOut"), Keyframe(at=end, value=1)])


def _lower_third(props: Props, frame: Frame) -> list[Stack]:
    """Comes in from the left over the captions, and leaves before the end."""
    it = props.lower_third
    if it is None:
        return []
    px, start = frame.px, min(0.4, frame.seconds / 10)
    end = max(start + 0.1, min(start + 6, frame.seconds - 0.5))
    room = min(frame.width - 2 * frame.margin, 900 * px) - 60 * px
    return [
        Stack(
            id="lower third",
            direction="row",
            gap=18 * px,
            padding=(14 * px, 24 * px, 14 * px, 18 * px),
            align="center",
            fill="rgba(10, 12, 22, 0.78)",
            radius=14 * px,
            anchor=("left", "bottom"),
            start=start,
            end=min(end + 0.4, frame.seconds),
            position=_slide(frame, end - start),
            opacity=_come_and_go(end - start),
            layers=[
                Shape(size=(6 * px, (62 if it.title else 36) * px), radius=3 * px, fill=props.accent_color),
                Stack(gap=2 * px, align="start", layers=_names(it, room, px)),
            ],
        )
    ]


def _names(it: LowerThird, room: float, px: float) -> list[Text]:
    name = Text(text=it.name, weight=700, size=32 * px, fit=(room, 40 * px), max_lines=1)
    title = Text(text=it.title, weight=500, size=21 * px, fit=(room, 28 * px), max_lines=1, color="#cbd5e1")
    return [name, title] if it.title else [name]


def _slide(frame: Frame, stay: float) -> Keyframed[tuple[float, float]]:
    y = frame.over_captions - 22 * frame.px
    away, there = (frame.margin - 48 * frame.px, y), (frame.margin, y)
    return Keyframed[tuple[float, float]](keyframes=_there_and_back(away, there, stay))


def _come_and_go(stay: float) -> Keyframed[float]:
    return Keyframed[float](keyframes=_there_and_back(0.0, 1.0, stay))


def _there_and_back(away: Any, there: Any, stay: float) -> list[Any]:
    come = min(0.6, stay / 2)
    return [
        Keyframe(at=0, value=away, easing="easeOut"),
        Keyframe(at=come, value=there),
        Keyframe(at=max(stay, come + 0.01), value=there, easing="inCubic"),
        Keyframe(at=max(stay, come + 0.01) + 0.35, value=away),
    ]


def _captions(props: Props, frame: Frame) -> list[Captions]:
    if not props.captions:
        return []
    style = {name: getattr(props, name) for name in CaptionStyle.model_fields}
    style |= {"font_size": frame.font_size, "bottom_offset": frame.bottom}
    if isinstance(props.captions, str):
        return [Captions(id="captions", source=props.captions, **style)]
    return [Captions(id="captions", segments=props.captions, **style)]
