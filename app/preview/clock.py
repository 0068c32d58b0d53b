"""Which frame belongs to this moment: the sound's, where one is heard; else the machine's clock says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

from app.preview.sound import SoundOut

HAIR = 1e-3  # of a frame: a sound that is at its beginning is at the frame


class Clock:
    def __init__(self, sound: SoundOut, now: Callable[[], float] = time.perf_counter) -> None:
        self._sound, self._now = sound, now
        self._began: tuple[float, int] | None = None
        self._fps, self._speed, self._by_sound = 30.0, 1.0, False

    @property
    def runs(self) -> bool:
        return self._began is not None

    def start(self, frame: int, fps: Fraction, speed: float, by_sound: bool) -> None:
        self._began = (self._now(), frame)
        self._fps, self._speed, self._by_sound = float(fps), speed, by_sound
        if by_sound:
            self._sound.play(float(frame / fps))

    def stop(self) -> None:
        self._began = None
        self._sound.stop()

    @property
    def first(self) -> int:
        """The frame that it began with."""
        assert self._began
        return self._began[1]

    def frame(self) -> int:
        assert self._began
        began, first = self._began
        if self._by_sound:
            return int(self._sound.position() * self._fps + HAIR)
        return first + int((self._now() - began) * self._speed * self._fps)
