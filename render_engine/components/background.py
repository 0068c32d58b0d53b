"""What lies behind everything: a colour or a gradient over the whole parent."""

from typing import Literal

from pydantic import Field

from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers import shape
from render_engine.timeline.context import Context


class Background(VisualLayer):
    """A plane of one colour or of a gradient, as large as its parent."""

    type: Literal["background"] = "background"
    fill: AnyPaint = Field("#0a0a0a", description="A colour, or a gradient; a linear one's angle is that of CSS.")


def resolve(layer: Background, context: Context) -> shape.ShapeContent:
    return shape.resolve(shape.Shape(fill=layer.fill), context)
