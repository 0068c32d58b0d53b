"""Gaussian blur, as CSS's blur(): the radius is the standard deviation."""

import math
from collections.abc import Callable
from typing import Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedPixels, Model
from render_engine.timeline.values_of import Values


class Blur(Model):
    """Softens the layer."""

    type: Literal["blur"] = "blur"
    radius: AnimatedPixels = Field(10, description="Standard deviation in px.")


def effect(sigma: float) -> Effect | None:
    sigma = round(sigma * 64) / 64
    return Effect("blur", (sigma,), math.ceil(3 * sigma)) if sigma > 0 else None


def resolve(model: Blur, values: Values) -> Callable[[float, float], Effect | None]:
    radius = values.number(model.radius)
    return lambda seconds, scale: effect(radius.at(seconds) * scale)
