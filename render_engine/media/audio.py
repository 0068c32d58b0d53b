"""A file's sound as samples of one clock: float32 stereo at 48 kHz, sample n heard n/48000 s into the file.

Time 0 is the container's start, as a player counts it, so a video's picture and sound share it. FFmpeg takes
priming, pre-skip and edit lists off; what is left here is to place what it decodes, exactly, also after a seek.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from render_engine.errors import MediaError
from render_engine.media.audio_clip import RATE
from render_engine.media.probe import probe

Samples = NDArray[np.float32]  # (n, 2)

PREROLL = RATE // 4  # a seek lands this much early: Opus, AAC, MP3 and the resampler need a past to be exact
FAR = 10 * RATE  # a jump longer than this seeks; decoding on is cheaper below
SLACK = Fraction(5, 1000)  # stamps that wander less than this are rounding; more is a real gap or overlap
EXACT_SEEK = frozenset({"mov", "matroska", "webm", "wav", "flac", "ogg", "mpegts"})  # others guess where they landed
STATES_LENGTH = frozenset({"mov", "flac"})  # containers whose stream duration is exact: no padding, no estimate


class _Piece(NamedTuple):
    at: int
    samples: Samples


class AudioReader:
    """One open decoder. Reading forwards is cheap; going back seeks. Memory does not grow with the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._anchor: Fraction | None = None
        self._waiting: _Piece | None = None
        self._length: int | None = None
        self._kept = _Piece(0, np.zeros((0, 2), np.float32))
        self._open()
        self._restart(after_seek=False)

    def read(self, start: int, count: int) -> Samples:
        """Samples [start, start + count), zeros where the file has none. The array is the caller's."""
        found = self.read_some(start, count)
        if len(found) == count:
            return found
        return np.concatenate([found, np.zeros((count - len(found), 2), np.float32)])

    def read_some(self, start: int, count: int) -> Samples:
        """Like `read`, but short (or empty) where the file ends: this is how a loop finds its seam."""
        if start < self._kept.at or start > self._end + FAR:
            self._seek(start)
            self._kept = _Piece(start, np.zeros((0, 2), np.float32))
        parts = [self._kept.samples[start - self._kept.at :]] if start < self._end else []
        have = max(self._end, start)
        while have < start + count and (piece := self._next()) is not None:
            fresh = piece.samples[max(have - piece.at, 0) :]
            if not len(fresh):
                continue
            if (hole := piece.at - have) > 0:
                parts.append(np.zeros((min(hole, start + count - have), 2), np.float32))
                have += len(parts[-1])
            if piece.at > have:
                self._waiting = piece
                break
            parts.append(fresh)
            have += len(fresh)
        self._kept = _Piece(start, np.concatenate(parts) if parts else np.zeros((0, 2), np.float32))
        return self._kept.samples[:count].copy()

    def length(self) -> int:
        """Where the sound ends, in samples. Decodes the whole file once: no header is to be trusted for it."""
        if self._length is None:
            end = max(self._end, 0)
            while len(got := self.read_some(end, RATE)):
                end += len(got)
            self._length = end
        return self._length

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> AudioReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _end(self) -> int:
        return self._kept.at + len(self._kept.samples)

    def _open(self) -> None:
        try:
            self._container: InputContainer = av.open(str(self.path))
        except (av.error.FFmpegError, OSError) as error:
            raise MediaError(f"{self.path} cannot be opened as sound: {error.strerror or error}.") from error
        if not self._container.streams.audio:
            self.close()
            raise MediaError(f"{self.path} has no sound in it. Use a file with an audio track.")
        self._stream: AudioStream = self._container.streams.audio[0]
        self._formats = set(self._container.format.name.split(","))
        self._origin = probe(self.path).origin

    def _restart(self, *, after_seek: bool) -> None:
        """Begin to decode where the container stands."""
        self._pieces = self._decode(after_seek)
        self._waiting = next(self._pieces, None)

    def _seek(self, start: int) -> None:
        target = start - PREROLL
        if target > 0 and self._formats & EXACT_SEEK:
            stamp = (Fraction(target, RATE) + self._origin) / self._time_base
            try:
                self._container.seek(int(stamp), stream=self._stream)
                self._restart(after_seek=True)
            except av.error.FFmpegError:  # a container without an index: read it from its start
                self._waiting = None
            if self._waiting is not None and self._waiting.at <= start:
                return
        self._container.close()
        self._open()
        self._restart(after_seek=False)

    @property
    def _time_base(self) -> Fraction:
        assert self._stream.time_base is not None
        return Fraction(self._stream.time_base)

    def _next(self) -> _Piece | None:
        if self._waiting is not None:
            piece, self._waiting = self._waiting, None
            return piece
        return next(self._pieces, None)

    def _stated_end(self) -> int | None:
        if not self._formats & STATES_LENGTH or not self._stream.duration:
            return None
        ticks = (self._stream.start_time or 0) + self._stream.duration
        return round((ticks * self._time_base - self._origin) * RATE)

    def _decode(self, after_seek: bool) -> Iterator[_Piece]:
        """Pieces in order, cut where the container says that the sound ends (what follows is codec padding)."""
        end, reached = self._stated_end(), 0
        for piece in self._sections(after_seek):
            reached = piece.at + len(piece.samples)
            yield piece if end is None or reached <= end else _Piece(piece.at, piece.samples[: max(end - piece.at, 0)])
        if end is not None and reached < end - RATE // 2:
            raise MediaError(
                f"{self.path} is cut off: its sound ends at {reached / RATE:.1f} s of {end / RATE:.1f} s. "
                "Copy or download the file again."
            )

    def _sections(self, after_seek: bool) -> Iterator[_Piece]:
        """Runs of frames without a gap, each through a resampler of its own."""
        section: _Section | None = None
        for frame in self._frames():
            at = self._index(frame, after_seek)
            if section is None or not section.continues(frame, at):
                if section is not None:
                    yield from section.finish()
                section = _Section(frame, round(at or 0))
            yield from section.push(frame)
        if section is not None:
            yield from section.finish()

    def _frames(self) -> Iterator[AudioFrame]:
        frames = self._container.decode(self._stream)
        while True:
            try:
                frame = next(frames, None)
            except av.error.FFmpegError as error:
                raise MediaError(f"The sound of {self.path} is damaged: {error.strerror}. Encode it anew.") from error
            if frame is None:
                return
            if frame.samples:
                yield frame

    def _index(self, frame: AudioFrame, after_seek: bool) -> Fraction | None:
        """The frame's place in samples of its own rate; None if it has no stamp and follows the one before."""
        if frame.pts is None:
            return None
        base = Fraction(frame.time_base) if frame.time_base else self._time_base
        at = (frame.pts * base - self._origin) * frame.sample_rate
        if self._anchor is None:
            self._anchor = Fraction(round(at) + frame.samples)
        if not after_seek or base * frame.sample_rate <= 1:
            return at
        # Matroska rounds stamps to 1 ms: frames of one size stand on a grid, which tells the sample again.
        size = frame.samples
        snapped = self._anchor + round((at - self._anchor) / size) * size
        return snapped if abs(snapped - at) <= base * frame.sample_rate else at


class _Section:
    """Contiguous frames of one format. Output positions stay exact because input starts on a common multiple of
    both rates (147 samples of 44.1 kHz are 160 of 48 kHz): zeros fill up to it, so a seek changes no sample's place."""

    def __init__(self, first: AudioFrame, at: int) -> None:
        self._rate = first.sample_rate
        self._shape = (first.format.name, first.layout.name, first.sample_rate)
        self._mono = first.layout.nb_channels == 1  # swresample would turn mono down by 3 dB
        self._resampler = av.AudioResampler(format="flt", layout="mono" if self._mono else "stereo", rate=RATE)
        self._next = at
        pad = at % (self._rate // gcd(self._rate, RATE))
        self._out = (at - pad) * RATE // self._rate
        self._head = self._convert(_silence(first, pad)) if pad else []

    def continues(self, frame: AudioFrame, at: Fraction | None) -> bool:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        return shape == self._shape and (at is None or abs(at - self._next) <= SLACK * self._rate)

    def push(self, frame: AudioFrame) -> list[_Piece]:
        self._next += frame.samples
        frame.pts = None
        head, self._head = self._head, []
        return head + self._convert(frame)

    def finish(self) -> list[_Piece]:
        return self._convert(None)

    def _convert(self, frame: AudioFrame | None) -> list[_Piece]:
        pieces = []
        for out in self._resampler.resample(frame):
            if out is None:  # flushing a resampler that had nothing to do
                continue
            samples = np.asarray(out.to_ndarray(), np.float32).reshape(-1, 1 if self._mono else 2)
            samples = np.repeat(samples, 2, axis=1) if self._mono else samples
            pieces.append(_Piece(self._out, samples))
            self._out += len(samples)
        return pieces


def _silence(like: AudioFrame, count: int) -> AudioFrame:
    frame = AudioFrame(format=like.format.name, layout=like.layout.name, samples=count)
    for plane in frame.planes:
        plane.update(bytes([128 if like.format.name.startswith("u8") else 0]) * plane.buffer_size)
    frame.sample_rate = like.sample_rate
    frame.time_base = like.time_base
    return frame
