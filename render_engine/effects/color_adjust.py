"""Exposure, white balance, contrast, saturation and hue in one step."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedNumber, Model
from render_engine.effects.amount import AnimatedFactor, AnimatedSigned, amount

if TYPE_CHECKING:
    from render_engine.timeline.context import Context

MOST_STOPS = 16  # from here on 8 bits are black or white


class ColorAdjust(Model):
    """Makes the layer brighter, warmer, stronger or paler in its colours; in this order, from exposure to hue."""

    type: Literal["color_adjust"] = "color_adjust"
    exposure: AnimatedNumber = Field(0, description="Stops: 1 doubles the light, −1 halves it.")
    temperature: AnimatedSigned = Field(0, description="Towards orange up to 1, towards blue down to −1.")
    tint: AnimatedSigned = Field(0, description="Towards magenta up to 1, towards green down to −1.")
    contrast: AnimatedFactor = Field(1, description="Factor about middle grey: 0 is grey, 1 changes nothing.")
    saturation: AnimatedFactor = Field(1, description="Factor: 0 is black and white, 1 changes nothing.")
    hue: AnimatedNumber = Field(0, description="Degrees by which hues turn, from red towards yellow.")


NEUTRAL = (0.0, 0.0, 0.0, 1.0, 1.0, 0.0)


def resolve(
    model: ColorAdjust, context: "Context", size: tuple[float, float]
) -> Callable[[float, float], Effect | None]:
    number = context.values.number
    exposure, hue = number(model.exposure), number(model.hue)
    temperature, tint = number(model.temperature), number(model.tint)
    contrast, saturation = number(model.contrast), number(model.saturation)

    def at(seconds: float, scale: float) -> Effect | None:
        numbers = (
            amount(exposure.at(seconds), -MOST_STOPS, MOST_STOPS),
            amount(temperature.at(seconds), -1),
            amount(tint.at(seconds), -1),
            amount(contrast.at(seconds), 0, 10),
            amount(saturation.at(seconds), 0, 10),
            amount(hue.at(seconds) % 360, 0, 360) % 360,
        )
        return Effect("color_adjust", numbers, 0) if numbers != NEUTRAL else None

    return at
