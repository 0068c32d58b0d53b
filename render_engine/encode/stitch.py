"""Segments and sound become a file: packets are copied, never encoded again, and timed from frame numbers.

Every way here is a generator that works as it is driven and tells of each segment; the result takes its name only
when it is whole, and an exception (or closing the generator) throws the partial away.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from render_engine.encode.gif import write_gif
from render_engine.encode.images import check_images, write_images
from render_engine.encode.output import Output, check
from render_engine.encode.packets import PacketsDigest, open_encoded
from render_engine.encode.partial import check_folder, commit, discard, failures_told, partial_path, sweep
from render_engine.errors import RenderFailed
from render_engine.media.audio_clip import RATE

_FORMATS = {
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".m4a": "ipod",
    ".mov": "mov",
    ".mkv": "matroska",
    ".webm": "webm",
    ".wav": "wav",
    ".gif": "gif",
}
_QUICKTIME = {"mp4", "mov", "ipod"}
_UNLIKE = (
    'The segments of "{}" were encoded in different ways ({} is unlike the first): '
    "empty the cache (framekiln cache --prune) and render again."
)


@dataclass(frozen=True)
class Stitched:
    frames: int  # done so far, of all
    digest: str = ""  # of the segment just written, as packet_digests tells it of the film; "" for GIF and PNG


def check_place(output: Output) -> None:
    """Refuses what the format cannot hold (EncoderError) and a place that cannot be written to (BadInput)."""
    check(output)
    if output.codec.name == "png":
        check_images(output)
    else:
        check_folder(output.path)


def stitch(output: Output, segments: Sequence[Path], sound: Path | None) -> Iterator[Stitched]:
    """Writes the file of these segments, in order, with the sound beside them (or alone)."""
    check_place(output)
    with failures_told(output.path):
        if output.codec.name == "png":
            yield from map(Stitched, write_images(output, segments))
        else:
            yield from _file(output, segments, sound)


def _file(output: Output, segments: Sequence[Path], sound: Path | None) -> Iterator[Stitched]:
    sweep(output.path)
    partial = partial_path(output.path)
    try:
        with _writing(output, partial) as container:
            if output.codec.name == "gif":
                yield from map(Stitched, write_gif(output, segments, container))
            else:
                yield from _film(output, segments, sound, container)
        commit(partial, output.path)
    finally:
        discard(partial)


def _film(
    output: Output, segments: Sequence[Path], sound: Path | None, container: OutputContainer
) -> Iterator[Stitched]:
    with av.open(str(sound)) if sound else contextlib.nullcontext() as heard:
        pictures = _picture_stream(container, output, segments[0]) if segments else None
        beside = _Beside(container, heard) if heard else None
        _describe(container, output, pictures)
        container.start_encoding()
        if pictures is not None:
            yield from _copied(container, pictures, output, segments, beside)
        if beside:
            beside.write_until(math.inf)


def _copied(
    container: OutputContainer, stream: VideoStream, output: Output, segments: Sequence[Path], beside: _Beside | None
) -> Iterator[Stitched]:
    extradata: bytes | None = None
    tick = 1 / output.fps
    seconds = float(tick)
    delay = index = 0  # delay: the frames by which decoding runs ahead of showing
    for path in segments:
        first, digest = index, PacketsDigest()
        with open_encoded(path) as source:
            pictures = source.streams.video[0]
            if index == 0:
                extradata = pictures.codec_context.extradata
            if pictures.codec_context.extradata != extradata:
                raise RenderFailed(_UNLIKE.format(output.path.name, path.name))
            assert pictures.time_base is not None
            frames = float(pictures.time_base * output.fps)  # in one tick of the segment's clock
            for packet in source.demux(pictures):
                if packet.pts is None or packet.dts is None:  # the end
                    break
                if index == 0:
                    delay = -round(packet.dts * frames)
                digest.add(packet)
                if beside:
                    beside.write_until(index * seconds)
                number = round(packet.pts * frames)
                packet.stream, packet.time_base = stream, tick
                packet.pts, packet.dts, packet.duration = first + number, index - delay, 1
                container.mux_one(packet)
                index += 1
        yield Stitched(index, digest.text())


@contextlib.contextmanager
def _writing(output: Output, partial: Path) -> Iterator[OutputContainer]:
    """The container; whatever breaks in the block, a full disk when it is closed too, leaves no trailer to wait for."""
    name = _FORMATS[output.path.suffix.lower()]
    # bitexact: no version or date is written, so the same frames make the same bytes.
    options = {"fflags": "+bitexact"} | ({"movflags": "+faststart"} if name in _QUICKTIME else {})
    container = av.open(str(partial), "w", format=name, options=options)
    try:
        yield container
    except BaseException:
        with contextlib.suppress(av.FFmpegError, OSError):
            container.close()
        raise
    container.close()


def _picture_stream(container: OutputContainer, output: Output, segment: Path) -> VideoStream:
    with av.open(str(segment)) as source:
        keep_tag = container.format.name in _QUICKTIME
        stream = _like(container, source.streams.video[0], output.fps, keep_tag=keep_tag)
    assert isinstance(stream, VideoStream)
    stream.time_base = 1 / output.fps
    return stream


def _like(container: OutputContainer, template: Stream, rate: Fraction | int, *, keep_tag: bool) -> Stream:
    """A stream with all that is told of the template's codec and the frame rate, which a template alone does not pass
    on and Matroska wants. QuickTime's names for codecs (tags) mean nothing elsewhere."""
    if not keep_tag:
        with av.open("untagged", "w", format="null") as nowhere:
            return _like(container, nowhere.add_stream_from_template(template, opaque=True), rate, keep_tag=True)
    stream = container.add_mux_stream(template.codec_context.codec.canonical_name, rate=rate)
    BitStreamFilterContext("null", template, stream)
    return stream


class _Beside:
    """The sound, written as far as the pictures are, so that neither waits for the other in memory."""

    def __init__(self, container: OutputContainer, source: InputContainer) -> None:
        template = source.streams.audio[0]
        self._container = container
        stream = _like(container, template, RATE, keep_tag=False)
        assert isinstance(stream, AudioStream)
        self._stream = stream
        self._stream.time_base = Fraction(1, RATE)
        self._packets = source.demux(template)
        assert template.time_base is not None
        self._seconds = float(template.time_base)
        self._next: Packet[AudioStream] | None = next(self._packets, None)

    def write_until(self, time: float) -> None:
        """Packets that begin by `time` (seconds)."""
        while (packet := self._next) is not None and packet.pts is not None:
            if packet.pts * self._seconds > time:
                return
            packet.stream = self._stream
            self._container.mux_one(packet)
            self._next = next(self._packets, None)


def _describe(container: OutputContainer, output: Output, pictures: Stream | None) -> None:
    named = {"title": output.title, "comment": output.comment}
    container.metadata.update({key: value for key, value in named.items() if value})
    if pictures is not None and output.alpha and output.codec.name == "vp9":
        pictures.metadata["alpha_mode"] = "1"
    if output.chapters:
        base = Fraction(1, RATE)
        container.set_chapters(
            [
                {
                    "id": number,
                    "start": round(chapter.start / base),
                    "end": round(chapter.end / base),
                    "time_base": base,
                    "metadata": {"title": chapter.title},
                }
                for number, chapter in enumerate(output.chapters, 1)
            ]
        )
