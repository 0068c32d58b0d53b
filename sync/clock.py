"""Time and waiting, passed in, so that tests do not sleep. The queue's own times (leases) are the database's, never these."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds that only grow; for measuring how long ago something was."""
        ...

    def wall(self) -> float:
        """Seconds since the epoch, as this machine believes; for what a person reads, and for schedules' days."""
        ...

    def wait(self, seconds: float) -> None:
        """Returns after that time, or earlier when woken."""
        ...

    def wake(self) -> None: ...


class SystemClock:
    def __init__(self) -> None:
        self._woken = threading.Event()

    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    def wait(self, seconds: float) -> None:
        self._woken.wait(max(0.0, seconds))
        self._woken.clear()

    def wake(self) -> None:
        self._woken.set()
