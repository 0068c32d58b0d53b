"""How long the queue may take, from what is running and from what ended lately. It is a guess, and none where nothing is known."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

ALIVE = 60_000  # ms since a node was last seen, for it to count
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Estimate:
    """Seconds from now. `starts`: by a queued job's id."""

    starts: Mapping[str, float]
    all: float | None  # until everything that is running or queued has ended


@dataclass(frozen=True)
class Rates:
    """How long renders took: those of the same label, else any."""

    of_label: Mapping[str, float]  # seconds
    of_any: float | None

    def seconds(self, label: str) -> float | None:
        return self.of_label.get(label, self.of_any)


def rates(ended: Iterable[Raw]) -> Rates:
    """`ended`: rows of jobs; only those that succeeded say anything."""
    took: dict[str, list[float]] = {}
    for row in ended:
        if row["state"] == "succeeded" and row["started_at"] and row["ended_at"]:
            took.setdefault(row["label"], []).append((row["ended_at"] - row["started_at"]) / 1000)
    every = [seconds for label in took.values() for seconds in label]
    return Rates({label: median(seconds) for label, seconds in took.items()}, median(every) if every else None)


def estimate(jobs: Sequence[Raw], nodes: Iterable[Raw], known: Rates) -> Estimate:
    """`jobs`: those that run, and those queued in their order. Each goes to the slot that is free first."""
    held = [row for row in jobs if row["state"] in ("running", "uploading")]
    queued = [row for row in jobs if row["state"] == "queued"]
    left = [_left(row, known) for row in held]
    there = sum(map(_slots, nodes))
    slots = max(there, len(held))
    if None in left or (queued and not there):
        return Estimate({}, None)
    free = [seconds for seconds in left if seconds is not None] + [0.0] * (slots - len(held))
    heapq.heapify(free)
    starts: dict[str, float] = {}
    for row in queued:
        seconds = known.seconds(row["label"])
        if seconds is None:
            return Estimate({}, None)
        at = max(heapq.heappop(free), (row["not_before"] - row["now"]) / 1000)
        starts[row["id"]] = at
        heapq.heappush(free, at + seconds)
    return Estimate(starts, max(free, default=0.0))


def _left(row: Raw, known: Rates) -> float | None:
    """Seconds; what is being uploaded is as good as done."""
    if row["state"] == "uploading":
        return 0.0
    if row["eta"] is not None:
        return float(row["eta"])
    whole = known.seconds(row["label"])
    return None if whole is None else whole * (1 - min(row["percent"], 100) / 100)


def _slots(node: Raw) -> int:
    takes = node["state"] == "active" and not node["disabled"] and node["paused_until"] <= node["now"]
    return int(node["slots"]) if takes and node["seen_at"] > node["now"] - ALIVE else 0
