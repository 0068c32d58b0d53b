"""What the queue says of its jobs and of the nodes that render for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """What the queue said last. After trouble, the rows are what it said before."""

    address: str = ""
    jobs: tuple[Row, ...] = ()
    nodes: tuple[Row, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)  # of all jobs, by state, where the rows are not all
    starts: Mapping[str, float] = field(default_factory=dict)  # seconds from now, of queued jobs
    all: float | None = None  # seconds until nothing is left
    problem: str = ""


@dataclass(frozen=True)
class Details:
    """Of one job: where its files are, why it waits, what the render said."""

    id: str
    files: Mapping[str, str] = field(default_factory=dict)  # kind: a path, or a link
    why_waiting: str = ""
    log: str = ""
