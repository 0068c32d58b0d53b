"""Text that enters and leaves in parts: each character, word or line by itself, one after another."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from render_engine import color
from render_engine.document.fields import (
    ColorText,
    EasingName,
    Finite,
    Model,
    Pixels,
    Seconds,
    Share,
    SpringName,
    SpringSettings,
)
from render_engine.matrix import Matrix, multiply, scaling, translation
from render_engine.timeline.easing import easing
from render_engine.timeline.motion import STILL, Motion
from render_engine.timeline.transform import in_space
from render_engine.timeline.values_of import Values, spring_of

Unit = Literal["character", "word", "line"]
SETTLED = 1 / 4096  # a spring as near as this to its end has arrived


class Offsets(Model):
    """How a part differs from its natural place while it is away."""

    opacity: Share = 1
    x: Finite = Field(0, description="Px to the right.")
    y: Finite = Field(0, description="Px downwards.")
    scale: Finite = 1
    rotation: Finite = Field(0, description="Degrees clockwise about the part's own centre.")
    rotation_x: Finite = Field(0, description="Degrees about the part's horizontal axis.")
    blur: Pixels = Field(0, description="Standard deviation in px.")
    color: ColorText | None = None


class Animator(Model):
    """Parts of a text come one after another from `from` to their places, or with `out` leave for there."""

    by: Unit = Field("character", description="A character is a grapheme cluster; kerning stays as it was set.")
    from_: Offsets = Field(alias="from")
    stagger: Annotated[float, Field(ge=0, le=3600)] = Field(0.03, description="Seconds from one part to the next.")
    delay: Seconds = 0
    spring: SpringName | SpringSettings | None = Field(None, description="snappy, where no duration is given.")
    duration: Annotated[float, Field(gt=0, le=3600)] | None = Field(None, description="Seconds each part takes.")
    easing: EasingName = "easeOut"
    order: Literal["forward", "backward", "center", "random"] = "forward"
    seed: int = 0
    out: bool = Field(False, description="Played backwards so that it is over at “end”.")
    end: Seconds | None = Field(None, description="With “out”: when the last part is gone; else the layer's end.")
    perspective: Annotated[float, Field(gt=0, le=1e6)] = 800

    @model_validator(mode="after")
    def _one_motion(self) -> Self:
        if self.spring is not None and self.duration is not None:
            raise ValueError("give a spring, or a duration with an easing, not both")
        if self.end is not None and not self.out:
            raise ValueError("“end” goes with “out”: true")
        return self


@dataclass(frozen=True)
class Pose:
    """Where a part stands now, over its natural place; `mixed` is a colour and its share."""

    matrix: Matrix
    opacity: float = 1.0
    blur: float = 0.0
    mixed: tuple[tuple[float, ...], float] | None = None


@dataclass(frozen=True)
class AnimatorAt:
    by: Unit
    starts: tuple[float, ...]  # by index of the part
    lasts: float  # seconds that a part takes
    progress: Callable[[float], float]
    out: bool
    offsets: Offsets
    perspective: float
    tint: tuple[float, ...] | None

    def arrived(self, unit: int, seconds: float) -> float:
        """1 in the natural place, 0 away."""
        passed = seconds - self.starts[unit]
        share = 1.0 if passed >= self.lasts else self.progress(passed)
        if abs(1 - share) < SETTLED:
            share = 1.0
        return 1 - share if self.out else share

    @property
    def motion(self) -> Motion:
        """From the first part's start to the last one's arrival."""
        return ((min(self.starts), max(self.starts) + self.lasts),) if self.starts else STILL

    def pose(self, unit: int, seconds: float, x: float, y: float) -> Pose | None:
        """Of a part whose centre is x, y; None where it stands in its natural place."""
        there = self.arrived(unit, seconds)
        if there == 1:
            return None
        away, it = 1 - there, self.offsets
        turn = in_space(it.rotation * away, it.rotation_x * away, 0.0, self.perspective)
        # The shift comes before the perspective, as in CSS's "perspective() translate() rotate()".
        moved: Matrix = (*turn[:4], it.x * away, it.y * away, *turn[6:])
        size = 1 + (it.scale - 1) * away
        about = multiply(multiply(translation(x, y), moved), multiply(scaling(size, size), translation(-x, -y)))
        opacity = min(1.0, max(0.0, 1 + (it.opacity - 1) * away))
        mixed = None if self.tint is None else (self.tint, min(1.0, max(0.0, away)))
        return Pose(about, opacity, max(0.0, it.blur * away), mixed)


def combined(one: Pose, other: Pose) -> Pose:
    return Pose(
        multiply(other.matrix, one.matrix), one.opacity * other.opacity, one.blur + other.blur, other.mixed or one.mixed
    )


def animator_at(model: Animator, units: int, length: float, values: Values) -> AnimatorAt:
    """`length`: seconds of the layer."""
    places = _places(model, units)
    if model.duration is not None:
        ease, duration = easing(model.easing), model.duration
        progress: Callable[[float], float] = lambda t: ease(min(1.0, max(0.0, t / duration)))  # noqa: E731 - one of two
    else:
        spring = spring_of(model.spring or "snappy")
        progress, duration = spring.at, spring.settles(SETTLED)
    first = model.delay
    if model.out:
        end = length if model.end is None else model.end
        first = end - duration - model.stagger * max(places, default=0) - model.delay
    starts = tuple(values.delay(first + place * model.stagger) for place in places)
    tint = None if model.from_.color is None else color.parse(model.from_.color)
    return AnimatorAt(model.by, starts, duration, progress, model.out, model.from_, model.perspective, tint)


def _places(model: Animator, units: int) -> list[int]:
    """The turn of each part."""
    if model.order == "backward":
        return [units - 1 - k for k in range(units)]
    if model.order == "center":
        return [abs(2 * k - (units - 1)) // 2 for k in range(units)]
    turns = list(range(units))
    if model.order == "random":
        random.Random(model.seed).shuffle(turns)  # noqa: S311 - a pattern that a seed repeats, not a secret
    return turns
