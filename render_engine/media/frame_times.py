"""When each frame of a stream is shown: whole ticks of one base, so that hours of frames are read, sent and searched fast."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import overload

_VARIABLE = Fraction(3, 1000)  # seconds; steps that differ by less are a container's rounding


@dataclass(frozen=True, eq=False)
class FrameTimes(Sequence[Fraction]):
    """Exact seconds from the start of the file, in the order of showing."""

    ticks: array[int]
    base: Fraction  # seconds a tick

    @classmethod
    def of(cls, ticks: Iterable[int], base: Fraction, origin: Fraction = Fraction(0)) -> FrameTimes:
        """Ticks of `base` as a file has them, less what the file calls time zero."""
        fine = math.lcm(base.denominator, origin.denominator)
        step = base.numerator * (fine // base.denominator)
        zero = origin.numerator * (fine // origin.denominator)
        unit = math.gcd(step, zero)  # an origin of 0 leaves the file's own base
        return cls(array("q", [(tick * step - zero) // unit for tick in ticks]), Fraction(unit, fine))

    def at_or_before(self, time: Fraction) -> int:
        """How many frames are shown by `time`."""
        return bisect_right(self.ticks, math.floor(time / self.base))

    def before(self, time: Fraction) -> int:
        """How many frames are shown earlier than `time`."""
        return bisect_left(self.ticks, math.ceil(time / self.base))

    def stamps(self, base: Fraction, origin: Fraction) -> list[int]:
        """The nearest ticks of a file's own clock: `of` the other way round."""
        scale, shift = self.base / base, origin / base
        unit = math.lcm(scale.denominator, shift.denominator)
        step, zero = int(scale * unit), int(shift * unit)
        return [(2 * (tick * step + zero) + unit) // (2 * unit) for tick in self.ticks]

    def rounding(self) -> Fraction:
        """How far a container may have moved even times: Matroska and WebM round each to a millisecond."""
        whole = all(tick * 1000 * self.base.numerator % self.base.denominator == 0 for tick in self.ticks)
        uneven = len({b - a for a, b in pairwise(self.ticks)}) > 1
        return Fraction(1, 1000) if whole and uneven and not self.are_variable() else Fraction(0)

    def are_variable(self) -> bool:
        """Whether frames are unevenly spaced by more than a container's rounding."""
        steps = {b - a for a, b in pairwise(self.ticks)}
        return bool(steps) and (max(steps) - min(steps)) * self.base > _VARIABLE

    def __len__(self) -> int:
        return len(self.ticks)

    @overload
    def __getitem__(self, index: int) -> Fraction: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Fraction, ...]: ...
    def __getitem__(self, index: int | slice) -> Fraction | tuple[Fraction, ...]:
        if isinstance(index, slice):
            return tuple(tick * self.base for tick in self.ticks[index])
        return self.ticks[index] * self.base

    def __iter__(self) -> Iterator[Fraction]:
        return (tick * self.base for tick in self.ticks)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrameTimes) and self.base == other.base:
            return self.ticks == other.ticks
        return isinstance(other, FrameTimes | tuple) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash((len(self), self[-1] if self.ticks else None))
