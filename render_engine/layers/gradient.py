"""A plane of colours: as large as its parent, if nothing else is said."""

from typing import Literal

from pydantic import Field

from render_engine.document.fields import AnimatedSize
from render_engine.document.gradient import AnyGradient
from render_engine.document.layer import VisualLayer
from render_engine.layers import shape
from render_engine.timeline.context import Context


class Gradient(VisualLayer):
    """A linear, radial or conic gradient."""

    type: Literal["gradient"] = "gradient"
    fill: AnyGradient
    size: AnimatedSize | None = Field(None, description="px or percent of the parent, which it fills if left out.")


def resolve(layer: Gradient, context: Context) -> shape.ShapeContent:
    return shape.resolve(shape.Shape(fill=layer.fill, size=layer.size, anchor=layer.anchor), context)
