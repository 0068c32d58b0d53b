"""Text: set in lines, painted in one fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from render_engine.document.fields import AnimatedColor, Finite, Pixels
from render_engine.document.layer import VisualLayer
from render_engine.layers.typeset import TextContent
from render_engine.text.fonts import FontRequest
from render_engine.text.layout import Span, layout

if TYPE_CHECKING:
    from render_engine.timeline.context import Context

Weight = Annotated[int, Field(ge=1, le=1000, description="400 is regular, 700 bold.")]
Size = Annotated[float, Field(gt=0, le=4096, description="Px an em.")]


class Text(VisualLayer):
    """A text, as wide as its longest line or wrapped at `width`."""

    type: Literal["text"] = "text"
    text: str = Field("", max_length=20_000)
    font: str = Field("Inter", description="A bundled family, or one that the document names under `fonts`.")
    weight: Weight = 400
    italic: bool = False
    size: Size = 64
    color: AnimatedColor = "white"
    align: Literal["left", "center", "right", "justify"] = "left"
    width: Pixels | None = Field(None, description="Where lines wrap; one line a paragraph if left out.")
    line_height: Annotated[float, Field(gt=0, le=10, description="Of a line, as a multiple of the size.")] = 1.2
    letter_spacing: Finite = Field(0, description="Px added after each character.")


def resolve(layer: Text, context: Context) -> TextContent:
    font = FontRequest(layer.font, layer.weight, layer.italic)
    laid = layout(
        [Span(layer.text, font, layer.size, layer.letter_spacing)],
        context.fonts,
        width=layer.width,
        align=layer.align,
        line_height=layer.line_height,
        fallback=context.fallback_fonts,
    )
    return TextContent(laid, context.fonts, context.values.color(layer.color))
