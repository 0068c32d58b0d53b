"""When a job is tried again, and when a node should stop trying."""

from __future__ import annotations

import random

SOONEST, LATEST = 10_000, 3_600_000  # ms
ENOUGH = 3  # different jobs failing in a row
PAUSE = 3600.0  # seconds that a node then takes none


def backoff(failures: int, chance: float | None = None) -> int:
    """Milliseconds until the next attempt: exponential, with some chance in it, so that not all come at once."""
    share = random.uniform(0.5, 1.5) if chance is None else chance  # noqa: S311
    return int(min(LATEST, SOONEST * 2 ** min(failures, 12)) * share)


class Losses:
    """Jobs that failed here in a row, not through their own document or inputs."""

    def __init__(self) -> None:
        self.jobs: dict[str, str] = {}  # by id: why

    def failed(self, job: str, why: str) -> str | None:
        """Why this node should pause, once it is enough."""
        self.jobs[job] = why
        if len(self.jobs) < ENOUGH:
            return None
        told = f"{len(self.jobs)} different jobs failed here in a row; the last one: {why}"
        self.jobs.clear()
        return told

    def succeeded(self) -> None:
        self.jobs.clear()
