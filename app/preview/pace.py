"""How fast frames come, and which resolution that speaks for. Times are passed in, in seconds."""

from __future__ import annotations

from collections import deque
from typing import Literal

Divider = Literal[1, 2, 4]
Resolution = Literal["auto", 1, 2, 4]

WINDOW = 1.0  # s over which the pace is measured
SHORT = 0.9  # of the film's rate: below, it falls short
SHORT_FOR = 1.0  # s that it falls short before less is drawn
ROOM = 0.5  # of a frame's time that four times the work may take before more is drawn
FIRST_WAIT, LONGEST_WAIT = 3.0, 60.0  # s before more is tried; twice as long after each time that it was too much
SMALL = 640 * 360  # px: a film of no more is drawn in full


class Pace:
    """Frames a second that are shown."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def clear(self) -> None:
        self._times.clear()

    def shown(self, now: float) -> None:
        self._times.append(now)

    def fps(self, now: float) -> float:
        """0 until there is something to tell."""
        while self._times and self._times[0] < now - WINDOW:
            self._times.popleft()
        if len(self._times) < 3:
            return 0.0
        between = (self._times[-1] - self._times[0]) / (len(self._times) - 1)
        late = now - self._times[-1]
        if late > 2 * between:  # none came for a while: that counts
            return len(self._times) / (now - self._times[0])
        return 1 / between if between else 0.0


class Drawing:
    """How long a frame takes to be drawn, by the last ones."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=9)

    def clear(self) -> None:
        self._last.clear()

    def took(self, seconds: float) -> None:
        self._last.append(seconds)

    @property
    def seconds(self) -> float:
        return sorted(self._last)[len(self._last) // 2] if self._last else 0.0


class Auto:
    """Picks ½ or ¼ by the pace."""

    def __init__(self) -> None:
        self._wait = FIRST_WAIT
        self._changed = 0.0
        self._short_since: float | None = None
        self._drawing: deque[float] = deque(maxlen=60)  # s that each of the last frames took

    @staticmethod
    def first(width: int, height: int) -> Divider:
        return 1 if width * height <= SMALL else 2

    def drawn(self, seconds: float) -> None:
        self._drawing.append(seconds)

    def begin(self, now: float) -> None:
        """Playing begins, or drawing begins anew."""
        self._short_since, self._changed = None, now
        self._drawing.clear()

    def better(self, divider: Divider, fps: float, wanted: float, now: float) -> Divider:
        """The divider to go on with."""
        if fps >= SHORT * wanted:
            self._short_since = None
            return self._more(divider, wanted, now)
        if not fps:
            return divider
        self._short_since = self._short_since or now
        if divider == 4 or now - self._short_since < SHORT_FOR:
            return divider
        self._wait = min(LONGEST_WAIT, 2 * self._wait)
        return 4 if divider == 2 else 2

    def _more(self, divider: Divider, wanted: float, now: float) -> Divider:
        full = len(self._drawing) == self._drawing.maxlen
        if divider != 4 or not full or now - self._changed < self._wait:
            return divider
        mean = sum(self._drawing) / len(self._drawing)
        return 2 if 4 * mean * wanted < ROOM else 4
