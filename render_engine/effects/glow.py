"""Light that spreads from what is bright, added to the layer and around it."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine import color
from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedColor, AnimatedPixels, AnimatedShare, Model
from render_engine.effects.amount import AnimatedFactor, amount

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class Glow(Model):
    """Makes the layer shine: a blurred copy of its light is added to it."""

    type: Literal["glow"] = "glow"
    radius: AnimatedPixels = Field(16, description="How far the light spreads: standard deviation in px.")
    strength: AnimatedFactor = Field(1, description="Factor of the light that is added.")
    threshold: AnimatedShare = Field(0, description="How bright something must be to shine; at 0 everything does.")
    color: AnimatedColor | None = Field(None, description="Of the light; each place shines in its own if left out.")


def resolve(model: Glow, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    values = context.values
    radius, strength, threshold = (values.number(each) for each in (model.radius, model.strength, model.threshold))
    tint = None if model.color is None else values.color(model.color)

    def at(seconds: float, scale: float) -> Effect | None:
        sigma, share = round(radius.at(seconds) * scale * 64) / 64, amount(strength.at(seconds), 0, 10)
        if sigma <= 0 or not share:
            return None
        numbers = (sigma, share, amount(threshold.at(seconds)))
        return Effect("glow", numbers, math.ceil(3 * sigma), (color.quantise(tint.at(seconds)),) if tint else ())

    return at
