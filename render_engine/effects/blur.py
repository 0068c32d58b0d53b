"""Gaussian blur, as CSS's blur(): the radius is the standard deviation."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedPixels, Model

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class Blur(Model):
    """Softens the layer."""

    type: Literal["blur"] = "blur"
    radius: AnimatedPixels = Field(10, description="Standard deviation in px.")


def effect(sigma: float) -> Effect | None:
    sigma = round(sigma * 64) / 64
    return Effect("blur", (sigma,), math.ceil(3 * sigma)) if sigma > 0 else None


def resolve(model: Blur, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    radius = context.values.number(model.radius)
    return lambda seconds, scale: effect(radius.at(seconds) * scale)
