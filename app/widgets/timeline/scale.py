"""Seconds ↔ px, and the marks of the ruler."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

LEAST, MOST = 0.02, 4000.0  # px a second
LABEL_ROOM = 92  # px from one label to the next, at least
MARK_ROOM = 7  # px from one mark to the next, at least
SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
FRAMES = (1, 2, 5, 10, 15)


@dataclass(frozen=True)
class Scale:
    """`first`: film seconds at x = 0."""

    first: float = 0.0
    px: float = 100.0  # a second

    def x(self, seconds: float) -> float:
        return (seconds - self.first) * self.px

    def seconds(self, x: float) -> float:
        return self.first + x / self.px

    def zoomed(self, times: float, x: float, least: float = LEAST) -> Scale:
        """What is at `x` stays there."""
        px = min(MOST, max(least, self.px * times))
        return Scale(self.seconds(x) - x / px, px)

    def scrolled(self, first: float) -> Scale:
        return Scale(first, self.px)


@dataclass(frozen=True)
class Tick:
    seconds: float
    label: str  # empty for a small one


def ticks(scale: Scale, width: float, fps: float) -> Iterator[Tick]:
    """Marks from the left edge to the right one, some with their time."""
    major, minor = _steps(scale.px, fps)
    count = max(1, round(major / minor))
    first = max(0, math.floor(scale.first / minor))
    last = math.ceil(scale.seconds(width) / minor)
    for k in range(first, last + 1):
        seconds = k * minor
        yield Tick(seconds, time_label(seconds, fps, frames=major < 1) if k % count == 0 else "")


def grid(scale: Scale, width: float, fps: float) -> Iterator[float]:
    """The seconds that have a label."""
    return (tick.seconds for tick in ticks(scale, width, fps) if tick.label)


def _steps(px: float, fps: float) -> tuple[float, float]:
    """Seconds between labels, and between marks."""
    steps = [frames / fps for frames in FRAMES if frames < fps] + [float(each) for each in SECONDS]
    major = next((step for step in steps if step * px >= LABEL_ROOM), steps[-1])
    whole = (round(major * fps), 10, 5, 4, 3, 2)  # never parts of frames
    count = next((n for n in whole if n > 1 and major * px / n >= MARK_ROOM and _is_whole(major, n, fps)), 1)
    return major, major / count


def _is_whole(major: float, count: int, fps: float) -> bool:
    """Whether a part is whole frames, or whole seconds where there are some."""
    part = major / count * (fps if major <= 1 else 1)
    return abs(part - round(part)) < 1e-6 or (1 < major <= 5 and (2 * part).is_integer())


def time_label(seconds: float, fps: float, *, frames: bool) -> str:
    """0:05, 1:02:05; with frames 0:05:12."""
    base = math.ceil(fps - 1e-9)
    whole, rest = divmod(round(seconds * base), base) if frames else (round(seconds), 0)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{text}:{rest:02}" if frames else text
