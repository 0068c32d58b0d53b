"""One thing that was checked of a file, and the words for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from render_engine.receipt import SegmentMade

NAMED = 3  # of many things alike that are wrong


@dataclass(frozen=True)
class Finding:
    check: str  # file, pictures, sound, inputs, fonts, engine, frame, segment
    proved: bool | None  # None: cannot be told here
    message: str


def segment_name(segment: SegmentMade, number: int) -> str:
    return f"segment {number + 1} (frames {segment.first} to {segment.first + segment.frames - 1})"


def all_of(count: int, what: str) -> str:
    return f"its only {what} is" if count == 1 else f"all its {count} {what}s are"


def listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
    *first, last = [*names[:NAMED], *more]
    return f"{', '.join(first)} and {last}" if first else last


def are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
