"""GIF in two passes: the colours of the whole clip are counted as frames come, then one palette draws them all.

Frames wait in a lossless temporary file, not in memory. Delays are whole hundredths of a second, taken from exact
times, so that they do not drift.
"""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from render_engine.encode.output import Output
from render_engine.encode.partial import check_folder, commit, discard, partial_path

_DITHER = "dither=sierra2_4a:diff_mode=rectangle:alpha_threshold=128"


class GifTarget:
    def __init__(self, output: Output) -> None:
        check_folder(output.path)
        self._output = output
        self._partial = partial_path(output.path)
        self._spool = self._partial.with_suffix(".frames")
        self._counting = _Palette(output)
        self._waiting, self._stream = _open_spool(self._spool, output)
        self._frames = 0

    def write(self, frame: av.VideoFrame, number: int) -> None:
        frame.pts, frame.time_base = number, 1 / self._output.fps
        self._waiting.mux(self._stream.encode(frame))
        self._counting.push(frame)
        self._frames = number + 1

    def write_audio(self, block: NDArray[np.float32], position: int) -> None:
        """GIF is silent."""

    def close(self) -> None:
        self._waiting.mux(self._stream.encode(None))
        self._waiting.close()
        palette = self._counting.pull()
        with av.open(str(self._spool)) as source, av.open(str(self._partial), "w", format="gif") as container:
            _write_gif(source, container, palette, self._output)
        commit(self._partial, self._output.path)
        discard(self._spool)

    def discard(self) -> None:
        with contextlib.suppress(av.FFmpegError, OSError):  # as in mux: a full disk refuses again
            self._waiting.close()
        discard(self._spool)
        discard(self._partial)


def _open_spool(path: Path, output: Output) -> tuple[OutputContainer, VideoStream]:
    container = av.open(str(path), "w", format="nut")
    stream = container.add_stream("ffv1", rate=output.fps)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = output.width, output.height, output.pixel_format
    stream.codec_context.time_base = 1 / output.fps
    stream.codec_context.thread_count = 1
    return container, stream


def _write_gif(
    source: av.container.InputContainer, container: OutputContainer, palette: av.VideoFrame, output: Output
) -> None:
    stream = container.add_stream("gif", rate=output.fps)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = output.width, output.height, "pal8"
    stream.codec_context.time_base = Fraction(1, 100)
    draw = _Draw(output, palette)
    for number, frame in enumerate(source.decode(video=0)):
        drawn = draw(frame, number)
        drawn.pts = _hundredths(number, output.fps)
        drawn.duration = _hundredths(number + 1, output.fps) - drawn.pts
        drawn.time_base = Fraction(1, 100)
        container.mux(stream.encode(drawn))
    container.mux(stream.encode(None))


def _hundredths(number: int, fps: Fraction) -> int:
    return round(Fraction(100 * number) / fps)


def _buffer(output: Output, pix_fmt: str, size: str) -> str:
    return f"video_size={size}:pix_fmt={pix_fmt}:time_base={1 / output.fps}:colorspace=gbr:range=pc"


class _Palette:
    """Counts colours; gives the clip's palette, with one place for transparency where it is wanted."""

    def __init__(self, output: Output) -> None:
        self._graph = av.filter.Graph()
        self._source = self._graph.add(
            "buffer", _buffer(output, output.pixel_format, f"{output.width}x{output.height}")
        )
        generate = self._graph.add("palettegen", f"reserve_transparent={int(output.alpha)}:stats_mode=full")
        self._sink = self._graph.add("buffersink")
        self._graph.link_nodes(self._source, generate, self._sink).configure()

    def push(self, frame: av.VideoFrame) -> None:
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
