"""What the queue says of its jobs and of the nodes that render for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QCoreApplication

Row = Mapping[str, Any]

_BY_COMMAND = "start one with framekiln node"


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


def in_the_window(why: str) -> str:
    """Why a job waits, with what can be done about it here and not on the command line."""
    return why.replace(_BY_COMMAND, QCoreApplication.translate("", "start one under Node"))
