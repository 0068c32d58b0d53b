"""Lottie animations: which frame is shown when; the compositor draws them as large as they are shown."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pydantic import Field

from render_engine.display_list import Op
from render_engine.document.fields import Pixels
from render_engine.document.layer import VisualLayer
from render_engine.errors import MediaError
from render_engine.layers.audio import Speed, Trim
from render_engine.layers.picture import BoxSize, Fit, PictureContent, box_of
from render_engine.matrix import Matrix
from render_engine.media.lottie import Lottie as Animation
from render_engine.media.lottie import read_lottie
from render_engine.media.lottie_features import unsupported
from render_engine.timeline.context import Context
from render_engine.timeline.motion import ALWAYS, Motion
from render_engine.timeline.scene import View
from render_engine.timeline.stretch import Stretch, stretch

TOLD = 5  # features that are named, of those which are missing


class Lottie(VisualLayer):
    """A vector animation, sharp at every size, with its transparency."""

    type: Literal["lottie"] = "lottie"
    source: str = Field(description="A Lottie .json or a .lottie file, relative to the document.")
    size: BoxSize = None
    fit: Fit = "contain"
    radius: Pixels = Field(0, description="Corner radius in px.")
    speed: Speed = 1
    trim: Trim = Field((0, None), description="The part used: from and to, in source seconds.")
    when_over: Literal["end", "hold", "loop"] = Field("hold", description="What happens after the last frame.")
    unsupported: Literal["refuse", "ignore"] = Field(
        "refuse", description="What happens where the animation has features that would be drawn wrongly."
    )
    interpolate: bool = Field(False, description="Draws also what is between two frames of the animation.")


@dataclass(frozen=True)
class LottieContent:
    picture: PictureContent
    animation: Animation
    stretch: Stretch
    interpolate: bool

    @property
    def width(self) -> float:
        return self.picture.width

    @property
    def height(self) -> float:
        return self.picture.height

    @property
    def baseline(self) -> float:
        return self.picture.height

    @property
    def single(self) -> bool:
        return True

    @property
    def motion(self) -> Motion:
        return ALWAYS if self.stretch.loop else ((0.0, float(self.stretch.length)),)

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        return self.picture.op(matrix, self.place_at(time))

    def place_at(self, time: Fraction) -> int:
        """In parts of a frame, as `media.lottie` counts them."""
        source = self.stretch.source_time(time)
        # backwards, and held at its end, a frame is seen up to the time at which the next one begins
        backwards = self.stretch.speed < 0 or source >= self.stretch.end
        place = self.animation.place_at(source, backwards=backwards, between=self.interpolate)
        return max(place, self.animation.place_at(self.stretch.start, between=self.interpolate))


def _animation(layer: Lottie, context: Context) -> Animation:
    try:
        return read_lottie(context.file(layer.source))
    except MediaError as error:
        raise error.at(f"{context.where}.source") from error


def resolve(layer: Lottie, context: Context) -> LottieContent:
    animation = _animation(layer, context)
    _check(layer, animation, context)
    natural = (float(animation.width), float(animation.height))
    key = context.picture(context.file(layer.source), "lottie")
    picture = PictureContent(key, *natural, *box_of(layer.size, *natural, context), layer.fit, layer.radius)
    return LottieContent(picture, animation, _stretch(layer, animation, context), layer.interpolate)


def _check(layer: Lottie, animation: Animation, context: Context) -> None:
    missing = unsupported(animation.raw) if layer.unsupported == "refuse" else []
    if missing:
        more = f"; and {len(missing) - TOLD} more" if len(missing) > TOLD else ""
        raise context.wrong(
            f"{Path(layer.source).name} would be drawn wrongly. {'; '.join(missing[:TOLD])}{more}. "
            "Export it without that, or set “unsupported” to “ignore”",
            "source",
        )


def length(layer: Lottie, context: Context) -> Fraction | None:
    if layer.when_over != "end" or layer.time_remap is not None:
        return None
    return _stretch(layer, _animation(layer, context), context).length


def _stretch(layer: Lottie, animation: Animation, context: Context) -> Stretch:
    return stretch(animation.duration, layer.trim, layer.speed, layer.when_over == "loop", context)
