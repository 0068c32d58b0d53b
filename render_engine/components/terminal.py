"""A terminal's window in which lines are typed."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from pydantic import Field

from render_engine.components.parts import Parts, at, panel, part, parts
from render_engine.components.window import lights
from render_engine.document.fields import ColorText, Model, Pixels, Seconds, seconds
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.effects import AnyEffect
from render_engine.effects.blur import Blur
from render_engine.layers import text
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.stack import Sides
from render_engine.layers.text import Text, TextSpan
from render_engine.layers.text_style import Size
from render_engine.layers.typewriter import Speed, TypedContent, typed
from render_engine.text.segments import graphemes
from render_engine.timeline.context import Context
from render_engine.timeline.values_of import length

BAR, PADDING, TITLE = 44 / 18, 24 / 18, 14 / 18  # of the font's size
NARROWEST = 320 / 18


class TerminalLine(Model):
    """A command that is typed, or what a program says, all at once."""

    text: str = Field(max_length=5000)
    output: bool = Field(False, description="Said by a program: no prompt, and all of it at once.")
    color: ColorText | None = None
    pause: Seconds = Field(0, ge=0, description="Seconds before it begins.")


class Terminal(VisualLayer):
    """A window with a title and three lights; its commands are typed. It keeps its size while they are."""

    type: Literal["terminal"] = "terminal"
    lines: list[TerminalLine | str] = Field(min_length=1, max_length=500, description="Text alone is a command.")
    title: str = Field("", max_length=200)
    prompt: str = Field("$ ", max_length=100)
    speed: Speed = Field(30, description="Characters a second.")
    delay: Seconds = Field(0, description="When the first prompt comes.")
    cursor: str = Field("▋", max_length=8, description="Stands after what is written; “” for none.")
    font: str = "JetBrains Mono"
    font_size: Size = Field(18, description="Px an em; the bar and the padding follow it.")
    size: Sides = Field((None, None), description="Width and height; null follows the lines.")
    radius: Pixels = 12
    fill: AnyPaint = "rgba(13, 13, 20, 0.82)"
    bar: AnyPaint = Field("rgba(255, 255, 255, 0.05)", description="Of the title bar, over the fill.")
    stroke: Stroke | None = Field(Stroke(color="rgba(255, 255, 255, 0.1)", width=1, dash_offset=0))
    color: ColorText = Field("#f1f5f9", description="Of commands.")
    prompt_color: ColorText = "#28c840"
    output_color: ColorText = "#94a3b8"
    title_color: ColorText = "#94a3b8"
    cursor_color: ColorText = "#f1f5f9"
    backdrop: list[AnyEffect] = Field(
        [Blur(radius=20)], max_length=16, description="Effects on what lies beneath the window: frosted glass."
    )


def resolve(layer: Terminal, context: Context) -> Parts:
    em, inside = layer.font_size, context.inside(values=context.values.afresh())
    width = None if layer.size[0] is None else length(layer.size[0], context.width)
    body = _body(layer, None if width is None else max(1.0, width - 2 * PADDING * em), inside)
    width = max(NARROWEST * em, body.width + 2 * PADDING * em) if width is None else width
    natural = (BAR + 2 * PADDING) * em + body.height
    height = natural if layer.size[1] is None else length(layer.size[1], context.height)
    if height < natural - 0.5:
        raise context.wrong(f"its lines need {natural:.0f} px of height: make it higher, or its font smaller", "size")
    size = (width, height)
    back = panel(size, layer.radius, layer.fill, layer.stroke, context)
    frame = parts(size, _bar(layer, width), context)
    words = part(body, Text(**at(PADDING * em, (BAR + PADDING) * em)), size, context)
    return Parts(*size, (*back, *frame, words), layer.radius)


def _bar(layer: Terminal, width: float) -> list[Any]:
    em, radius = layer.font_size, layer.radius
    bar = Shape(size=(width, BAR * em), radius=(radius, radius, 0, 0), fill=layer.bar, **at(0, 0))
    title = Text(
        text=layer.title, size=TITLE * em, weight=500, color=layer.title_color, position=("50%", BAR * em / 2),
        max_lines=1, ellipsis=True, width=max(1.0, width - 10 * em), align="center",
    )  # fmt: skip
    return [bar, *lights(BAR * em, em / 18), *([title] if layer.title else [])]


def _body(layer: Terminal, width: float | None, context: Context) -> TypedContent:
    lines = [TerminalLine(text=line) if isinstance(line, str) else line for line in layer.lines]
    spans = [span for line in lines for span in _spans(layer, line)]
    spans[-1] = spans[-1].model_copy(update={"text": spans[-1].text.removesuffix("\n")})
    style: dict[str, Any] = {"font": layer.font, "size": layer.font_size, "line_height": 1.6}
    whole = text.resolve(Text(spans=spans, width=width, **style), context, apart=True)
    cursor = text.resolve(Text(text=layer.cursor, color=layer.cursor_color, **style), context) if layer.cursor else None
    times = list(_times(layer, lines))
    starts = graphemes(whole.layout.text)[:-1]
    return typed(whole, [times[start] for start in starts], cursor, 0.5, context)


def _spans(layer: Terminal, line: TerminalLine) -> list[TextSpan]:
    prompt = [] if line.output else [TextSpan(text=layer.prompt, color=layer.prompt_color)]
    color = line.color or (layer.output_color if line.output else layer.color)
    return [*prompt, TextSpan(text=line.text + "\n", color=color)]


def _times(layer: Terminal, lines: list[TerminalLine]) -> Iterator[Fraction]:
    """When each code point is written: a prompt and what programs say at once, commands by `speed`."""
    now, step = seconds(layer.delay), 1 / seconds(layer.speed)
    for line in lines:
        now += seconds(line.pause)
        yield from [] if line.output else [now] * len(layer.prompt)
        for start, end in pairwise(graphemes(line.text)):
            now += 0 if line.output else step
            yield from [now] * (end - start)
        yield now  # the line's end
