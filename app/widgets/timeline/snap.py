"""Where a drag comes to rest: at the ends of other bars, keyframes, markers, the playhead, whole seconds; else at a frame."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

REACH = 8  # px


@dataclass(frozen=True)
class Snapped:
    """`by`: seconds; `at`: where the line is shown, None where nothing was met."""

    by: float
    at: float | None = None


def snapped(by: float, moving: Sequence[float], targets: Sequence[float], reach: float, fps: float) -> Snapped:
    """A drag of `by` seconds of things at `moving`, the grabbed one first. `targets` rise; `reach`: seconds."""
    best: tuple[float, float] | None = None
    for each in moving:
        target = nearest(each + by, targets)
        if (
            target is not None
            and abs(target - each - by) <= reach
            and (best is None or abs(target - each - by) < abs(best[0] - by))
        ):
            best = (target - each, target)
    if best is not None:
        return Snapped(*best)
    return Snapped(on_frame(moving[0] + by, fps) - moving[0] if moving else by)


def nearest(value: float, targets: Sequence[float]) -> float | None:
    k = bisect_left(targets, value)
    around = targets[max(0, k - 1) : k + 1]
    return min(around, key=lambda each: abs(each - value), default=None)


def targets_of(times: Iterable[float], duration: float, scale_px: float) -> list[float]:
    """With whole seconds where they are far enough apart to be aimed at."""
    seconds = range(int(duration) + 1) if scale_px >= 4 * REACH else ()
    return sorted({*times, 0.0, duration, *(float(each) for each in seconds)})


def on_frame(seconds: float, fps: float) -> float:
    return round(seconds * fps) / fps
