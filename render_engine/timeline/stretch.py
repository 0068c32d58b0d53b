"""The part of a source that is played, and how: the same arithmetic for pictures and for sound."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from render_engine.document.fields import seconds

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


@dataclass(frozen=True)
class Stretch:
    """Source seconds from `start` to `end`, at `speed`; a negative speed plays backwards."""

    start: Fraction
    end: Fraction
    speed: Fraction
    loop: bool

    @property
    def length(self) -> Fraction:
        return (self.end - self.start) / abs(self.speed)

    def source_time(self, time: Fraction) -> Fraction:
        """Source seconds shown `time` seconds into the layer; held at the ends, or around again."""
        span = self.end - self.start
        played = time if self.speed == 1 else time * abs(self.speed)
        played = played % span if self.loop else min(max(played, Fraction(0)), span)
        return self.start + played if self.speed > 0 else self.end - played


def stretch(
    duration: Fraction, trim: tuple[float, float | None], speed: float, loop: bool, context: Context
) -> Stretch:
    """Of a source that lasts `duration`: the trimmed part, which must leave something to play."""
    start = seconds(trim[0])
    end = duration if trim[1] is None else min(seconds(trim[1]), duration)
    if speed == 0:
        raise context.wrong("a speed of 0 plays nothing: hold a frame of a video with time_remap", "speed")
    if not 0 <= start < end:
        raise context.wrong(f"the source lasts {float(duration):.3f} s; the trim leaves nothing of it", "trim")
    return Stretch(start, end, seconds(speed), loop)
