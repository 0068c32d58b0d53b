"""Who speaks: a name and a title in the lower part of the picture, that come and go by themselves."""

from itertools import pairwise
from typing import Any, Literal

from pydantic import Field

from render_engine.components.parts import Parts, parts, shown_as
from render_engine.document.fields import AnimatedPoint, ColorText, Keyframe, Keyframed, Pixels, Seconds
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import Anchor, VisualLayer
from render_engine.layers.shape import Shape
from render_engine.layers.text import Text
from render_engine.layers.text_style import Size
from render_engine.timeline.context import Context

PADDING, GAP, BAR = (0.46, 0.66), 0.14, 0.14  # of the name's size
WIDEST = 0.8  # of the parent: longer names are set smaller
# seconds after it comes, and before it is gone, between which each part is on its way
COMES = {"bar": (0.0, 0.45), "panel": (0.12, 0.75), "name": (0.32, 0.9), "title": (0.42, 1.0)}
GOES = {"title": (0.6, 0.38), "name": (0.55, 0.32), "panel": (0.48, 0.1), "bar": (0.28, 0.02)}
UNHURRIED = 2.0  # seconds: in less it comes and goes faster


class LowerThird(VisualLayer):
    """A bar grows, a panel opens from it, the words follow; before the layer's end they go the same way back."""

    type: Literal["lower_third"] = "lower_third"
    name: str = Field(min_length=1, max_length=300)
    title: str = Field("", max_length=500)
    font: str = "Inter"
    font_size: Size = Field(46, description="Of the name in px; everything else follows it.")
    color: ColorText = "#f8fafc"
    title_color: ColorText = "#cbd5e1"
    accent: AnyPaint = Field("#6366f1", description="Of the bar: a colour or a gradient.")
    fill: AnyPaint | None = Field("rgba(10, 10, 18, 0.78)", description="Of the panel; null for words alone.")
    radius: Pixels = 4
    delay: Seconds = Field(0, ge=0, description="When it comes.")
    leaves: bool = Field(True, description="false: it stays until the layer's end.")
    position: AnimatedPoint = ("10%", "88%")
    anchor: Anchor = ("left", "bottom")


def resolve(layer: LowerThird, context: Context) -> Parts:
    em = layer.font_size
    down, left, bar = PADDING[0] * em, PADDING[1] * em, BAR * em
    room = max(1.0, WIDEST * context.width - bar - 2 * left)
    lines = [_line(layer, role, room) for role in ("name", "title") if getattr(layer, role)]
    sizes = [(shown.width, shown.height) for shown in (shown_as(Text(**line), context) for line in lines)]
    height = 2 * down + sum(size[1] for size in sizes) + GAP * em * (len(lines) - 1)
    width = bar + 2 * left + max(size[0] for size in sizes)
    words, y = [], down
    for role, line, size in zip(("name", "title"), lines, sizes, strict=False):
        words.append(_words(layer, role, line, (bar + left, y), context))
        y += size[1] + GAP * em
    size = (width, height)
    return Parts(*size, parts(size, [*_panel(layer, bar, size, context), *words], context))


def _line(layer: LowerThird, role: str, room: float) -> dict[str, Any]:
    named = role == "name"
    size = layer.font_size * (1.0 if named else 0.56)
    return {
        "text": getattr(layer, role),
        "font": layer.font,
        "size": size,
        "weight": 700 if named else 400,
        "color": layer.color if named else layer.title_color,
        "letter_spacing": -0.012 * size if named else 0.01 * size,
        "line_height": 1.22,
        "fit": (room, 1.3 * size),
        "max_lines": 1,
    }


def _words(layer: LowerThird, role: str, line: dict[str, Any], place: tuple[float, float], context: Context) -> Text:
    x, y = place
    away = (x - 0.5 * layer.font_size, y)
    return Text(
        **line,
        anchor=("left", "top"),
        opacity=Keyframed[float](keyframes=_keys(layer, role, 0.0, 1.0, context)),
        position=Keyframed[tuple[float, float]](keyframes=_keys(layer, role, away, place, context)),
    )


def _panel(layer: LowerThird, bar: float, size: tuple[float, float], context: Context) -> list[Shape]:
    width, height = size
    radius = min(layer.radius, bar / 2)
    grown = Keyframed[tuple[float, float]](keyframes=_keys(layer, "bar", (bar, 0.0), (bar, height), context))
    stem = Shape(size=grown, fill=layer.accent, anchor=("left", "center"), position=(0, height / 2), radius=radius)
    if layer.fill is None:
        return [stem]
    whole = (width - bar, height)
    opened = Keyframed[tuple[float, float]](keyframes=_keys(layer, "panel", (0.0, height), whole, context))
    back = Shape(size=opened, fill=layer.fill, anchor=("left", "top"), position=(bar, 0))
    return [back, stem]


def _keys(layer: LowerThird, role: str, away: Any, there: Any, context: Context) -> list[Keyframe[Any]]:
    """From away to its place, and before the layer's end back again."""
    length = float(context.length) - layer.delay
    pace = min(1.0, max(length, 0.1) / UNHURRIED)
    start, end = COMES[role]
    moments = [(layer.delay + start * pace, away, "easeOut"), (layer.delay + end * pace, there, "linear")]
    if layer.leaves:
        first, last = (float(context.length) - before * pace for before in GOES[role])
        moments += [(first, there, "inCubic"), (last, away, "linear")]
    assert all(early[0] < late[0] for early, late in pairwise(moments))
    return [Keyframe[Any](at=at, value=value, easing=easing) for at, value, easing in moments]
