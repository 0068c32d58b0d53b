"""How documents write gradients, and what may stand where a colour or a gradient can."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from render_engine.document.fields import (
    AnimatedColor,
    AnimatedNumber,
    AnimatedPixels,
    AnimatedPoint,
    AnimatedSize,
    ColorText,
    Keyframed,
    Model,
    Share,
    Springing,
    animated_form,
)
from render_engine.document.late import LATE

Spread = Literal["pad", "repeat", "reflect"]


class Stop(Model):
    """A colour on the way."""

    color: AnimatedColor
    offset: Share | None = Field(None, description="0…1 along the gradient; evenly between its neighbours if left out.")


def _stop_form(value: Any) -> Literal["stop", "color"]:
    return "stop" if isinstance(value, Stop) or (isinstance(value, dict) and "color" in value) else "color"


Stops = Annotated[
    list[Annotated[Annotated[Stop, Tag("stop")] | Annotated[AnimatedColor, Tag("color")], Discriminator(_stop_form)]],
    Field(min_length=2, max_length=256, description="Colours, or colours with offsets, from the start to the end."),
]


class LinearGradient(Model):
    """Along a line: by a CSS angle from corner to corner, or between two points."""

    type: Literal["linear"] = "linear"
    angle: AnimatedNumber = Field(180, description="Degrees clockwise: 0 runs upwards, 90 to the right, 180 down.")
    from_: AnimatedPoint | None = Field(None, alias="from", description="Start, px or percent of the box; with “to”.")
    to: AnimatedPoint | None = Field(None, description="End, px or percent of the box.")
    stops: Stops
    spread: Spread = "pad"

    @model_validator(mode="after")
    def _both_points(self) -> Self:
        if (self.from_ is None) != (self.to is None):
            raise ValueError("“from” and “to” stand together, or neither: then “angle” decides")
        return self


class RadialGradient(Model):
    """From a centre outwards."""

    type: Literal["radial"] = "radial"
    center: AnimatedPoint = Field(("50%", "50%"), description="px or percent of the box.")
    radius: AnimatedSize | AnimatedPixels | None = Field(
        None, description="px, or a pair for x and y; as far as the farthest corner if left out."
    )
    shape: Literal["ellipse", "circle"] = Field("ellipse", description="Of a gradient without a radius.")
    stops: Stops
    spread: Spread = "pad"


class ConicGradient(Model):
    """Around a centre."""

    type: Literal["conic"] = "conic"
    center: AnimatedPoint = Field(("50%", "50%"), description="px or percent of the box.")
    angle: AnimatedNumber = Field(0, description="Degrees clockwise from the top where it starts.")
    stops: Stops
    spread: Spread = "pad"


AnyGradient = Annotated[LinearGradient | RadialGradient | ConicGradient, Field(discriminator="type")]
GRADIENTS = (LinearGradient, RadialGradient, ConicGradient)


def _paint_form(value: Any) -> Literal["gradient", "keyframes", "spring", "fixed"]:
    if isinstance(value, GRADIENTS) or (isinstance(value, dict) and ("stops" in value or "type" in value)):
        return "gradient"
    return animated_form(value)


AnyPaint = Annotated[
    Annotated[ColorText, Tag("fixed")]
    | Annotated[Keyframed[ColorText], LATE, Tag("keyframes")]
    | Annotated[Springing[ColorText], LATE, Tag("spring")]
    | Annotated[AnyGradient, Tag("gradient")],
    Discriminator(_paint_form),
]
