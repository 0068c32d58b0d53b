"""Captions that know when each word is said: from a subtitle file or written in the document."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from render_engine import color
from render_engine.display_list import Solid, Stroke
from render_engine.document.fields import ColorText, Model, Pixels, Share
from render_engine.document.layer import VisualLayer
from render_engine.layers.caption_content import CaptionContent, Entry, HighlightMode, Look
from render_engine.layers.caption_pages import Page, PageRules, pages_of
from render_engine.layers.text_style import Size, Weight
from render_engine.text.captions import Caption, Word, between, milliseconds, retimed, spread
from render_engine.text.fonts import FontRequest
from render_engine.text.subtitles import load_captions
from render_engine.timeline.context import Context

Milliseconds = Annotated[float, Field(ge=0, le=86_400_000)]
MOST = 20_000  # captions of a layer
SAFE = 0.05  # of the frame's width, free on either side


class CaptionWord(Model):
    start_ms: Milliseconds = Field(alias="startMs")
    end_ms: Milliseconds = Field(alias="endMs")
    word: str = Field(min_length=1, max_length=200)


class CaptionSegment(Model):
    """What is said in one go; without words, its time is shared among them by their length."""

    start_ms: Milliseconds = Field(alias="startMs")
    end_ms: Milliseconds = Field(alias="endMs")
    text: str = Field("", max_length=5000)
    words: list[CaptionWord] = Field([], max_length=1000)

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end_ms <= self.start_ms:
            raise ValueError("the segment ends before it begins: “endMs” is larger than “startMs”")
        if not self.text.split() and not self.words:
            raise ValueError("the segment says nothing: give “text” or “words”")
        return self


class CaptionStyle(Model):
    """How captions look. Lengths that are left out follow from the size of the letters."""

    max_chars_per_line: int = Field(32, ge=1, le=500, description="Lines break before they are longer.")
    max_lines: int = Field(2, ge=1, le=20, description="Longer captions are split into pages, by their words' times.")
    font_family: str = Field("Inter", description="A bundled family, or one that the document names under “fonts”.")
    font_weight: Weight = 700
    font_size: Size | None = Field(None, description="Px an em; 6 % of the frame's shorter side if left out.")
    line_height: Annotated[float, Field(gt=0, le=10)] = Field(1.25, description="As a multiple of the font's size.")
    text_color: ColorText = Field("white", description="Of words that are not being said.")
    stroke_color: ColorText = Field("black", description="Around the letters.")
    stroke_width: Pixels | None = Field(None, description="Of the whole line under the letters: 6 shows 3 px.")
    background_color: ColorText = Field("black", description="Of the panel behind the lines, where there is one.")
    background_opacity: Share = Field(0, description="Of the panel; 0 is none.")
    padding_x: Pixels | None = Field(None, description="Between letters and the panel's sides; half an em if left out.")
    padding_y: Pixels | None = Field(None, description="Above and below them; 0.2 em if left out.")
    border_radius: Pixels | None = Field(None, description="Of the panel's and the pill's corners.")
    bottom_offset: Pixels | None = Field(None, description="From the lower edge; 8 % of the height if left out.")
    highlight_color: ColorText = Field("#ffd54a", description="Of the word being said.")
    highlight_mode: HighlightMode = Field("color", description="“fill” colours a word from the left as it is said.")
    highlight_transition_ms: Milliseconds = Field(120, description="How long a word takes to light up.")
    highlight_pill_color: ColorText = Field("#6366f1", description="Behind the word being said, with “pill”.")
    highlight_scale: Annotated[float, Field(gt=0, le=10)] = Field(1.05, description="Of the word being said.")
    word_entry_animation: Entry = Field("none", description="How each word comes when said; “none”: all are there.")
    word_entry_duration_ms: Milliseconds = Field(200, description="How long a word takes to come.")
    caption_transition_ms: Milliseconds = Field(150, description="How long a page takes to come and to go.")


class Captions(CaptionStyle, VisualLayer):
    """What is said, a few lines at a time over the lower part of the parent, the word being said marked."""

    type: Literal["captions"] = "captions"
    source: str | None = Field(None, description="An SRT, VTT, ASS or JSON file, relative to the document.")
    segments: list[CaptionSegment] = Field([], max_length=MOST, description="Instead of “source”.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.source is None) == (not self.segments):
            raise ValueError("give “source”, a subtitle file, or “segments”")
        return self


def resolve(layer: Captions, context: Context) -> CaptionContent:
    size = layer.font_size or 0.06 * min(context.width, context.height)
    look = _look(layer, size)
    edge = look.padding[0] if look.background[3] else (look.stroke.width if look.stroke else 0.0)
    rules = PageRules(
        max_chars=layer.max_chars_per_line,
        max_lines=layer.max_lines,
        max_width=context.width * (1 - 2 * SAFE) / max(1.0, layer.highlight_scale) - 2 * edge,
        font=FontRequest(layer.font_family, layer.font_weight),
        size=size,
        line_height=layer.line_height,
        fallback=context.fallback_fonts,
    )
    if rules.max_width < size:
        raise context.wrong(f"the letters are too large for a frame {context.width:g} px wide", "font_size")
    captions = _captions(layer, context)
    said = between(captions, Fraction(0), context.length)
    context.captions.extend(retimed(each, lambda time: context.offset + time) for each in said)
    pages = pages_of(captions, rules, context.fonts)
    offset = 0.08 * context.height if layer.bottom_offset is None else layer.bottom_offset
    places = tuple(_place(page, context, offset) for page in pages)
    return CaptionContent(context.width, context.height, pages, places, look)


def _captions(layer: Captions, context: Context) -> tuple[Caption, ...]:
    if layer.source is not None:
        captions = load_captions(context.file(layer.source))
        if len(captions) > MOST:
            raise context.wrong(f"{layer.source} holds {len(captions)} captions, and {MOST} are the most", "source")
        return captions
    return tuple(_caption(segment) for segment in layer.segments)


def _caption(segment: CaptionSegment) -> Caption:
    start, end = milliseconds(segment.start_ms), milliseconds(segment.end_ms)
    if not segment.words:
        return spread(start, end, segment.text)
    words = tuple(Word(milliseconds(w.start_ms), milliseconds(w.end_ms), w.word.strip()) for w in segment.words)
    return Caption(start, end, segment.text, words)


def _place(page: Page, context: Context, offset: float) -> tuple[float, float]:
    """Centred over the lower edge, and never out of the frame."""
    x = (context.width - page.layout.width) / 2
    return x, max(0.0, min(context.height - offset, context.height) - page.layout.height)


def _look(layer: Captions, size: float) -> Look:
    def px(written: float | None, share: float) -> float:
        return share * size if written is None else written

    red, green, blue, alpha = color.parse(layer.background_color)
    width = round(px(layer.stroke_width, 0.08) * 256) / 256
    stroke = Stroke(Solid(color.quantise(color.parse(layer.stroke_color))), width, join="round", under=True)
    return Look(
        size=size,
        text=color.parse(layer.text_color),
        stroke=stroke if width else None,
        background=(red, green, blue, alpha * layer.background_opacity),
        padding=(px(layer.padding_x, 0.5), px(layer.padding_y, 0.2)),
        radius=px(layer.border_radius, 0.25),
        highlight=color.parse(layer.highlight_color),
        mode=layer.highlight_mode,
        pill=color.parse(layer.highlight_pill_color),
        scale=layer.highlight_scale,
        highlight_transition=layer.highlight_transition_ms / 1000,
        entry=layer.word_entry_animation,
        entry_duration=layer.word_entry_duration_ms / 1000,
        transition=layer.caption_transition_ms / 1000,
    )
