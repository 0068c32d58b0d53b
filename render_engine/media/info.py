"""What the engine knows of a media file without its pixels: frozen facts, for both sides of the waist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from render_engine.media.frame_times import FrameTimes

HDR_WORDS = {"hlg": "HDR (HLG)", "pq": "HDR (PQ)"}


@dataclass(frozen=True)
class VideoStream:
    """One video stream. Times are seconds from the start of the file, which keeps sound and picture together."""

    width: int  # as shown: after sample aspect and rotation
    height: int
    coded_width: int
    coded_height: int
    fps: Fraction  # average
    frame_times: FrameTimes
    duration: Fraction  # the end of the last frame
    codec: str
    decoder: str
    pixel_format: str
    rotation: int  # degrees clockwise the coded picture is turned for showing: 0, 90, 180 or 270
    sample_aspect: Fraction
    has_alpha: bool
    interlaced: bool
    color_range: str  # limited, full
    matrix: str  # bt601, bt709, bt2020, smpte240m, fcc, rgb
    primaries: str  # bt601, bt709, bt2020, p3
    transfer: str  # sdr, hlg, pq
    animation: bool = False  # GIF, WebP or APNG: read by Pillow
    origin: Fraction = Fraction(0)  # what was subtracted from the file's own timestamps
    keyframes: tuple[tuple[int, int], ...] = ()  # (frame index, decoding timestamp) where decoding can start
    counted: bool = False  # the file has no usable timestamps: a frame is known by its number alone
    chroma: str = ""  # where its samples stand in 4:2:0: left, center, topleft, …
    tolerance: Fraction = Fraction(0)  # how far the container's rounding may have moved a frame's time

    @property
    def hdr(self) -> Literal["hlg", "pq"] | None:
        return self.transfer if self.transfer in ("hlg", "pq") else None  # type: ignore[return-value]  # narrowed by the test

    def index_at(self, time: Fraction) -> int:
        """The frame on screen at `time`: the last one shown by then, the first one before that."""
        return max(0, self.frame_times.at_or_before(time + self.tolerance) - 1)

    def index_before(self, time: Fraction) -> int:
        """The frame that is on screen until `time`: what is seen at that time when it runs backwards."""
        return max(0, self.frame_times.before(time - self.tolerance) - 1)


@dataclass(frozen=True)
class AudioStream:
    codec: str
    rate: int
    channels: int
    layout: str
    start: Fraction  # seconds from the start of the file; negative where the encoder's priming lies before it
    duration: Fraction


@dataclass(frozen=True)
class ImageInfo:
    width: int  # after EXIF orientation
    height: int
    format: str
    mode: str
    has_alpha: bool
    has_profile: bool


@dataclass(frozen=True)
class MediaInfo:
    path: Path
    kind: Literal["video", "audio", "image", "animation"]
    container: str
    size_bytes: int
    duration: Fraction | None = None
    video: VideoStream | None = None
    audio: AudioStream | None = None
    image: ImageInfo | None = None
    origin: Fraction = Fraction(0)
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def title(self) -> str | None:
        return self.metadata.get("title")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What will be done to the pixels before they are used, in words."""
        return tuple(_video_warnings(self.video)) if self.video else ()

    def lines(self) -> list[str]:
        """What `framekiln probe` prints."""
        lines = [f"{self.path.name}: {self.kind}, {self.container}, {_bytes(self.size_bytes)}"]
        if self.duration is not None:
            lines.append(f"duration  {float(self.duration):.3f} s")
        if self.video:
            lines.append(f"video     {_video_words(self.video)}")
        if self.audio:
            lines.append(f"audio     {_audio_words(self.audio)}")
        if self.image:
            lines.append(f"image     {_image_words(self.image)}")
        lines += [f"{key:<9} {value}" for key, value in self.metadata.items()]
        lines += [f"note      {warning}" for warning in self.warnings]
        return lines

    def as_dict(self) -> dict[str, Any]:
        """The same for `--json`: numbers as numbers, without the table of frame times."""
        facts: dict[str, Any] = {"path": str(self.path), "kind": self.kind, "container": self.container}
        facts |= {"size_bytes": self.size_bytes, "duration": _plain(self.duration)}
        for name, part in (("video", self.video), ("audio", self.audio), ("image", self.image)):
            if part is not None:
                facts[name] = {key: _plain(value) for key, value in vars(part).items() if key not in _TABLES}
        if self.video:
            facts["video"]["frames"] = len(self.video.frame_times)
        return facts | {"metadata": dict(self.metadata), "warnings": list(self.warnings)}


_TABLES = {"frame_times", "keyframes", "counted", "origin", "tolerance"}


def _video_warnings(video: VideoStream) -> Iterator[str]:
    if video.interlaced:
        yield "interlaced: will be deinterlaced"
    if video.hdr:
        yield f"{HDR_WORDS[video.hdr]}: tone-mapped to SDR"
    elif video.primaries in ("bt2020", "p3"):
        yield f"wide gamut ({video.primaries}): converted to BT.709"
    if video.rotation:
        yield f"rotated {video.rotation}°"
    if video.sample_aspect != 1:
        yield f"pixels are not square ({video.sample_aspect}): scaled to {video.width}×{video.height}"
    if video.frame_times.are_variable():
        yield "variable frame rate: every frame keeps its own time"
    if video.counted:
        yield f"no timestamps in the file: frames are taken as {_rate(video.fps)} a second"


def _video_words(video: VideoStream) -> str:
    size = f"{video.width}×{video.height}"
    if (video.width, video.height) != (video.coded_width, video.coded_height):
        size += f" (stored {video.coded_width}×{video.coded_height})"
    color = f"{video.matrix} {video.color_range} range" if video.matrix != "rgb" else "RGB"
    alpha = ", with alpha" if video.has_alpha else ""
    count = len(video.frame_times)
    return f"{video.codec}, {size}, {_rate(video.fps)} fps, {count} frames, {video.pixel_format}, {color}{alpha}"


def _audio_words(audio: AudioStream) -> str:
    return f"{audio.codec}, {audio.rate} Hz, {audio.layout}, {float(audio.duration):.3f} s"


def _image_words(image: ImageInfo) -> str:
    extras = (", with alpha" if image.has_alpha else "") + (", colour profile" if image.has_profile else "")
    return f"{image.format}, {image.width}×{image.height}, {image.mode}{extras}"


def _rate(fps: Fraction) -> str:
    return f"{float(fps):.3f}".rstrip("0").rstrip(".")


def _bytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB" if count >= 1e3 else f"{count} bytes"


def _plain(value: Any) -> Any:
    return round(float(value), 6) if isinstance(value, Fraction) else value
