"""Darker towards the corners."""

from typing import Literal

from pydantic import Field

from render_engine import color
from render_engine.document.fields import ColorText, Share
from render_engine.document.gradient import RadialGradient, Stop
from render_engine.document.layer import VisualLayer
from render_engine.layers import shape
from render_engine.timeline.context import Context


class Vignette(VisualLayer):
    """A colour that comes in from the corners over what lies beneath. The effect of this name darkens one layer."""

    type: Literal["vignette"] = "vignette"
    color: ColorText = "#000000"
    intensity: Share = Field(0.6, description="How much of the colour the corners take.")
    clear: Share = Field(0.4, description="The share of the way to the corners that stays as it is.")


def resolve(layer: Vignette, context: Context) -> shape.ShapeContent:
    red, green, blue, alpha = color.parse(layer.color)
    bytes_ = tuple(round(255 * channel) for channel in (red, green, blue))
    none, full = (f"rgba({bytes_[0]}, {bytes_[1]}, {bytes_[2]}, {a:.6f})" for a in (0.0, alpha * layer.intensity))
    shade = RadialGradient(stops=[Stop(color=none, offset=layer.clear), Stop(color=full, offset=1)])
    return shape.resolve(shape.Shape(fill=shade), context)
