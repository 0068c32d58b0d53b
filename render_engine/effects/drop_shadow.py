"""A blurred, coloured copy of the layer's alpha behind it."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine import color
from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedColor, AnimatedNumber, AnimatedPixels, Model

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class DropShadow(Model):
    """Lifts the layer off what is behind it."""

    type: Literal["drop_shadow"] = "drop_shadow"
    x: AnimatedNumber = Field(0, description="Offset to the right in px.")
    y: AnimatedNumber = Field(8, description="Offset downwards in px.")
    radius: AnimatedPixels = Field(12, description="Standard deviation of its blur in px.")
    color: AnimatedColor = "rgba(0, 0, 0, 0.5)"


def resolve(
    model: DropShadow, context: "Context", size: tuple[float, float]
) -> Callable[[float, float], Effect | None]:
    values = context.values
    x, y, radius = (values.number(field) for field in (model.x, model.y, model.radius))
    tint = values.color(model.color)

    def at(seconds: float, scale: float) -> Effect:
        dx, dy = (round(value.at(seconds) * scale * 256) / 256 for value in (x, y))
        sigma = round(radius.at(seconds) * scale * 64) / 64
        reach = math.ceil(3 * sigma + max(abs(dx), abs(dy)))
        return Effect("drop_shadow", (dx, dy, sigma), reach, (color.quantise(tint.at(seconds)),))

    return at
