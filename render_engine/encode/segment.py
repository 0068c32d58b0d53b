"""One segment: a closed group of frames in a small file of its own, whose bytes its frames and settings alone decide.

with open_segment(settings, path) as segment:
    for frame in frames:
        segment.write(frame)
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path
from typing import Protocol, TypeVar

import av
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from render_engine.durable import KEEP_LESS
from render_engine.encode.opening import opening
from render_engine.encode.partial import failures_told
from render_engine.encode.video_settings import VideoSettings

# What keeps exact times and all that a codec says of its packets (VP9's transparency is told in Matroska alone).
_CONTAINERS = {"vp9": "webm", "prores": "mov", "prores-4444": "mov", "gif": "nut", "png": "nut"}
# Frames by which decoding runs ahead; x265 itself takes it from unset memory in films of one or two frames.
_AHEAD = {"x265": 2}
_LOOKS_AHEAD = 8  # frames, more than NVENC has between one and the latest that it refers to


T = TypeVar("T")


class InTurn(Protocol):
    """How an encoder is opened: gives what `attempt` gives, where it raises NoSession perhaps after another try, later."""

    def __call__(self, attempt: Callable[[], T]) -> T: ...


def at_once(attempt: Callable[[], T]) -> T:
    return attempt()


class SegmentWriter:
    def __init__(self, settings: VideoSettings, path: Path, in_turn: InTurn = at_once) -> None:
        self.frames = 0
        self._path = path
        self._settings = settings
        self._in_turn = in_turn
        self._ahead = _AHEAD.get(settings.codec)
        self._packets = 0
        self._container: OutputContainer | None = None
        self._in_use: deque[av.VideoFrame] = deque()

    def begin(self) -> None:
        if not self._settings.stays_on_card:
            self._in_turn(self._open)

    def write(self, frame: av.VideoFrame) -> None:
        """The next frame. It may be written into again after this returns."""
        assert frame.format.name == _given_format(self._settings), (frame.format.name, _given_format(self._settings))
        assert (frame.width, frame.height) == (self._settings.width, self._settings.height)
        if _kept_format(self._settings) != frame.format.name:  # the same samples in another order
            frame = frame.reformat(format=_kept_format(self._settings))
        frame.pts, frame.duration, frame.time_base = self.frames, 1, 1 / self._settings.fps
        frame.pict_type = PictureType.NONE  # the encoder chooses
        if self._container is None:  # it knows the card's memory by its first frame
            self._mux(self._in_turn(lambda: self._open(frame)))
        else:
            self._encode(frame)
        self.frames += 1
        if self._settings.stays_on_card:
            self._hold(frame)

    def _hold(self, frame: av.VideoFrame) -> None:
        """FFmpeg lets the n-th frame go with the n-th packet, which may be of a later one, as B-frames come after those that
        they look ahead to: NVENC may be reading it still, and who drew it must not draw over it."""
        self._in_use.append(frame)
        while len(self._in_use) > self.frames - self._packets + _LOOKS_AHEAD:
            self._in_use.popleft()

    def finish(self) -> None:
        self._encode(None)
        with self._told():
            if self._container:
                self._container.close()

    def discard(self) -> None:
        # Closing writes a trailer, which a full disk refuses again; the file is thrown away all the same.
        with contextlib.suppress(av.FFmpegError, OSError):
            if self._container:
                self._container.close()
        self._path.unlink(missing_ok=True)

    def _open(self, first: av.VideoFrame | None = None) -> list[Packet[VideoStream]]:
        """The file and the encoder, which says by an error that it does not open; what it makes of the first frame."""
        settings = self._settings
        with self._told():
            name = _CONTAINERS.get(settings.codec, "mp4")
            container = av.open(str(self._path), "w", format=name, options={"fflags": "+bitexact"})
            self._stream = _stream(settings, container)
            with opening(f"{settings.row.title} at {settings.width}x{settings.height}", settings.row.hardware):
                if first is None:
                    self._stream.codec_context.open()
                packets = self._stream.encode(first) if first else []
            container.start_encoding()
        self._container = container
        return packets

    def _encode(self, frame: av.VideoFrame | None) -> None:
        with self._told():
            packets = self._stream.encode(frame)
        self._mux(packets)

    def _mux(self, packets: Iterable[Packet[VideoStream]]) -> None:
        assert self._container
        for packet in packets:
            if self._ahead is not None:
                packet.dts = self._packets - self._ahead
            self._packets += 1
            with self._told():
                self._container.mux_one(packet)

    def _told(self) -> AbstractContextManager[None]:
        return failures_told(self._path, "a segment", KEEP_LESS)


@contextlib.contextmanager
def open_segment(settings: VideoSettings, path: Path, in_turn: InTurn = at_once) -> Iterator[SegmentWriter]:
    """Opens the encoder, on the card with the first frame (EncoderError where it refuses). Leaving finishes the file; an
    exception throws it away."""
    writer = SegmentWriter(settings, path, in_turn)
    try:
        writer.begin()
        yield writer
        writer.finish()
    except BaseException:
        writer.discard()
        raise


def _stream(settings: VideoSettings, container: OutputContainer) -> VideoStream:
    codec = settings.row
    encoder = "ffv1" if codec.name == "gif" else codec.encoder  # frames wait for their palette, lossless
    assert encoder is not None
    stream = container.add_stream(encoder, rate=settings.fps, options=settings.options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = settings.width, settings.height, _kept_format(settings)
    context = stream.codec_context
    context.time_base = 1 / Fraction(settings.fps)
    context.thread_count = 1
    if settings.pixel_format.startswith("yuv"):
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    if codec.tag:
        context.codec_tag = codec.tag
    return stream


def _given_format(settings: VideoSettings) -> str:
    return "cuda" if settings.stays_on_card else settings.pixel_format


def _kept_format(settings: VideoSettings) -> str:
    if settings.stays_on_card:
        return "cuda"
    if settings.codec == "png":
        return "rgba" if settings.alpha else "rgb24"
    if settings.row.hardware and settings.is_deep:
        return "p010le"
    return settings.pixel_format
