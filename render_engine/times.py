"""Times as people write them: `2s`, `1.5s`, `250ms`, `1:02.5` are times; a whole number alone counts frames."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from render_engine.errors import BadInput

_UNITS = {"s": 1, "ms": 1000}
_NUMBER = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(s|ms)", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,3}):)??(\d{1,3}):(\d{2}(?:\.\d+)?)", re.ASCII)
_FRAMES = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Moment:
    """Either seconds or a frame's number; the frame rate of the composition makes one the other."""

    seconds: Fraction | None = None
    frame: int | None = None

    def frame_at(self, fps: Fraction) -> int:
        """The frame nearest to this moment."""
        if self.frame is not None:
            return self.frame
        assert self.seconds is not None
        return math.floor(self.seconds * fps + Fraction(1, 2))

    def seconds_at(self, fps: Fraction) -> Fraction:
        if self.seconds is not None:
            return self.seconds
        assert self.frame is not None
        return self.frame / fps


@dataclass(frozen=True)
class Range:
    """From `start` up to `end`, which is not in it; None is the composition's own start or end."""

    start: Moment | None
    end: Moment | None

    def frames_at(self, fps: Fraction) -> tuple[int | None, int | None]:
        return (
            None if self.start is None else self.start.frame_at(fps),
            None if self.end is None else self.end.frame_at(fps),
        )


def parse_moment(text: str) -> Moment:
    moment = _moment(text)
    if moment is None:
        raise BadInput(f"“{text}” is not a time: write 1.5s, 1:02.5, or a whole number for a frame")
    return moment


def parse_range(text: str) -> Range:
    """A clock time has a colon too, so every colon is tried; both sides are of one kind where there is a choice."""
    ranges = [range_ for at, mark in enumerate(text) if mark == ":" and (range_ := _range(text[:at], text[at + 1 :]))]
    alike = [range_ for range_ in ranges if _of_one_kind(range_)]
    found = alike or ranges
    if len(found) != 1:
        raise BadInput(f"“{text}” is not a range: write 2s:5s, 2s: (to the end), or 60:150 for frames")
    return found[0]


def span_at(range_: Range, fps: Fraction) -> tuple[int, int | None]:
    """Frames, as RenderOptions takes them: up to the last, which is not in it; None: to the end."""
    first, last = range_.frames_at(fps)
    return (first or 0, last)


def _range(start: str, end: str) -> Range | None:
    first, last = _moment(start), _moment(end)
    if (start and first is None) or (end and last is None) or not (start or end):
        return None
    return Range(first, last)


def _of_one_kind(range_: Range) -> bool:
    sides = [side for side in (range_.start, range_.end) if side]
    return len({side.frame is None for side in sides}) == 1


def _moment(text: str) -> Moment | None:
    if match := _NUMBER.fullmatch(text):
        return Moment(seconds=Fraction(match[1]) / _UNITS[match[2]])
    if match := _CLOCK.fullmatch(text):
        return Moment(seconds=int(match[1] or 0) * 3600 + int(match[2]) * 60 + Fraction(match[3]))
    if _FRAMES.fullmatch(text):
        return Moment(frame=int(text))
    return None
