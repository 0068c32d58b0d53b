"""What an animatable property is after resolving: fixed, keyframes or a spring, asked by time in seconds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from render_engine.timeline.easing import EASINGS, Ease
from render_engine.timeline.motion import STILL, Motion, merged
from render_engine.timeline.spring import Spring

Vector = tuple[float, ...]
T = TypeVar("T", float, Vector)
HOLD = EASINGS["hold"]


def mix(a: T, b: T, share: float) -> T:
    if isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) == 2:
            return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
        return tuple(p + (q - p) * share for p, q in zip(a, b, strict=True))
    return a + (b - a) * share  # two floats


@dataclass(frozen=True)
class Fixed(Generic[T]):
    value: T

    def at(self, seconds: float) -> T:
        return self.value

    @property
    def motion(self) -> Motion:
        return STILL


@dataclass(frozen=True)
class Keyframes(Generic[T]):
    """Values at rising times; `eases[k]` shapes the way from k to k + 1."""

    times: tuple[float, ...]
    values: tuple[T, ...]
    eases: tuple[Ease, ...]

    def at(self, seconds: float) -> T:
        k = bisect_right(self.times, seconds) - 1
        if k < 0:
            return self.values[0]
        if k >= len(self.times) - 1:
            return self.values[-1]
        share = (seconds - self.times[k]) / (self.times[k + 1] - self.times[k])
        return mix(self.values[k], self.values[k + 1], self.eases[k](share))

    @property
    def motion(self) -> Motion:
        ways = zip(pairwise(self.times), pairwise(self.values), self.eases, strict=False)
        return tuple(
            (end, end) if ease is HOLD else (start, end) for (start, end), (one, other), ease in ways if one != other
        )


@dataclass(frozen=True)
class Sprung(Generic[T]):
    start: T
    end: T
    spring: Spring
    delay: float

    def at(self, seconds: float) -> T:
        return mix(self.start, self.end, self.spring.at(seconds - self.delay))

    @property
    def motion(self) -> Motion:
        return ((self.delay, self.delay + self.spring.rest),) if self.start != self.end else STILL


@dataclass(frozen=True)
class Following(Generic[T]):
    """Goes after a target that jumps: at `times[k]` to `targets[k + 1]`, by a spring, from wherever it is by then."""

    times: tuple[float, ...]
    targets: tuple[T, ...]  # one more
    spring: Spring

    def at(self, seconds: float) -> T:
        value = self.targets[0]
        for time, (one, other) in zip(self.times, pairwise(self.targets), strict=True):
            value = _further(value, one, other, self.spring.at(seconds - time))
        return value

    @property
    def motion(self) -> Motion:
        jumps = zip(self.times, pairwise(self.targets), strict=True)
        return merged([((time, time + self.spring.rest),) for time, (one, other) in jumps if one != other])


def _further(value: T, one: T, other: T, share: float) -> T:
    """By a share of the way from one to the other."""
    if isinstance(value, tuple) and isinstance(one, tuple) and isinstance(other, tuple):
        return tuple(v + (b - a) * share for v, a, b in zip(value, one, other, strict=True))
    return value + (other - one) * share  # three floats


Value = Fixed[T] | Keyframes[T] | Sprung[T] | Following[T]
Number = Value[float]
Vectorial = Value[Vector]


def mapped(value: Value[T], change: Callable[[T], T]) -> Value[T]:
    """The same motion between changed ends (percentages to px, say)."""
    if isinstance(value, Fixed):
        return Fixed(change(value.value))
    if isinstance(value, Keyframes):
        return Keyframes(value.times, tuple(change(v) for v in value.values), value.eases)
    if isinstance(value, Following):
        return Following(value.times, tuple(change(v) for v in value.targets), value.spring)
    return Sprung(change(value.start), change(value.end), value.spring, value.delay)


def targets(value: Value[T]) -> tuple[T, ...]:
    """Where it comes to, one after the other."""
    if isinstance(value, Fixed):
        return (value.value,)
    if isinstance(value, Keyframes):
        return value.values
    return value.targets if isinstance(value, Following) else (value.start, value.end)
