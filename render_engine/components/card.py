"""A pane of frosted glass that holds layers."""

from typing import Literal

from pydantic import Field

from render_engine.components.parts import Parts, at, panel, part
from render_engine.document.fields import Pixels
from render_engine.document.gradient import AnyPaint
from render_engine.effects import AnyEffect
from render_engine.effects.blur import Blur
from render_engine.layers import stack
from render_engine.layers.shape import Stroke
from render_engine.layers.stack import Stack, length
from render_engine.layout.boxes import Align
from render_engine.motion.entrance import AnyEntrance
from render_engine.timeline.context import Context

__all__ = ["Card", "length", "resolve"]


class Card(Stack):
    """A stack on a rounded, see-through panel, that fades in from below."""

    type: Literal["card"] = "card"  # type: ignore[assignment]  # a stack with another face
    padding: Pixels | tuple[Pixels, Pixels] | tuple[Pixels, Pixels, Pixels, Pixels] = Field(
        32, description="px inside the edges: one, or vertical and horizontal, or top, right, bottom, left."
    )
    align: Align = Field("start", description="Across the stack; “stretch” makes shapes and pictures as wide as it.")
    fill: AnyPaint | None = "rgba(255, 255, 255, 0.05)"
    radius: Pixels = 16
    stroke: Stroke | None = Field(
        Stroke(color="rgba(255, 255, 255, 0.1)", width=1, dash_offset=0),
        description="A border inside the panel's edge.",
    )
    entrance: AnyEntrance | None = Field("fadeUp", description="How the card comes; null for at once.")
    backdrop: list[AnyEffect] = Field(
        [Blur(radius=20)], max_length=16, description="Effects on what lies beneath the card: frosted glass."
    )


def resolve(layer: Card, context: Context) -> Parts:
    inner = stack.resolve(layer.model_copy(update={"fill": None, "stroke": None}), context)
    size = (inner.width, inner.height)
    back = panel(size, layer.radius, layer.fill, layer.stroke, context)
    return Parts(*size, (*back, part(inner, Stack(**at(0, 0)), size, context)), layer.radius)
