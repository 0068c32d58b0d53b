"""From a document's animatable fields to timeline values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from render_engine import color
from render_engine.document.fields import Keyframed, Springing, SpringSettings, seconds
from render_engine.errors import DocumentError
from render_engine.timeline.easing import easing
from render_engine.timeline.markers import Markers
from render_engine.timeline.motion import Motion, merged
from render_engine.timeline.spring import PRESETS, Spring
from render_engine.timeline.value import Fixed, Keyframes, Number, Sprung, T, Value, Vectorial


def spring_of(field: str | SpringSettings) -> Spring:
    return PRESETS[field] if isinstance(field, str) else Spring(field.mass, field.damping, field.stiffness)


def length(coordinate: float | str, whole: float) -> float:
    """A coordinate in px; a percentage is of `whole`."""
    return float(coordinate[:-1]) / 100 * whole if isinstance(coordinate, str) else float(coordinate)


@dataclass(frozen=True)
class Values:
    """Turns fields into values. It knows the frame rate, since a spring's delay is a whole number of frames, and the
    markers, by which times may be told."""

    fps: Fraction
    markers: Markers = field(default_factory=Markers, compare=False)
    start: Fraction = Fraction(0)  # when the clock of these values begins, in seconds of the composition
    made: list[Motion] = field(default_factory=list, compare=False)  # of all values so far, for whom they were made

    @property
    def motion(self) -> Motion:
        """When any of the values moves that were made by this one."""
        return merged(self.made)

    def afresh(self) -> Values:
        return Values(self.fps, self.markers, self.start)

    def since(self, start: Fraction) -> Values:
        """Afresh, on the clock of what begins then."""
        return Values(self.fps, self.markers, start)

    def time(self, moment: float | str) -> Fraction:
        """Seconds of this clock: as written, or of a marker. Raises DocumentError where there is no such marker."""
        return self.markers.time(moment) - self.start if isinstance(moment, str) else seconds(moment)

    def of(self, field: Any, convert: Callable[[Any], T]) -> Value[T]:
        value = self._of(field, convert)
        self.made.append(value.motion)
        return value

    def _of(self, field: Any, convert: Callable[[Any], T]) -> Value[T]:
        if isinstance(field, Keyframed):
            frames = field.keyframes
            if len(frames) == 1:
                return Fixed(convert(frames[0].value))
            return Keyframes(
                self._rising(frames),
                tuple(convert(frame.value) for frame in frames),
                tuple(easing(frame.easing) for frame in frames),
            )
        if isinstance(field, Springing):
            return Sprung(convert(field.from_), convert(field.to), spring_of(field.spring), self.delay(field.delay))
        return Fixed(convert(field))

    def _rising(self, frames: Sequence[Any]) -> tuple[float, ...]:
        times = tuple(float(self.time(frame.at)) for frame in frames)
        for (early, late), frame in zip(pairwise(times), frames[1:], strict=True):
            if late <= early:
                told = f"“{frame.at}” is at {late:g} s of the layer, and the one before at {early:g} s"
                raise DocumentError(f"keyframes stand in rising order of “at”, each time once: {told}")
        return times

    def delay(self, written: float | str) -> float:
        return float(round(self.time(written) * self.fps) / self.fps)

    def number(self, field: Any) -> Number:
        return self.of(field, float)

    def color(self, field: Any) -> Vectorial:
        """Straight sRGB, four channels in 0…1."""
        return self.of(field, color.parse)

    def point(self, field: Any, width: float, height: float) -> Vectorial:
        """A coordinate pair in px; percentages are of the parent's width and height."""
        return self.of(field, lambda pair: (length(pair[0], width), length(pair[1], height)))

    def scale(self, field: Any) -> Vectorial:
        return self.of(field, lambda v: (float(v[0]), float(v[1])) if isinstance(v, tuple) else (float(v), float(v)))
