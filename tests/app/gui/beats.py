"""How long the window did not answer, in the time that its own thread computed: what others do to the machine counts not."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer

EVERY = 2  # ms
MOST = 0.05  # s that the window may be away


class Beats:
    """`longest`: seconds that the thread computed between two beats of the event loop, while this was open."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = 0.0
        self._timer = QTimer(interval=EVERY)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Beats:
        self.longest, self._last = 0.0, time.thread_time()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """What was done last counts too, whether or not the loop came round since."""
        self._timer.stop()
        self._beat()

    def _beat(self) -> None:
        now = time.thread_time()
        self.longest, self._last = max(self.longest, now - self._last), now


QUIET = 0.0032  # s of the thread's time for `a_known_work` on two cores of 2026 that do nothing else


def a_known_work() -> float:
    """Seconds of the thread's time that it took."""
    began = time.thread_time()
    found = {str(number): [number] for number in range(10_000)}
    sorted(found, key=lambda each: found[each][0] % 97)
    return time.thread_time() - began


def slowness() -> float:
    """How many times as slow as by itself the machine is now: other programs take caches and pipes, and clocks' turns."""
    return max(1.0, sum(a_known_work() for _ in range(5)) / 5 / QUIET)
