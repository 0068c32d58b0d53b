"""Program text with its colours, its line numbers, and lines that stand out."""

from typing import Any, Literal

from pydantic import Field

from render_engine.components.parts import Parts, at, panel, part, parts, shown_as
from render_engine.components.syntax import colored, mixed
from render_engine.components.window import lights
from render_engine.document.fields import Keyframe, Keyframed, Pixels, Seconds, seconds
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers import text
from render_engine.layers.animator import Animator, Offsets
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.text import Text, TextSpan
from render_engine.layers.text_style import Size
from render_engine.layers.typewriter import typed
from render_engine.motion.tokens import PALETTES, Palette
from render_engine.timeline.context import Context

LINE = 1.65  # height, of the font's size; these are too:
PADDING, GUTTER, BAR = 1.35, 1.4, 2.2
STAGGER = 0.06  # seconds from one line to the next


class CodeBlock(VisualLayer):
    """A block of code, coloured by its language."""

    type: Literal["code_block"] = "code_block"
    code: str = Field(min_length=1, max_length=20_000)
    language: str = Field("text", max_length=60, description="As Pygments names it: python, json, typescript, …")
    palette: Literal["dark", "light", "midnight", "sunset", "ocean"] = "dark"
    title: str | None = Field(None, max_length=200, description="Of a window's bar over the code; null for none.")
    numbers: bool = Field(False, description="Shows the lines' numbers.")
    first: int = Field(1, ge=0, le=1_000_000, description="Number of the first line.")
    highlights: list[int | tuple[int, int]] = Field(
        [], max_length=100, description="Lines by their numbers that stand out, or pairs of the first and the last."
    )
    highlight_at: Seconds = Field(0, description="When they begin to stand out.")
    reveal: Literal["none", "lines", "typing"] = Field("none", description="How the code comes.")
    speed: float = Field(40, gt=0, le=1000, description="Characters a second of “typing”.")
    delay: Seconds = Field(0, description="When the code begins to come.")
    font: str = "JetBrains Mono"
    font_size: Size = 24
    radius: Pixels = 12
    fill: AnyPaint | None = Field(None, description="Of the panel; the palette's if left out.")


def resolve(layer: CodeBlock, context: Context) -> Parts:
    em, palette = layer.font_size, PALETTES[layer.palette]
    code = layer.code.expandtabs(4).rstrip("\n")
    count = code.count("\n") + 1
    words = _code(layer, code, palette, context)
    top = (BAR if layer.title is not None else 0.0) * em
    gutter = _gutter(layer, count, palette, context)
    left = PADDING * em + (gutter[0] + GUTTER * em if layer.numbers else 0.0)
    size = (left + words.width + PADDING * em, top + 2 * PADDING * em + count * LINE * em)
    edge = mixed(palette.bg_alt, 0.12, palette.text)
    back = panel(size, layer.radius, layer.fill or palette.bg_alt, Stroke(color=edge, width=1), context)
    marks = parts(size, _marks(layer, count, size, top, palette, context), context)
    lines = parts(size, [Text(**gutter[1], **at(PADDING * em, top + PADDING * em))], context) if layer.numbers else ()
    body = part(words, Text(**at(left, top + PADDING * em)), size, context)
    bar = parts(size, _bar(layer, size[0], palette), context)
    return Parts(*size, (*back, *bar, *marks, *lines, body), layer.radius)


def _code(layer: CodeBlock, code: str, palette: Palette, context: Context) -> Any:
    try:
        stretches = colored(code, layer.language, palette)
    except ValueError as error:
        raise context.wrong(str(error), "language") from error
    spans = [TextSpan(text=written, color=color) for written, color in stretches]
    style: dict[str, Any] = {"font": layer.font, "size": layer.font_size, "line_height": LINE, "spans": spans}
    inside = context.inside(values=context.values.afresh())
    if layer.reveal == "typing":
        whole = text.resolve(Text(**style), inside, apart=True)
        first, step = seconds(layer.delay), 1 / seconds(layer.speed)
        cursor = text.resolve(
            Text(text="▋", color=palette.text, font=layer.font, size=layer.font_size, line_height=LINE), inside
        )
        return typed(whole, [first + (k + 1) * step for k in range(whole.layout.graphemes)], cursor, 0.5, inside)
    comes = Animator(
        by="line", from_=Offsets(opacity=0, y=0.5 * layer.font_size), stagger=STAGGER, spring="smooth", delay=layer.delay
    )  # fmt: skip
    return shown_as(Text(**style, animators=[comes] if layer.reveal == "lines" else []), context)


def _gutter(layer: CodeBlock, count: int, palette: Palette, context: Context) -> tuple[float, dict[str, Any]]:
    """The numbers' width and their text."""
    names = "\n".join(str(layer.first + k) for k in range(count))
    color = mixed(palette.text_muted, 0.5, palette.bg_alt)
    fields: dict[str, Any] = {
        "text": names, "font": layer.font, "size": layer.font_size, "line_height": LINE, "align": "right", "color": color,
    }  # fmt: skip
    return (shown_as(Text(**fields), context).width if layer.numbers else 0.0), fields


def _marks(
    layer: CodeBlock, count: int, size: tuple[float, float], top: float, palette: Palette, context: Context
) -> list[Any]:
    """A band with an edge behind each stretch of lines that stand out."""
    em, shapes = layer.font_size, list[Any]()
    shown = Keyframed[float](
        keyframes=[
            Keyframe(at=layer.highlight_at, value=0, easing="easeOut"),
            Keyframe(at=layer.highlight_at + 0.4, value=1),
        ]
    )
    opacity: Any = shown if layer.highlight_at > 0 else 1
    for k, lines in enumerate(layer.highlights):
        low, high = lines if isinstance(lines, tuple) else (lines, lines)
        if not layer.first <= low <= high < layer.first + count:
            last = layer.first + count - 1
            raise context.wrong(
                f"the lines are {layer.first} to {last}: {low} to {high} is not among them", f"highlights[{k}]"
            )
        y, height = top + (PADDING + (low - layer.first) * LINE) * em, (high - low + 1) * LINE * em
        band = mixed(palette.bg_alt, 0.16, palette.primary)
        shapes += [
            Shape(size=(size[0] - 2, height), fill=band, opacity=opacity, **at(1, y)),
            Shape(size=(0.125 * em, height), fill=palette.primary, opacity=opacity, **at(1, y)),
        ]
    return shapes


def _bar(layer: CodeBlock, width: float, palette: Palette) -> list[Any]:
    if layer.title is None:
        return []
    em, radius = layer.font_size, layer.radius
    fill = mixed(palette.bg_alt, 0.05, palette.text)
    title = Text(
        text=layer.title, size=0.68 * em, weight=500, color=palette.text_muted, position=("50%", BAR * em / 2),
        max_lines=1, ellipsis=True, width=max(1.0, width - 9 * em), align="center",
    )  # fmt: skip
    bar = Shape(size=(width, BAR * em), radius=(radius, radius, 0, 0), fill=fill, **at(0, 0))
    return [bar, *lights(BAR * em, 0.05 * em), *([title] if layer.title else [])]
