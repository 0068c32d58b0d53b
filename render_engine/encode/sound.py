"""The sound of a film, encoded once for the whole timeline: a journal's entry that stitching copies."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from render_engine.durable import KEEP_LESS
from render_engine.encode.output import Output
from render_engine.encode.partial import failures_told, last_words
from render_engine.encode.video_settings import build
from render_engine.errors import EncoderError
from render_engine.media.audio_clip import RATE

# Bits a second from which AAC's fast way of choosing what to keep is the better one, at a third of the CPU.
_ENOUGH = 96_000
_CONTAINERS = {"aac": "mp4", "libopus": "matroska", "pcm_s24le": "wav"}  # each keeps its codec's priming and exact end


def sound_identity(output: Output) -> str:
    """Two sounds of the same samples have the same bytes where this is the same."""
    encoder = _encoder(output)
    return f"{encoder} {_bit_rate(output, encoder)} {RATE}; {build()}"


def write_sound(output: Output, blocks: Iterable[NDArray[np.float32]], path: Path) -> None:
    """Encodes blocks of (n, 2) samples in -1…1 at 48 kHz to `path`; an exception throws the file away."""
    encoder = _encoder(output)
    with failures_told(path, "the sound", KEEP_LESS):
        container = av.open(str(path), "w", format=_CONTAINERS[encoder], options={"fflags": "+bitexact"})
        try:
            _encode(container, _open_stream(container, encoder, _bit_rate(output, encoder)), blocks)
            container.close()
        except BaseException:
            with contextlib.suppress(av.FFmpegError, OSError):  # as in segment: a full disk refuses again
                container.close()
            path.unlink(missing_ok=True)
            raise


def _encoder(output: Output) -> str:
    encoder = output.codec.audio(output.path.suffix)
    assert encoder is not None, "the format is silent"
    return encoder


def _bit_rate(output: Output, encoder: str) -> int:
    return 0 if encoder.startswith("pcm") else output.audio_bitrate


def _open_stream(container: OutputContainer, encoder: str, bit_rate: int) -> AudioStream:
    options = {"aac_coder": "fast"} if encoder == "aac" and bit_rate >= _ENOUGH else {}
    stream = container.add_stream(encoder, rate=RATE, layout="stereo", options=options)
    assert isinstance(stream, AudioStream)
    if bit_rate:
        stream.codec_context.bit_rate = bit_rate
    stream.codec_context.time_base = Fraction(1, RATE)
    try:
        stream.codec_context.open()
    except av.FFmpegError as error:
        raise EncoderError(f"Sound at {bit_rate} bits a second could not be encoded: {last_words(error)}.") from error
    return stream


def _encode(container: OutputContainer, stream: AudioStream, blocks: Iterable[NDArray[np.float32]]) -> None:
    position = 0
    for block in blocks:
        if len(block) == 0:
            continue
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T, np.float32), format="fltp", layout="stereo")
        frame.sample_rate = RATE
        frame.pts, frame.time_base = position, Fraction(1, RATE)
        container.mux(stream.encode(frame))
        position += len(block)
    container.mux(stream.encode(None))
