"""The sound of one clip as it is played: its piece of the file, backwards or looped, at its speed.

A tape is read forwards in any portions and gives the same samples whatever the portions are.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from render_engine.media.audio import AudioReader, Samples
from render_engine.media.audio_clip import RATE, Clip
from render_engine.media.stretch import stretched

BLOCK = RATE // 5
KEPT_LOOP = 10 * RATE
REVERSE_BLOCK = 10 * RATE  # backwards every block costs a seek, in some files a decode from the start


class Tape:
    """Blocks of any length, read as one array: each read may begin anywhere after the beginning of the last."""

    def __init__(self, blocks: Iterator[Samples]) -> None:
        self._blocks = blocks
        self._at = 0
        self._kept = np.zeros((0, 2), np.float32)

    def read(self, start: int, count: int) -> Samples:
        """Samples [start, start + count); zeros before 0 and after the last block."""
        if start < 0:
            ahead = np.zeros((min(-start, count), 2), np.float32)
            return np.concatenate([ahead, self.read(0, count + start)]) if count + start > 0 else ahead
        self._reach(start + count)
        assert start >= self._at, "a tape is not read backwards"
        self._kept = self._kept[start - self._at :]
        self._at = start
        found = self._kept[:count]
        return np.concatenate([found, np.zeros((count - len(found), 2), np.float32)])

    def ended(self, position: int) -> bool:
        self._reach(position + 1)
        return self._at + len(self._kept) <= position

    def _reach(self, end: int) -> None:
        parts, have = [self._kept], self._at + len(self._kept)
        while have < end and (block := next(self._blocks, None)) is not None:
            parts.append(block)
            have += len(block)
        self._kept = np.concatenate(parts) if len(parts) > 1 else self._kept


def played(clip: Clip, reader: AudioReader, skip: int) -> Tape:
    """The clip from `skip` samples after its beginning."""
    if clip.speed == 1 and not clip.loop:
        return Tape(_forwards(clip, reader, skip))
    source = _looped(clip, reader) if clip.loop else _once(clip, reader)
    if abs(clip.speed) == 1:
        return Tape(_without(source, skip))
    return Tape(_without(stretched(Tape(source), abs(Fraction(clip.speed))), skip))


def _once(clip: Clip, reader: AudioReader) -> Iterator[Samples]:
    return _backwards(clip, reader) if clip.speed < 0 else _forwards(clip, reader, 0)


def _looped(clip: Clip, reader: AudioReader) -> Iterator[Samples]:
    """Endless, unless the stretch is empty. A short one is kept, as going back to it costs a seek each time."""
    kept: list[Samples] = []
    length = 0
    for block in _once(clip, reader):
        yield block
        length += len(block)
        kept = [*kept, block] if length <= KEPT_LOOP else []
    while length:
        yield from kept or _once(clip, reader)


def _forwards(clip: Clip, reader: AudioReader, skip: int) -> Iterator[Samples]:
    start, end = _bounds(clip)
    at = start + skip
    while end is None or at < end:
        block = reader.read_some(at, BLOCK if end is None else min(BLOCK, end - at))
        if not len(block):
            return
        yield block
        at += len(block)


def _backwards(clip: Clip, reader: AudioReader) -> Iterator[Samples]:
    start, end = _bounds(clip)
    length = reader.length()
    at = length if end is None else min(end, length)
    while at > start:
        low = max(start, at - REVERSE_BLOCK)
        yield np.ascontiguousarray(reader.read(low, at - low)[::-1])
        at = low


def _bounds(clip: Clip) -> tuple[int, int | None]:
    return round(clip.source_start * RATE), None if clip.source_end is None else round(clip.source_end * RATE)


def _without(blocks: Iterator[Samples], skip: int) -> Iterator[Samples]:
    for block in blocks:
        if skip < len(block):
            yield block[skip:]
        skip = max(skip - len(block), 0)
