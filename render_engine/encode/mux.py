"""Video and sound in MP4, MOV, MKV or WebM; or sound alone in WAV or M4A."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream
from numpy.typing import NDArray

from render_engine.encode.output import Output
from render_engine.encode.partial import check_folder, commit, discard, is_full, last_words, partial_path
from render_engine.errors import EncoderError

SAMPLE_RATE = 48_000

_CONTAINERS = {
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".m4a": "ipod",
    ".mov": "mov",
    ".mkv": "matroska",
    ".webm": "webm",
    ".wav": "wav",
}
_QUICKTIME = {"mp4", "mov", "ipod"}


class MuxTarget:
    def __init__(self, output: Output) -> None:
        check_folder(output.path)
        self._output = output
        self._partial = partial_path(output.path)
        self._format = _CONTAINERS[output.path.suffix.lower()]
        self._container = self._open_container()
        try:
            self._video = self._open_video() if output.codec.encoder else None
            self._audio = self._open_audio() if output.audio else None
            self._describe()
            self._container.start_encoding()
        except av.FFmpegError as error:
            self.discard()
            if is_full(error):
                raise
            raise EncoderError(
                f'{output.codec.title} at {output.width}x{output.height} could not be opened for "{output.path.name}": '
                f"{last_words(error)}."
            ) from error

    def _open_container(self) -> OutputContainer:
        # bitexact: no version or date is written, so the same frames make the same bytes.
        options = {"fflags": "+bitexact"} | ({"movflags": "+faststart"} if self._format in _QUICKTIME else {})
        return av.open(str(self._partial), "w", format=self._format, options=options)

    def _open_video(self) -> VideoStream:
        output, codec = self._output, self._output.codec
        assert codec.encoder is not None
        options = codec.options(output.crf, output.speed, output.max_rate, 250)
        stream = self._container.add_stream(codec.encoder, rate=output.fps, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = output.width, output.height, output.pixel_format
        context = stream.codec_context
        context.time_base = 1 / output.fps
        context.thread_count = 1
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        if codec.tag and self._format in _QUICKTIME:
            context.codec_tag = codec.tag
        context.open()
        return stream

    def _open_audio(self) -> AudioStream:
        encoder = self._output.codec.audio(self._output.path.suffix)
        assert encoder is not None
        stream = self._container.add_stream(encoder, rate=SAMPLE_RATE, layout="stereo")
        assert isinstance(stream, AudioStream)
        if not encoder.startswith("pcm"):
            stream.codec_context.bit_rate = self._output.audio_bitrate
        stream.codec_context.time_base = Fraction(1, SAMPLE_RATE)
        stream.codec_context.open()
        return stream

    def _describe(self) -> None:
        output = self._output
        named = {"title": output.title, "comment": output.comment}
        self._container.metadata.update({key: value for key, value in named.items() if value})
        if self._video is not None and output.alpha and output.codec.name == "vp9":
            self._video.metadata["alpha_mode"] = "1"
        if output.chapters:
            base = Fraction(1, SAMPLE_RATE)
            self._container.set_chapters(
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

    def write(self, frame: av.VideoFrame, number: int) -> None:
        assert self._video is not None
        frame.pts, frame.duration, frame.time_base = number, 1, 1 / self._output.fps
        self._container.mux(self._video.encode(frame))

    def write_audio(self, block: NDArray[np.float32], position: int) -> None:
        assert self._audio is not None
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T, np.float32), format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts, frame.time_base = position, Fraction(1, SAMPLE_RATE)
        self._container.mux(self._audio.encode(frame))

    def close(self) -> None:
        for stream in (self._video, self._audio):
            if stream is not None:
                self._container.mux(stream.encode(None))
        self._container.close()
        commit(self._partial, self._output.path)

    def discard(self) -> None:
        # Closing writes a trailer, which a full disk refuses again; the file is thrown away all the same.
        with contextlib.suppress(av.FFmpegError, OSError):
            self._container.close()
        discard(self._partial)
