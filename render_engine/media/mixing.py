"""The mix: all clips of a timeline as one stream of float32 stereo, 48 kHz, in memory that does not grow.

Everything is worked out in fixed chunks and only cut into blocks at the end: any block size gives the same samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import cos, pi

import numpy as np

from render_engine.media.audio import AudioReader, Samples
from render_engine.media.audio_clip import RATE, Clip, Ducking, Role
from render_engine.media.ducking import HOP, Follower
from render_engine.media.tape import Tape, played

CHUNK = 20 * HOP


class Mix:
    """An iterator over the blocks. Samples over full scale are cut to ±1; `peak` and `clipped` say so."""

    def __init__(self, clips: Sequence[Clip], duration: Fraction, block: int) -> None:
        self.length = round(duration * RATE)
        self.peak = 0.0  # the largest sample so far before cutting, linear: above 1 the mix is too loud
        self.clipped = 0  # samples that were cut so far
        self._blocks = reblocked(summed(clips, self.length), block)

    def __iter__(self) -> Iterator[Samples]:
        return self

    def __next__(self) -> Samples:
        block = next(self._blocks)
        size = np.abs(block)
        self.peak = max(self.peak, float(size.max()))
        self.clipped += int(np.count_nonzero(size > 1))
        return np.clip(block, -1, 1)


def summed(clips: Sequence[Clip], length: int) -> Iterator[Samples]:
    """The sum as it is, over full scale or not, in chunks."""
    voices = [_Voice(clip) for clip in clips]
    followers = {clip.duck: Follower(clip.duck) for clip in clips if clip.duck}
    try:
        for start in range(0, length, CHUNK):
            yield _sum(voices, followers, start)[: length - start]
    finally:
        for voice in voices:
            voice.close()


def reblocked(chunks: Iterator[Samples], block: int) -> Iterator[Samples]:
    kept = np.zeros((0, 2), np.float32)
    for chunk in chunks:
        kept = np.concatenate([kept, chunk])
        whole = len(kept) - len(kept) % block
        for at in range(0, whole, block):
            yield kept[at : at + block]
        kept = kept[whole:]
    if len(kept):
        yield kept


class _Voice:
    """One clip being played. Its file is open only while it sounds."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self.start = round(clip.at * RATE)
        self.end = round((clip.at + clip.duration) * RATE)
        self._skip = max(-self.start, 0)
        self._reader: AudioReader | None = None
        self._tape: Tape | None = None

    def chunk(self, at: int) -> Samples | None:
        """The clip's part of [at, at + CHUNK), with its own gain and pan; None where it is silent."""
        first, last = max(self.start, at), min(self.end, at + CHUNK)
        if first >= last:
            if at >= self.end:
                self.close()
            return None
        if self._tape is None:
            self._reader = AudioReader(self.clip.path)
            self._tape = played(self.clip, self._reader, self._skip)
        out = np.zeros((CHUNK, 2), np.float32)
        heard = self._tape.read(first - self.start - self._skip, last - first)
        out[first - at : last - at] = heard * self._gain(first, last)
        return out

    def _gain(self, first: int, last: int) -> Samples:
        sides = np.array([_balance(self.clip.pan), _balance(-self.clip.pan)])
        if not self.clip.gain:
            return np.broadcast_to(sides.astype(np.float32), (last - first, 2))
        times, gains = zip(*self.clip.gain, strict=True)
        curve = np.interp(np.arange(first, last) / RATE, times, gains)
        gain: Samples = (curve[:, None] * sides).astype(np.float32)
        return gain

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = self._tape = None


def _balance(pan: float) -> float:
    """The left side's gain: full until the middle, then falling to silence. Nothing gets louder by panning."""
    return cos(max(pan, 0.0) * pi / 2)


def _sum(voices: list[_Voice], followers: dict[Ducking, Follower], at: int) -> Samples:
    heard = [(voice.clip, samples) for voice in voices if (samples := voice.chunk(at)) is not None]
    curves = {duck: follower.gain(_of_role(heard, duck.under)) for duck, follower in followers.items()}
    total = np.zeros((CHUNK, 2), np.float32)
    for clip, samples in heard:
        total += samples * curves[clip.duck][:, None] if clip.duck else samples
    return total


def _of_role(heard: list[tuple[Clip, Samples]], role: Role) -> Samples:
    total = np.zeros((CHUNK, 2), np.float32)
    for clip, samples in heard:
        if clip.role == role:
            total += samples
    return total
