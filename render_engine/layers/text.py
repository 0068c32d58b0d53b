"""Text and rich text: set once, in lines; then painted, outlined, marked and animated."""

from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from render_engine.document.fields import Finite, Model, Pixels
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers.animator import Animator, AnimatorAt, animator_at
from render_engine.layers.text_content import UNITS, HighlightAt, TextContent
from render_engine.layers.text_setting import UNDERLINE, Setting
from render_engine.layers.text_style import (
    BoxAt,
    Highlight,
    Shown,
    Size,
    TextBackground,
    TextShadow,
    TextStroke,
    Weight,
    padded,
    shadows_at,
    stroke_at,
)
from render_engine.layers.typeset import around
from render_engine.layout.boxes import Measured
from render_engine.text.fonts import FontRequest
from render_engine.text.layout import Span, TextLayout, fit, layout, widest_word
from render_engine.timeline.context import Context
from render_engine.timeline.paint import paint

# a stack measures what it places, and so do the stacks that it stands in
_layout, _fit, _widest_word = lru_cache(256)(layout), lru_cache(256)(fit), lru_cache(256)(widest_word)
SMALLEST = 1.0  # px an em; what does not fit at this size is refused


class TextSpan(Model):
    """A stretch of rich text; what it leaves out is as the layer says."""

    text: str = Field(max_length=20_000)
    font: str | None = None
    weight: Weight | None = None
    italic: bool | None = None
    size: Size | None = None
    color: AnyPaint | None = None
    letter_spacing: Finite | None = None
    underline: bool = False
    strike: bool = False


class Text(VisualLayer):
    """A text, as wide as its longest line or wrapped at `width`."""

    type: Literal["text"] = "text"
    text: str = Field("", max_length=20_000)
    spans: list[TextSpan] = Field([], max_length=1000, description="Rich text, in the place of “text”.")
    font: str = Field("Inter", description="A bundled family, or one that the document names under “fonts”.")
    weight: Weight = 400
    italic: bool = False
    size: Size = 64
    color: AnyPaint = Field("white", description="A colour, or a gradient over the text's box.")
    align: Literal["start", "left", "center", "right", "end", "justify"] = Field(
        "start", description="“start” is the left edge, or the right one for text that runs from there."
    )
    width: Pixels | None = Field(None, description="Where lines wrap; one line a paragraph if left out.")
    line_height: Annotated[float, Field(gt=0, le=10, description="Of a line, as a multiple of the size.")] = 1.2
    letter_spacing: Finite = Field(0, description="Px added after each character.")
    features: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9]{4}$")], Annotated[int, Field(ge=0, le=255)]] = Field(
        {}, description='OpenType features: {"tnum": 1} for figures of one width.'
    )
    direction: Literal["auto", "ltr", "rtl"] = "auto"
    wrap: Literal["word", "balance"] = Field("word", description="“balance” makes the lines about equally long.")
    max_lines: Annotated[int, Field(ge=1)] | None = None
    ellipsis: bool = Field(False, description="Ends with … what max_lines cuts off.")
    fit: tuple[Pixels, Pixels] | None = Field(
        None, description="A box in px: the text wraps in it, and shrinks from “size” until it fits."
    )
    stroke: TextStroke | None = None
    shadows: list[TextShadow] = Field([], max_length=16)
    background: TextBackground | None = None
    highlights: list[Highlight] = Field([], max_length=256)
    animators: list[Animator] = Field([], max_length=16)

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        if self.text and self.spans:
            raise ValueError("give “text” or “spans”, not both")
        if self.fit and self.width is not None:
            raise ValueError("“fit” is the box that the text wraps in: leave “width” out")
        return self


def resolve(layer: Text, context: Context, apart: bool = False) -> TextContent:
    """What the text shows. `apart`: its `moving` parts are its graphemes, whether animators ask for them or not."""
    written = layer.spans or [TextSpan.model_construct(text=layer.text)]  # checked already, as the layer's text
    laid, factor = _laid_out(layer, _spans(layer), context)
    setting = Setting(laid, tuple(written), layer.size * factor)
    values = context.values
    marks = tuple(_highlight(model, k, setting, context) for k, model in enumerate(layer.highlights))
    animators = tuple(animator_at(a, setting.count(a.by), float(context.length), values) for a in layer.animators)
    finest = 0 if apart else _finest(animators)
    return TextContent(
        layout=laid,
        paints=tuple(paint(span.color or layer.color, values) for span in written),
        still=setting.parts(context.fonts, marks, None),
        moving=setting.parts(context.fonts, marks, finest) if animators or apart else (),
        centres=setting.centres() if animators else ((), (), ()),
        animators=animators,
        highlights=marks,
        stroke=stroke_at(layer.stroke, values),
        shadows=shadows_at(layer.shadows, context),
        background=_background(layer.background, laid, context),
        factor=factor,
        cut=_cut(laid, "".join(span.text for span in written)),
        colors=values.motion,  # last: of all that were made above
    )


def _cut(laid: TextLayout, whole: str) -> int:
    """How many of the characters stand in no line; an ellipsis stands for some."""
    shown = laid.lines[-1].end - (laid.text != whole) if laid.lines else 0
    return max(0, len(whole.rstrip()) - shown)


def _span(layer: Text, span: TextSpan, style: int) -> Span:
    font = FontRequest(
        span.font or layer.font,
        span.weight or layer.weight,
        layer.italic if span.italic is None else span.italic,
    )
    spacing = layer.letter_spacing if span.letter_spacing is None else span.letter_spacing
    return Span(span.text, font, span.size or layer.size, spacing, tuple(sorted(layer.features.items())), style)


def measured(layer: Text, context: Context, width: float | None = None) -> Measured:
    """The size of its box; wrapped at `width` it is no wider than its text."""
    wrapped = layer if width is None else layer.model_copy(update={"width": width})
    laid, _ = _laid_out(wrapped, _spans(layer), context)
    tight = width is not None and layer.align != "justify"
    return Measured(laid.content_width + 1 / 256 if tight else laid.width, laid.height, _first_baseline(laid))


def narrowest(layer: Text, context: Context) -> float:
    """The width of its widest word."""
    word = _widest_word(_spans(layer), context.fonts, direction=layer.direction, fallback=context.fallback_fonts)
    return min(word + 1 / 256, measured(layer, context).width)


def _spans(layer: Text) -> tuple[Span, ...]:
    written = layer.spans or [TextSpan.model_construct(text=layer.text)]  # checked already, as the layer's text
    return tuple(_span(layer, span, k) for k, span in enumerate(written))


def _first_baseline(laid: TextLayout) -> float:
    return laid.lines[0].baseline if laid.lines else 0.0


def _laid_out(layer: Text, spans: tuple[Span, ...], context: Context) -> tuple[TextLayout, float]:
    """The layout, and the factor on all sizes that made it fit."""
    if layer.fit is None:
        return _layout(
            spans, context.fonts, width=layer.width, align=layer.align, line_height=layer.line_height,
            direction=layer.direction, max_lines=layer.max_lines, ellipsis=layer.ellipsis, wrap=layer.wrap,
            fallback=context.fallback_fonts,
        ), 1.0  # fmt: skip
    width, height = layer.fit
    factor, laid = _fit(
        spans, context.fonts, width=width, height=height, min_size=SMALLEST, max_size=spans[0].size,
        align=layer.align, line_height=layer.line_height, direction=layer.direction, max_lines=layer.max_lines,
        wrap=layer.wrap, fallback=context.fallback_fonts,
    )  # fmt: skip
    if laid.content_width > width + 1e-3 or laid.height > height + 1e-3:
        raise context.wrong(f"the text does not fit {width:g}×{height:g} px at any size: make the box larger", "fit")
    if layer.align == "justify":
        return laid, factor
    scaled = tuple(replace(s, size=s.size * factor, letter_spacing=s.letter_spacing * factor) for s in spans)
    narrow = _layout(
        scaled, context.fonts, width=laid.content_width + 1 / 256, align=layer.align, line_height=layer.line_height,
        direction=layer.direction, wrap=layer.wrap, fallback=context.fallback_fonts,
    )  # fmt: skip
    return narrow, factor  # the layer is no wider than its text


def _finest(animators: tuple[AnimatorAt, ...]) -> int:
    return min((UNITS.index(animator.by) for animator in animators), default=0)


def _background(model: TextBackground | None, laid: TextLayout, context: Context) -> BoxAt | None:
    if model is None or not laid.lines:
        return None
    box = around((line.x, line.top, line.x + line.width, line.bottom) for line in laid.lines)
    return BoxAt(padded(box, model.padding), context.values.color(model.color), float(model.radius))


def _highlight(model: Highlight, k: int, setting: Setting, context: Context) -> HighlightAt:
    where = f"highlights[{k}].range"
    if isinstance(model.range, str):
        ranges = setting.found(model.range)
        if not ranges:
            raise context.wrong(f"“{model.range}” is not in the text “{setting.layout.text[:60]}”", where)
    else:
        ranges = setting.words(*model.range)
        if not ranges:
            raise context.wrong(f"there are {setting.layout.words} words, counted from 0: the range holds none", where)
    return HighlightAt(
        mode=model.mode,
        ranges=tuple(setting.graphemes(*found) for found in ranges),
        boxes=tuple(box for found in ranges for box in setting.boxes(model.mode, *found)),
        radius=setting.size * (0.2 if model.mode == "pill" else UNDERLINE / 2),
        color=context.values.color(model.color),
        shown=Shown(model.start, model.end, model.transition),
    )
