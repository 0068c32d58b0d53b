"""How far something is: a bar that fills, with a label and a number that counts along."""

from typing import Annotated, Any, Literal

from pydantic import Field

from render_engine.components.parts import Parts, at, part, parts, shown_as
from render_engine.document.fields import AnimatedShare, ColorText, Keyframe, Keyframed, Pixels, Springing
from render_engine.document.gradient import AnyPaint, LinearGradient
from render_engine.document.layer import VisualLayer
from render_engine.layers.count_up import CountUp, counter
from render_engine.layers.shape import Shape
from render_engine.layers.text import Text
from render_engine.layers.text_style import Size
from render_engine.timeline.context import Context

GAP = 0.55  # of the label's size, between the words and the bar

Pair = tuple[float, float]


class ProgressBar(VisualLayer):
    """A bar that fills from the left as its value goes from 0 to 1."""

    type: Literal["progress_bar"] = "progress_bar"
    value: AnimatedShare = Field(
        Springing[float](spring="smooth", from_=0, to=1, delay=0),
        description="0…1: fixed, by keyframes or by a spring.",
    )
    size: tuple[Annotated[float, Field(gt=0, le=65536)], Annotated[float, Field(gt=0, le=65536)]] = Field(
        (720, 14), description="Of the bar in px; its words stand over it."
    )
    label: str = Field("", max_length=300)
    number: bool = Field(True, description="Shows the value in percent.")
    radius: Pixels | None = Field(None, description="Half the height if left out.")
    fill: AnyPaint = LinearGradient(angle=90, stops=["#6366f1", "#8b5cf6", "#06b6d4"])
    track: AnyPaint = "rgba(255, 255, 255, 0.1)"
    font: str = "Inter"
    font_size: Size = 26
    color: ColorText = Field("#f1f5f9", description="Of the label.")
    number_color: ColorText = "#94a3b8"


def resolve(layer: ProgressBar, context: Context) -> Parts:
    width, height = layer.size
    style: dict[str, Any] = {"font": layer.font, "size": layer.font_size}
    row = Text(text=layer.label or " ", **style, weight=500)
    top = shown_as(row, context).height + GAP * layer.font_size if layer.label or layer.number else 0.0
    size = (width, top + height)
    radius = height / 2 if layer.radius is None else layer.radius
    whole = Shape(size=layer.size, radius=radius, fill=layer.track, **at(0, top))
    filled = Shape(size=_sized(layer.value, layer.size), radius=radius, fill=layer.fill, **at(0, top))
    nodes = parts(size, [whole, filled], context)
    if layer.label:
        room = max(1.0, width - 5 * layer.font_size)
        words = Text(
            text=layer.label, **style, weight=500, color=layer.color, width=room, max_lines=1, ellipsis=True, **at(0, 0)
        )
        nodes += parts(size, [words], context)
    if layer.number:
        nodes += (_number(layer, size, style, context),)
    return Parts(*size, nodes)


def _number(layer: ProgressBar, size: Pair, style: dict[str, Any], context: Context) -> Any:
    values = context.values.afresh()
    value = values.number(layer.value)
    model = CountUp(
        to=100, decimals=0, suffix="%", color=layer.number_color, position=(size[0], 0), anchor=("right", "top"), **style
    )  # fmt: skip
    inside = context.inside(values=context.values.afresh())
    content = counter(model, lambda t: 100 * min(1.0, max(0.0, value.at(t))), values.motion, [0, 100], inside)
    return part(content, model, size, context)


def _sized(value: Any, whole: Pair) -> Any:
    """The same motion, of a bar's size."""
    if isinstance(value, Keyframed):
        frames = [Keyframe[Pair](at=k.at, value=_part(k.value, whole), easing=k.easing) for k in value.keyframes]
        return Keyframed[Pair](keyframes=frames)
    if isinstance(value, Springing):
        ends = _part(value.from_, whole), _part(value.to, whole)
        return Springing[Pair](spring=value.spring, from_=ends[0], to=ends[1], delay=value.delay)
    return _part(value, whole)


def _part(share: float, whole: Pair) -> Pair:
    return share * whole[0], whole[1]
