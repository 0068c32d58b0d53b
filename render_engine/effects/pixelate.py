"""A mosaic: squares of one colour each."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedPixels, Model

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class Pixelate(Model):
    """Shows the layer in squares, each the mean of what it covers, counted from the layer's top left."""

    type: Literal["pixelate"] = "pixelate"
    size: AnimatedPixels = Field(16, description="Side of a square in px.")


def resolve(model: Pixelate, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    side = context.values.number(model.size)

    def at(seconds: float, scale: float) -> Effect | None:
        cell, width, height = (round(length * scale * 256) / 256 for length in (side.at(seconds), *size))
        return Effect("pixelate", (cell, width, height), math.ceil(cell)) if cell > 1 else None

    return at
