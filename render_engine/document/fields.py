"""The kinds of values that a document's fields take: times, colours, coordinates, and anything that moves.

An animatable field is a plain value, `{"keyframes": […]}` or `{"spring": …, "from": …, "to": …}`. Props never reach
the models: `document.props` puts their values in first.
"""

import math
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)

from render_engine import color
from render_engine.document.late import LATE
from render_engine.timeline.easing import easing as find_easing
from render_engine.timeline.spring import PRESETS

T = TypeVar("T")


class Model(BaseModel):
    """Strict about keys: a misspelt one is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False, defer_build=True)

    @model_serializer(mode="wrap")
    def _keeps_type(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A saved model always says its type, also where all that has its default value is left out."""
        kind = getattr(self, "type", None)
        return {"type": kind, **written(self)} if kind else written(self)


def _parsed_color(text: str) -> str:
    color.parse(text)
    return text


def _known_easing(name: str | tuple[float, float, float, float]) -> str | tuple[float, float, float, float]:
    find_easing(name)
    if isinstance(name, tuple) and not (0 <= name[0] <= 1 and 0 <= name[2] <= 1):
        raise ValueError("a Bézier's x1 and x2 lie in 0…1")
    return name


Finite = Annotated[float, Field(ge=-1e6, le=1e6)]
Pixels = Annotated[float, Field(ge=0, le=65536, description="Length in px.")]
Seconds = Annotated[float, Field(ge=-86400, le=86400, description="Time in seconds.")]
MarkerName = Annotated[
    str, Field(min_length=1, max_length=200, description="A marker, or seconds from one: chorus, beat:4, beat:4+0.2.")
]
Share = Annotated[float, Field(ge=0, le=1)]
ColorText = Annotated[
    str,
    AfterValidator(_parsed_color),
    Field(description="#rrggbb, #rrggbbaa, rgba(r, g, b, a) or a CSS name.", json_schema_extra={"format": "color"}),
]
Percent = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?%$", description="Share of the parent's size, like 50%.")]
Coordinate = Finite | Percent
Point = tuple[Coordinate, Coordinate]
Extent = Pixels | Annotated[str, Field(pattern=r"^\d+(\.\d+)?%$", description="Share of the parent's size, like 50%.")]
Size = tuple[Extent, Extent]
Scale = Finite | tuple[Finite, Finite]
EasingName = Annotated[
    str | tuple[float, float, float, float],
    AfterValidator(_known_easing),
    Field(description="Name of an easing, step(n), or the four numbers of a cubic Bézier."),
]


def _moment_form(value: Any) -> Literal["marker", "seconds"]:
    return "marker" if isinstance(value, str) else "seconds"


Moment = Annotated[
    Annotated[Seconds, Tag("seconds")] | Annotated[MarkerName, Tag("marker")], Discriminator(_moment_form)
]


class SpringSettings(Model):
    """The physics of a spring; `damping` and `stiffness` per second and per second²."""

    mass: float = Field(1, gt=0, le=1000)
    damping: float = Field(30, gt=0, le=10000)
    stiffness: float = Field(400, gt=0, le=100000)


def _known_spring(name: str) -> str:
    if name not in PRESETS:
        raise ValueError(f"“{name}” is not a spring: take one of {', '.join(PRESETS)}")
    return name


SpringName = Annotated[str, AfterValidator(_known_spring), Field(json_schema_extra={"enum": list(PRESETS)})]


class Keyframe(Model, Generic[T]):
    """A value at a time of the layer; `easing` shapes the way to the next keyframe."""

    at: Moment
    value: T
    easing: EasingName = "linear"


class Keyframed(Model, Generic[T]):
    """Values over time; before the first keyframe its value holds, after the last one the last."""

    keyframes: Annotated[list[Keyframe[T]], Field(min_length=1, max_length=100_000)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        times = [keyframe.at for keyframe in self.keyframes if not isinstance(keyframe.at, str)]
        if any(late <= early for early, late in pairwise(times)):
            raise ValueError("keyframes stand in rising order of “at”, each time once")
        return self


class Springing(Model, Generic[T]):
    """A spring from one value to another, released `delay` seconds after the layer's start."""

    spring: SpringName | SpringSettings = "snappy"
    from_: T = Field(alias="from")
    to: T
    delay: Moment = 0


def animated_form(value: Any) -> Literal["keyframes", "spring", "fixed"]:
    if isinstance(value, Keyframed) or (isinstance(value, dict) and "keyframes" in value):
        return "keyframes"
    if isinstance(value, Springing) or (isinstance(value, dict) and ("spring" in value or "from" in value)):
        return "spring"
    return "fixed"


# Written out, since pydantic does not carry a type variable through a nested generic model.
AnimatedNumber = Annotated[
    Annotated[Finite, Tag("fixed")]
    | Annotated[Keyframed[Finite], LATE, Tag("keyframes")]
    | Annotated[Springing[Finite], LATE, Tag("spring")],
    Discriminator(animated_form),
]
AnimatedShare = Annotated[
    Annotated[Share, Tag("fixed")]
    | Annotated[Keyframed[Share], LATE, Tag("keyframes")]
    | Annotated[Springing[Share], LATE, Tag("spring")],
    Discriminator(animated_form),
]
AnimatedPixels = Annotated[
    Annotated[Pixels, Tag("fixed")]
    | Annotated[Keyframed[Pixels], LATE, Tag("keyframes")]
    | Annotated[Springing[Pixels], LATE, Tag("spring")],
    Discriminator(animated_form),
]
AnimatedColor = Annotated[
    Annotated[ColorText, Tag("fixed")]
    | Annotated[Keyframed[ColorText], LATE, Tag("keyframes")]
    | Annotated[Springing[ColorText], LATE, Tag("spring")],
    Discriminator(animated_form),
]
AnimatedPoint = Annotated[
    Annotated[Point, Tag("fixed")]
    | Annotated[Keyframed[Point], LATE, Tag("keyframes")]
    | Annotated[Springing[Point], LATE, Tag("spring")],
    Discriminator(animated_form),
]
AnimatedSize = Annotated[
    Annotated[Size, Tag("fixed")]
    | Annotated[Keyframed[Size], LATE, Tag("keyframes")]
    | Annotated[Springing[Size], LATE, Tag("spring")],
    Discriminator(animated_form),
]
AnimatedScale = Annotated[
    Annotated[Scale, Tag("fixed")]
    | Annotated[Keyframed[Scale], LATE, Tag("keyframes")]
    | Annotated[Springing[Scale], LATE, Tag("spring")],
    Discriminator(animated_form),
]


def seconds(value: float) -> Fraction:
    """The decimal that was written, exactly: 0.1 is 1/10."""
    if not math.isfinite(value):
        raise ValueError("a time is a finite number of seconds")
    return Fraction(repr(float(value)))
