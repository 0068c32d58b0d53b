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
