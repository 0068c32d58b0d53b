"""A pill with a word or two."""

from typing import Any, Literal

from pydantic import Field

from render_engine.components.parts import Parts, at, panel, part, parts, shown_as
from render_engine.document.fields import ColorText, Finite, Pixels, Seconds, Springing, SpringName, SpringSettings
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers.group import Group
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.stack import Stack
from render_engine.layers.text import Text
from render_engine.layers.text_style import Size, Weight
from render_engine.timeline.context import Context

SMALL = 0.8  # of its size, where the spring begins


class Badge(VisualLayer):
    """A label in a pill, that pops up. An entrance of yours takes the place of its own."""

    type: Literal["badge"] = "badge"
    text: str = Field(min_length=1, max_length=2000)
    font: str = "Inter"
    weight: Weight = 500
    font_size: Size = 16
    letter_spacing: Finite = 0
    color: AnyPaint = "#f1f5f9"
    fill: AnyPaint | None = "rgba(99, 102, 241, 0.18)"
    stroke: Stroke | None = Field(Stroke(color="rgba(129, 140, 248, 0.35)", width=1, dash_offset=0))
    dot: ColorText | None = Field(None, description="The colour of a point before the words; none if left out.")
    padding: tuple[Pixels, Pixels] = Field((8, 20), description="Px above and below, and to the sides.")
    spring: SpringName | SpringSettings = "poppy"
    delay: Seconds = Field(0, description="When it pops up.")


def resolve(layer: Badge, context: Context) -> Parts:
    pill = _pill(layer, context)
    size = (pill.width, pill.height)
    pop: dict[str, Any] = {}
    if layer.entrance is None:
        pop["scale"] = Springing[float](spring=layer.spring, from_=SMALL, to=1, delay=layer.delay)
        pop["opacity"] = Springing[float](spring=layer.spring, from_=0, to=1, delay=layer.delay)
    return Parts(*size, (part(pill, Group(**pop), size, context),), pill.radius)


def _pill(layer: Badge, context: Context) -> Parts:
    words = shown_as(Stack(**_row(layer)), context)
    size = (words.width, words.height)
    back = panel(size, size[1] / 2, layer.fill, layer.stroke, context)
    return Parts(*size, (*back, *parts(size, [Stack(**_row(layer), **at(0, 0))], context)), size[1] / 2)


def _row(layer: Badge) -> dict[str, Any]:
    text = Text(
        text=layer.text, font=layer.font, weight=layer.weight, size=layer.font_size, color=layer.color,
        letter_spacing=layer.letter_spacing,
    )  # fmt: skip
    point = 0.5 * layer.font_size
    dot = [] if layer.dot is None else [Shape(shape="ellipse", size=(point, point), fill=layer.dot)]
    return {"direction": "row", "gap": 0.625 * layer.font_size, "padding": layer.padding, "layers": [*dot, text]}
