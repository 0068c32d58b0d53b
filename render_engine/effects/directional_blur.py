"""A blur along one direction, as of something that passes by."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedNumber, AnimatedPixels, Model

if TYPE_CHECKING:
    from render_engine.timeline.context import Context

LEAST = 0.5  # px: what is shorter is not seen


class DirectionalBlur(Model):
    """Smears the layer evenly along a line, half of it on either side."""

    type: Literal["directional_blur"] = "directional_blur"
    angle: AnimatedNumber = Field(0, description="Degrees clockwise; 0 is along the layer's width.")
    length: AnimatedPixels = Field(40, description="Of the line, in px.")


def resolve(
    model: DirectionalBlur, context: "Context", size: tuple[float, float]
) -> Callable[[float, float], Effect | None]:
    angle, length = context.values.number(model.angle), context.values.number(model.length)

    def at(seconds: float, scale: float) -> Effect | None:
        turned, long = math.radians(angle.at(seconds)), length.at(seconds) * scale
        along = (round(long * math.cos(turned) * 256) / 256 + 0.0, round(long * math.sin(turned) * 256) / 256 + 0.0)
        return Effect("directional_blur", along, math.ceil(long / 2) + 1) if long >= LEAST else None

    return at
