"""Unsharp masking: what differs from its surroundings differs more."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedPixels, Model
from render_engine.effects.amount import AnimatedFactor, amount

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class Sharpen(Model):
    """Makes details and edges within the layer clearer; its outline stays as it is."""

    type: Literal["sharpen"] = "sharpen"
    amount: AnimatedFactor = Field(0.6, description="How much of the difference from the surroundings is added.")
    radius: AnimatedPixels = Field(1.5, description="Reach of the surroundings: standard deviation in px.")


def resolve(model: Sharpen, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    strength, radius = context.values.number(model.amount), context.values.number(model.radius)

    def at(seconds: float, scale: float) -> Effect | None:
        share, sigma = amount(strength.at(seconds), 0, 10), round(radius.at(seconds) * scale * 64) / 64
        return Effect("sharpen", (share, sigma), math.ceil(3 * sigma)) if share and sigma > 0 else None

    return at
