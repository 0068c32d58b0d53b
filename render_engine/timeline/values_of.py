"""From a document's animatable fields to timeline values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from render_engine import color
from render_engine.document.fields import Keyframed, Springing, SpringSettings, seconds
from render_engine.timeline.easing import easing
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
    """Turns fields into values. It knows the frame rate, since a spring's delay is a whole number of frames."""

    fps: Fraction
    made: list[Motion] = field(default_factory=list, compare=False)  # of all values so far, for whom they were made

    @property
    def motion(self) -> Motion:
        """When any of the values moves that were made by this one."""
        return merged(self.made)

    def afresh(self) -> Values:
        return Values(self.fps)

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
                tuple(float(frame.at) for frame in frames),
                tuple(convert(frame.value) for frame in frames),
                tuple(easing(frame.easing) for frame in frames),
            )
        if isinstance(field, Springing):
            return Sprung(convert(field.from_), convert(field.to), spring_of(field.spring), self.delay(field.delay))
        return Fixed(convert(field))

    def delay(self, written: float) -> float:
        return float(round(seconds(written) * self.fps) / self.fps)

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
