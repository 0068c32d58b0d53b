"""The sound of a film: mixed and encoded once for the whole timeline, beside the pictures, and kept in the journal.

Its key is made of the clips as they are heard and the contents of their files: a changed picture does not touch it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render_engine.encode.audio import Mix, mix, normalised
from render_engine.encode.output import Output
from render_engine.encode.sound import sound_identity, write_sound
from render_engine.engine import engine_identity
from render_engine.media.audio_clip import RATE, Clip, between
from render_engine.media.content import content_hash
from render_engine.segments.inputs import check_unchanged, inputs
from render_engine.segments.journal import Journal
from render_engine.segments.keys import key_of

CLIPPED = "clipped"  # kept beside the sound: how many samples were cut at full scale
Blocks = Iterator[NDArray[np.float32]]  # (n, 2) samples


class Sound:
    """The sound from `start` to `end` seconds. `file` takes its time, and may run in another thread."""

    def __init__(
        self, clips: tuple[Clip, ...], start: Fraction, end: Fraction, loudness: float | None, output: Output
    ) -> None:
        self._clips = between(clips, start, end)
        self._length = end - start
        self._loudness = loudness
        self._output = output
        self._inputs = inputs(clip.path for clip in self._clips)
        self._stop = threading.Event()
        self.key = self._key()
        self.seconds = 0.0  # encoded so far
        self.clipped = 0

    def file(self, journal: Journal, *, reuse: bool) -> Path:
        """Where it stands in the journal, from before or made now."""
        noted = journal.kept(CLIPPED, self.key)
        if reuse and noted is not None and (found := journal.find(self.key)):
            self.clipped = json.loads(noted)
            return found
        partial = journal.partial(self.key)
        blocks = self.blocks()
        write_sound(self._output, self._counted(blocks), partial)
        self.clipped = blocks.clipped if isinstance(blocks, Mix) else 0
        journal.keep(CLIPPED, self.key, json.dumps(self.clipped).encode())
        return journal.add(self.key, partial)

    def stop(self) -> None:
        """Nobody wants it any more."""
        self._stop.set()

    def blocks(self) -> Blocks:
        if self._loudness is None:
            return mix(self._clips, self._length)
        return normalised(self._clips, self._length, self._loudness, go_on=self._go_on)

    def _counted(self, blocks: Iterable[NDArray[np.float32]]) -> Blocks:
        for block in blocks:
            self._go_on()
            yield block
            self.seconds += len(block) / RATE
        check_unchanged(self._inputs)

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def _key(self) -> str:
        clips = (repr(replace(clip, path=Path(content_hash(clip.path)))) for clip in self._clips)
        rest = (str(self._length), str(self._loudness), sound_identity(self._output), engine_identity())
        return key_of(b"sound", *(text.encode() for text in (*clips, *rest)))


class Stopped(Exception):  # nothing went wrong
    """The sound was given up because the render was."""
