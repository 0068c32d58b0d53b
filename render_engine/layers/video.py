"""Video and animated pictures: which frame of the medium is shown when."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pydantic import Field

from render_engine.display_list import Op
from render_engine.document.fields import Pixels
from render_engine.document.layer import VisualLayer
from render_engine.layers.audio import Duck, Speed, Trim, Volume, sound
from render_engine.layers.picture import BoxSize, Fit, PictureContent, box_of
from render_engine.matrix import Matrix
from render_engine.media.audio_clip import Role
from render_engine.media.info import VideoStream
from render_engine.timeline.context import Context
from render_engine.timeline.motion import ALWAYS, Motion
from render_engine.timeline.scene import View
from render_engine.timeline.stretch import Stretch, stretch


class Video(VisualLayer):
    """A video, an animated GIF, WebP or APNG; with its sound."""

    type: Literal["video"] = "video"
    source: str = Field(description="File, relative to the document.")
    size: BoxSize = None
    fit: Fit = "cover"
    radius: Pixels = Field(0, description="Corner radius in px.")
    speed: Speed = 1
    trim: Trim = Field((0, None), description="The part used: from and to, in source seconds.")
    when_over: Literal["end", "hold", "loop"] = Field("end", description="What happens after the source's last frame.")
    volume: Volume = Field(1, description="Of its sound; with time_remap it has none.")
    muted: bool = False
    role: Role = Field("effect", description="Of its sound: what ducking looks at.")
    duck: Duck | None = None


@dataclass(frozen=True)
class VideoContent:
    picture: PictureContent
    stream: VideoStream
    stretch: Stretch

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
        return self.picture.op(matrix, self.frame_at(time))

    def frame_at(self, time: Fraction) -> int:
        source = self.stretch.source_time(time)
        if self.stretch.speed > 0 and source < self.stretch.end:
            return self.stream.index_at(source)
        # backwards, and held at its end, a frame is seen up to the time at which the next one begins
        return max(self.stream.index_before(source), self.stream.index_at(self.stretch.start))


def stretch_of(layer: Video, stream: VideoStream, context: Context) -> Stretch:
    return stretch(stream.duration, layer.trim, layer.speed, layer.when_over == "loop", context)


def _stream(layer: Video, context: Context) -> VideoStream:
    info = context.probe(layer.source)
    if info.video is None:
        raise context.wrong(f"{info.path.name} has no video ({info.kind}); use an “{info.kind}” layer", "source")
    return info.video


def resolve(layer: Video, context: Context) -> VideoContent:
    info = context.probe(layer.source)
    stream = _stream(layer, context)
    part = stretch_of(layer, stream, context)
    if info.audio and not layer.muted and layer.time_remap is None:
        context.clips.extend(sound(info.path, layer.volume, part, context, role=layer.role, duck=layer.duck))
    box = box_of(layer.size, stream.width, stream.height, context)
    key = context.picture(info.path, "video", info)
    picture = PictureContent(key, stream.width, stream.height, box[0], box[1], layer.fit, float(layer.radius))
    return VideoContent(picture, stream, part)


def length(layer: Video, context: Context) -> Fraction | None:
    if layer.when_over != "end" or layer.time_remap is not None:
        return None
    return stretch_of(layer, _stream(layer, context), context).length
