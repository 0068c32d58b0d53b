"""Corners that fall off into a colour: radial, over the layer's box."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine import color
from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedColor, AnimatedShare, Model
from render_engine.effects.amount import amount

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class VignetteEffect(Model):
    """Darkens the layer towards its corners. Only what the layer shows is coloured, nothing beside it."""

    type: Literal["vignette"] = "vignette"
    amount: AnimatedShare = Field(0.6, description="How much of the colour the corners take.")
    clear: AnimatedShare = Field(0.4, description="Share of the way from the centre to the corners that stays clear.")
    color: AnimatedColor = "#000"


def resolve(
    model: VignetteEffect, context: "Context", size: tuple[float, float]
) -> Callable[[float, float], Effect | None]:
    values = context.values
    most, clear, tint = values.number(model.amount), values.number(model.clear), values.color(model.color)

    def at(seconds: float, scale: float) -> Effect | None:
        red, green, blue, alpha = tint.at(seconds)
        strength = amount(most.at(seconds) * alpha)
        if not strength or not all(size):
            return None
        width, height = (round(side * scale * 256) / 256 for side in size)
        numbers = (strength, amount(clear.at(seconds)), width, height)
        return Effect("vignette", numbers, 0, (color.quantise((red, green, blue, 1.0)),))

    return at
