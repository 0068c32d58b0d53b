"""Small fakes, for time and faults only."""

from __future__ import annotations


class FakeClock:
    """Waiting takes no time; it passes."""

    def __init__(self, wall: float = 1_800_000_000.0) -> None:
        self.passed = 0.0
        self.began = wall

    def now(self) -> float:
        return self.passed

    def wall(self) -> float:
        return self.began + self.passed

    def wait(self, seconds: float) -> None:
        self.passed += max(0.0, seconds)

    def wake(self) -> None:
        pass
