"""How text is dressed: outline, shadow, a box behind it, and ranges that stand out. Shared by text and captions."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from render_engine import color, display_list
from render_engine.display_list import Path, Shape, Solid, quantise_matrix, quantise_opacity
from render_engine.document.fields import AnimatedColor, Finite, Model, Pixels, Seconds
from render_engine.effects import EffectAt, drop_shadow
from render_engine.matrix import Box, Matrix
from render_engine.timeline.motion import Motion, merged
from render_engine.timeline.outline import rounded
from render_engine.timeline.value import Vectorial
from render_engine.timeline.values_of import Values

if TYPE_CHECKING:
    from render_engine.timeline.context import Context

Weight = Annotated[int, Field(ge=1, le=1000, description="400 is regular, 700 bold.")]
Size = Annotated[float, Field(gt=0, le=4096, description="Px an em.")]


class TextStroke(Model):
    """An outline around the letters; it lies under their fill, so that only its outer half shows."""

    color: AnimatedColor = "black"
    width: Pixels = Field(4, description="Of the whole line: 6 shows 3 px around each letter.")
    join: Literal["miter", "round", "bevel"] = "round"


class TextShadow(Model):
    """A blurred copy of the text behind it."""

    x: Finite = 0
    y: Finite = 4
    blur: Pixels = Field(8, description="Standard deviation in px.")
    color: AnimatedColor = "rgba(0, 0, 0, 0.5)"


class TextBackground(Model):
    """A box behind the text; it reaches beyond the layer's own size."""

    color: AnimatedColor = "rgba(0, 0, 0, 0.6)"
    padding: Pixels | tuple[Pixels, Pixels] = Field(16, description="Px on every side, or across and down.")
    radius: Pixels = 12


class Highlight(Model):
    """Words that stand out, always or for a time."""

    range: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]] | str = Field(
        description="Words from the first to before the second, counted from 0; or the text to look for."
    )
    mode: Literal["color", "pill", "underline"] = "color"
    color: AnimatedColor = "#ffd54a"
    start: Seconds | None = Field(None, description="When it begins, in seconds of the layer; always if left out.")
    end: Seconds | None = None
    transition: Annotated[float, Field(ge=0, le=60)] = Field(0.12, description="Seconds it takes to come and to go.")


@dataclass(frozen=True)
class StrokeAt:
    color: Vectorial
    width: float
    join: Literal["miter", "round", "bevel"]

    def at(self, seconds: float) -> display_list.Stroke:
        paint = Solid(color.quantise(self.color.at(seconds)))
        return display_list.Stroke(paint, self.width, join=self.join, under=True)


@dataclass(frozen=True)
class BoxAt:
    """A rounded box of one colour."""

    box: Box
    color: Vectorial
    radius: float

    def op(self, seconds: float, matrix: Matrix, share: float = 1.0) -> Shape:
        return box_op(self.box, self.radius, self.color.at(seconds), matrix, share)


@dataclass(frozen=True)
class Shown:
    """A stretch of time with soft ends; `share` is 0 outside and 1 inside. It ends before `end`."""

    start: float | None
    end: float | None
    transition: float

    @property
    def motion(self) -> Motion:
        return merged([((edge, edge + self.transition),) for edge in (self.start, self.end) if edge is not None])

    def share(self, seconds: float) -> float:
        rise = 1.0 if self.start is None else _ramp(seconds - self.start, self.transition)
        fall = 1.0 if self.end is None else 1.0 - _ramp(seconds - self.end, self.transition)
        return min(rise, fall)


def _ramp(passed: float, length: float) -> float:
    if passed < 0:
        return 0.0
    return 1.0 if passed >= length else passed / length


def box_op(box: Box, radius: float, rgba: tuple[float, ...], matrix: Matrix, share: float = 1.0) -> Shape:
    return Shape(
        _outline(box, radius), quantise_matrix(matrix), Solid(color.quantise(rgba)), opacity=quantise_opacity(share)
    )


@lru_cache(maxsize=1024)
def _outline(box: Box, radius: float) -> Path:
    x0, y0, x1, y1 = (round(edge * 256) / 256 for edge in box)
    return rounded(x0, y0, x1 - x0, y1 - y0, radius)


def padded(box: Box, padding: float | tuple[float, float]) -> Box:
    across, down = padding if isinstance(padding, tuple) else (padding, padding)
    return (box[0] - across, box[1] - down, box[2] + across, box[3] + down)


def stroke_at(model: TextStroke | None, values: Values) -> StrokeAt | None:
    if model is None or model.width == 0:
        return None
    return StrokeAt(values.color(model.color), float(model.width), model.join)


def shadows_at(models: list[TextShadow], context: "Context") -> tuple[EffectAt, ...]:
    """The first one lies nearest to the text."""
    shadows = (drop_shadow.DropShadow(x=m.x, y=m.y, radius=m.blur, color=m.color) for m in models)
    return tuple(drop_shadow.resolve(shadow, context, (0, 0)) for shadow in shadows)
