"""When things move. Between the stretches of time in which something moves it is drawn once, and shown again.

Everything that depends on time says its motion beforehand: a value by its keyframes or its spring, a text by its
animators, captions by their words, a group by what is in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from math import inf
from typing import Generic, TypeVar

Motion = tuple[tuple[float, float], ...]  # rising stretches, ends included; a stretch of no length is a jump
Span = tuple[float, float]  # the time strictly between two others

STILL: Motion = ()
ALWAYS: Motion = ((-inf, inf),)
NEAR = 1e-9  # seconds: more than the rounding of any time, less than any frame

T = TypeVar("T")


def merged(motions: Iterable[Motion]) -> Motion:
    """What moves while any of them does."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(stretch for motion in motions for stretch in motion):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def within(motion: Motion, start: float, end: float) -> Motion:
    """The motion of something that comes at `start` and goes at `end`, which are jumps."""
    inside = ((max(low, start), min(high, end)) for low, high in motion if low < end and high > start)
    return merged([((start, start), (end, end)), tuple(inside)])


def shifted(motion: Motion, start: float, speed: float = 1.0) -> Motion:
    """On the parent's clock."""
    return tuple((start + low / speed, start + high / speed) for low, high in motion)


def still_around(motion: Motion, seconds: float) -> Span:
    """The time in which everything stays as it is at `seconds`; none where it moves."""
    k = bisect_right(motion, (seconds, inf))  # the first stretch that begins later
    low = motion[k - 1][1] + NEAR if k else -inf
    high = motion[k][0] - NEAR if k < len(motion) else inf
    return (low, high) if low < seconds else (seconds, seconds)


class Kept(Generic[T]):
    """What was made last, of what (its key), and how long it stays. A tuple swapped whole: threads may share it."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: tuple[float, float, object, T] | None = None

    def at(self, seconds: float, motion: Motion, key: object, make: Callable[[], T]) -> T:
        last = self._last
        if last is not None and last[0] < seconds < last[1] and last[2] == key:
            return last[3]
        made = make()
        low, high = still_around(motion, seconds)
        if low < high:
            self._last = (low, high, key, made)
        return made
