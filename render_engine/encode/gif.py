"""GIF: the colours of the whole clip are counted, then one palette draws all its frames.

Segments hold the frames lossless, so both passes read them again; what is encoded with one palette, frame against the
frame before, cannot be kept in pieces. Delays are whole hundredths of a second, taken from exact times: no drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.filter
from av.container import OutputContainer
from av.video.stream import VideoStream

from render_engine.encode.output import Output

_DITHER = "dither=sierra2_4a:diff_mode=rectangle:alpha_threshold=128"


def write_gif(output: Output, segments: Sequence[Path], container: OutputContainer) -> Iterator[int]:
    """Yields how many frames are done, each pass over them being half of the work."""
    palette = _Palette(output)
    frames = 0
    for frames, frame in enumerate(_frames(segments), 1):
        palette.push(frame, frames)
        yield frames // 2
    stream = _open_stream(container, output)
    draw = _Draw(output, palette.pull())
    for number, frame in enumerate(_frames(segments)):
        drawn = draw(frame, number)
        drawn.pts = _hundredths(number, output.fps)
        drawn.duration = _hundredths(number + 1, output.fps) - drawn.pts
        drawn.time_base = Fraction(1, 100)
        container.mux(stream.encode(drawn))
        yield (frames + number + 1) // 2
    container.mux(stream.encode(None))


def _frames(segments: Sequence[Path]) -> Iterator[av.VideoFrame]:
    for path in segments:
        with av.open(str(path)) as source:
            yield from source.decode(video=0)


def _open_stream(container: OutputContainer, output: Output) -> VideoStream:
    stream = container.add_stream("gif", rate=output.fps)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = output.width, output.height, "pal8"
    stream.codec_context.time_base = Fraction(1, 100)
    return stream


def _hundredths(number: int, fps: Fraction) -> int:
    return round(Fraction(100 * number) / fps)


def _buffer(output: Output, pix_fmt: str, size: str) -> str:
    return f"video_size={size}:pix_fmt={pix_fmt}:time_base={1 / output.fps}:colorspace=gbr:range=pc"


class _Palette:
    """Counts colours; gives the clip's palette, with one place for transparency where it is wanted."""

    def __init__(self, output: Output) -> None:
        self._graph = av.filter.Graph()
        size = f"{output.width}x{output.height}"
        self._source = self._graph.add("buffer", _buffer(output, output.pixel_format, size))
        generate = self._graph.add("palettegen", f"reserve_transparent={int(output.alpha)}:stats_mode=full")
        self._sink = self._graph.add("buffersink")
        self._graph.link_nodes(self._source, generate, self._sink).configure()

    def push(self, frame: av.VideoFrame, number: int) -> None:
        frame.pts = number
        self._source.push(frame)

    def pull(self) -> av.VideoFrame:
        self._source.push(None)
        palette = self._sink.pull()
        assert isinstance(palette, av.VideoFrame)
        return palette


class _Draw:
    """Draws frames with the palette."""

    def __init__(self, output: Output, palette: av.VideoFrame) -> None:
        self._graph = av.filter.Graph()
        size = f"{output.width}x{output.height}"
        self._source = self._graph.add("buffer", _buffer(output, output.pixel_format, size))
        self._colours = self._graph.add("buffer", _buffer(output, "bgra", "16x16"))
        use, self._sink = self._graph.add("paletteuse", _DITHER), self._graph.add("buffersink")
        self._source.link_to(use, 0, 0)
        self._colours.link_to(use, 0, 1)
        use.link_to(self._sink)
        self._graph.configure()
        self._colours.push(palette)
        self._colours.push(None)

    def __call__(self, frame: av.VideoFrame, number: int) -> av.VideoFrame:
        frame.pts = number
        self._source.push(frame)
        drawn = self._sink.pull()
        assert isinstance(drawn, av.VideoFrame)
        return drawn
