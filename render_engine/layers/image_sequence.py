"""Numbered pictures as a film, without a video file between."""

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from render_engine.display_list import Op
from render_engine.document.fields import Pixels, seconds
from render_engine.document.layer import VisualLayer
from render_engine.errors import MediaError
from render_engine.layers.picture import BoxSize, Fit, PictureContent, box_of
from render_engine.matrix import Matrix
from render_engine.timeline.context import Context
from render_engine.timeline.motion import ALWAYS, Motion
from render_engine.timeline.scene import View


class ImageSequence(VisualLayer):
    """Pictures shown one after another."""

    type: Literal["image_sequence"] = "image_sequence"
    source: str = Field(description="A folder, frames/%04d.png or frames/*.png, relative to the document.")
    fps: Annotated[float, Field(gt=0, le=240)] | None = Field(
        None, description="Pictures a second; the composition's rate if left out."
    )
    when_over: Literal["end", "hold", "loop"] = Field("end", description="What happens after the last picture.")
    size: BoxSize = None
    fit: Fit = "cover"
    radius: Pixels = Field(0, description="Corner radius in px.")


@dataclass(frozen=True)
class SequenceContent:
    picture: PictureContent
    sources: tuple[str, ...]  # content hashes, in the order of showing
    fps: Fraction
    loop: bool

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
        return ALWAYS if self.loop else ((0.0, float(len(self.sources) / self.fps)),)

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        return self.picture.op(matrix, -1, self.source_at(time))

    def source_at(self, time: Fraction) -> str:
        k, last = math.floor(time * self.fps), len(self.sources) - 1
        return self.sources[k % (last + 1) if self.loop else min(max(k, 0), last)]


def resolve(layer: ImageSequence, context: Context) -> SequenceContent:
    from render_engine.media.images import image_size

    files = _files(layer, context)
    size = image_size(files[0])
    for file in files:
        if image_size(file) != size:
            raise context.wrong(f"{file.name} is not {size[0]}×{size[1]} like {files[0].name}", "source")
    keys = tuple(context.picture(file, "image") for file in files)
    box = box_of(layer.size, *size, context)
    picture = PictureContent(keys[0], float(size[0]), float(size[1]), *box, layer.fit, layer.radius)
    return SequenceContent(picture, keys, _rate(layer, context), layer.when_over == "loop")


def _files(layer: ImageSequence, context: Context) -> list[Path]:
    from render_engine.media.images import image_sequence

    try:
        return image_sequence(context.base / layer.source)
    except MediaError as error:
        raise error.at(f"{context.where}.source") from error


def _rate(layer: ImageSequence, context: Context) -> Fraction:
    return context.values.fps if layer.fps is None else seconds(layer.fps)


def length(layer: ImageSequence, context: Context) -> Fraction | None:
    if layer.when_over != "end" or layer.time_remap is not None:
        return None
    return len(_files(layer, context)) / _rate(layer, context)
