"""The part of the frame that every screen shows, as a box for other layers."""

from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from render_engine.components.parts import Parts, at, parts
from render_engine.document.fields import ColorText
from render_engine.document.layer import VisualLayer
from render_engine.layers import AnyLayer
from render_engine.layers.group import longest
from render_engine.layers.shape import Shape, Stroke
from render_engine.timeline.context import Context

INSETS = {"title": 0.1, "action": 0.05}  # of the width and of the height, on every side


class SafeArea(VisualLayer):
    """Layers inside the frame's safe part: percentages in them are of that part."""

    type: Literal["safe_area"] = "safe_area"
    area: Literal["title", "action"] = Field("title", description="title stays 10 % from every edge, action 5 %.")
    guides: bool = Field(False, description="Shows both edges as dashed lines, while you compose.")
    guide_color: ColorText = "rgba(6, 182, 212, 0.9)"
    layers: list[AnyLayer] = Field([], max_length=20_000)


def resolve(layer: SafeArea, context: Context) -> Parts:
    from render_engine.timeline.resolve import resolve_layers  # the tree is recursive: resolve knows the layers

    size = _inset(layer.area, context)
    nodes = resolve_layers(layer.layers, context.inside(width=size[0], height=size[1]))
    return Parts(*size, (*nodes, *parts(size, _guides(layer, size, context), context)))


def _inset(area: str, context: Context) -> tuple[float, float]:
    return context.width * (1 - 2 * INSETS[area]), context.height * (1 - 2 * INSETS[area])


def _guides(layer: SafeArea, size: tuple[float, float], context: Context) -> list[Any]:
    if not layer.guides:
        return []
    boxes = [_inset(area, context) for area in INSETS]
    stroke = Stroke(color=layer.guide_color, width=2, dashes=[12, 8])
    corners = [at((size[0] - box[0]) / 2, (size[1] - box[1]) / 2) for box in boxes]
    return [Shape(size=box, fill=None, stroke=stroke, **corner) for box, corner in zip(boxes, corners, strict=True)]


def length(layer: SafeArea, context: Context) -> Fraction | None:
    return longest(layer.layers, context)
