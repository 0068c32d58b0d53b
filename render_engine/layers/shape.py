"""Drawn outlines: rectangles, ellipses, polygons, stars and SVG paths, filled, stroked and trimmed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from render_engine import display_list
from render_engine.display_list import Op, Path, quantise_matrix
from render_engine.document.fields import AnimatedNumber, AnimatedPixels, AnimatedShare, AnimatedSize, Finite, Model
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.matrix import Box, Matrix, multiply, translation
from render_engine.timeline.context import Context
from render_engine.timeline.motion import Kept, Motion
from render_engine.timeline.outline import (
    corners,
    ellipse,
    quantised,
    regular,
    rounded,
    scaled,
    star,
    svg_path,
    tight_box,
)
from render_engine.timeline.paint import PaintAt, paint
from render_engine.timeline.scene import View
from render_engine.timeline.trim import trimmed
from render_engine.timeline.value import Fixed, Number, Vectorial, targets
from render_engine.timeline.values_of import Values


def _dashes(lengths: list[float]) -> list[float]:
    if lengths and sum(lengths) < 1:
        raise ValueError("the dashes and gaps together are at least 1 px long")
    return lengths


class Stroke(Model):
    """A line along the outline, half of it on either side."""

    color: AnyPaint = Field("white", description="A colour or a gradient.")
    width: AnimatedPixels = Field(4, description="px.")
    cap: Literal["butt", "round", "square"] = "butt"
    join: Literal["miter", "round", "bevel"] = "miter"
    dashes: Annotated[list[Annotated[float, Field(ge=0, le=65536)]], AfterValidator(_dashes)] = Field(
        [], max_length=64, description="Lengths in px of a dash, a gap, a dash, …"
    )
    dash_offset: AnimatedNumber = Field(0, description="px into the pattern where the outline starts.")


class Trim(Model):
    """The part of the outline that is drawn, in shares of its length: animated, it writes itself."""

    start: AnimatedShare = 0
    end: AnimatedShare = 1
    offset: AnimatedNumber = Field(0, description="Moves both ends along; 1 is once around.")


class Shape(VisualLayer):
    """A drawn outline."""

    type: Literal["shape"] = "shape"
    shape: Literal["rect", "ellipse", "polygon", "star", "path"] = "rect"
    size: AnimatedSize | None = Field(
        None, description="Width and height: px or percent of the parent. Left out: a path's own, else the parent's."
    )
    radius: AnimatedPixels | tuple[Finite, Finite, Finite, Finite] = Field(
        0, description="Corner radius of a rect, or four from the top left clockwise."
    )
    sides: int = Field(6, ge=3, le=360, description="Of a polygon.")
    points: int = Field(5, ge=3, le=360, description="Tips of a star.")
    inner: AnimatedShare = Field(0.5, description="A star's inner radius as a share of its outer one.")
    path: str | None = Field(None, max_length=1_000_000, description="SVG path data, for shape “path”.")
    fill: AnyPaint | None = Field("white", description="A colour or a gradient; null for none.")
    stroke: Stroke | None = None
    trim: Trim | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.path is not None) != (self.shape == "path"):
            raise ValueError("“path” holds SVG path data, and goes with shape “path” alone")
        if isinstance(self.radius, tuple) and min(self.radius) < 0:
            raise ValueError("a radius is not negative")
        return self


POINT = 1 / 64  # px: a dash of no length, which round caps make a dot
OutlineAt = Callable[[float, float, float], Path]  # seconds, width, height


@dataclass(frozen=True)
class StrokeAt:
    model: Stroke
    color: PaintAt
    width: Number
    dashes: tuple[float, ...]
    dash_offset: Number

    def at(self, seconds: float, box: Box) -> display_list.Stroke | None:
        width = round(self.width.at(seconds) * 256) / 256
        if width <= 0:
            return None
        offset = round(self.dash_offset.at(seconds) * 256) / 256 + 0.0
        tint = self.color(seconds, box)
        return display_list.Stroke(tint, width, self.model.cap, self.model.join, self.dashes, offset)


@dataclass(frozen=True)
class TrimAt:
    start: Number
    end: Number
    offset: Number

    def of(self, path: Path, seconds: float) -> Path:
        return trimmed(path, self.start.at(seconds), self.end.at(seconds), self.offset.at(seconds))


# path, fill, stroke, and how far a smaller size than the largest is moved
Outlined = tuple[Path, display_list.Paint | None, display_list.Stroke | None, tuple[float, float]]


@dataclass(frozen=True)
class ShapeContent:
    """`width` and `height` are the largest of an animated size; the outline grows from `anchor` (shares of them)."""

    width: float
    height: float
    anchor: tuple[float, float]
    size: Vectorial
    outline: OutlineAt
    fixed: Path | None  # the outline, where it never changes
    fill: PaintAt | None
    stroke: StrokeAt | None
    trim: TrimAt | None
    motion: Motion
    kept: Kept[Outlined | None] = field(default_factory=Kept, init=False, compare=False, repr=False)

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return True

    def edge(self, seconds: float) -> Path:
        """Its outline, filled or not, all of it."""
        width, height = self.size.at(seconds)
        path = self.fixed or self.outline(seconds, max(0.0, width), max(0.0, height))
        dx, dy = self._place(width, height)
        return scaled(path, 1, 1, (-dx, -dy)) if dx or dy else path

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        seconds = time.numerator / time.denominator
        outlined = self.kept.at(seconds, self.motion, None, lambda: self._outlined(seconds))
        if outlined is None:
            return ()
        path, fill, stroke, (dx, dy) = outlined
        place = multiply(matrix, translation(dx, dy)) if dx or dy else matrix
        return (display_list.Shape(path, quantise_matrix(place), fill, stroke),)

    def _outlined(self, seconds: float) -> Outlined | None:
        """All but the place; None where nothing is shown."""
        width, height = self.size.at(seconds)
        path = self.fixed or quantised(self.outline(seconds, max(0.0, width), max(0.0, height)))
        if self.trim:
            path = self.trim.of(path, seconds)
        box = (0.0, 0.0, width, height)
        fill = self.fill(seconds, box) if self.fill and width > 0 and height > 0 else None
        stroke = self.stroke.at(seconds, box) if self.stroke else None
        if not path.points or (fill is None and stroke is None):
            return None
        return path, fill, stroke, self._place(width, height)

    def _place(self, width: float, height: float) -> tuple[float, float]:
        """Where a smaller size than the largest begins."""
        return (self.width - width) * self.anchor[0], (self.height - height) * self.anchor[1]


def resolve(layer: Shape, context: Context) -> ShapeContent:
    values = context.values
    natural, outline, still = _OUTLINES[layer.shape](layer, context)
    size = Fixed(natural) if layer.size is None else values.point(layer.size, context.width, context.height)
    width, height = _largest(size)
    still = still and isinstance(size, Fixed)
    fill = None if layer.fill is None else paint(layer.fill, values)
    stroke = None if layer.stroke is None else stroke_at(layer.stroke, values)
    trim = None if layer.trim is None else _trim(layer.trim, values)
    return ShapeContent(
        width=width,
        height=height,
        anchor=anchor_shares(layer),
        size=size,
        outline=outline,
        fixed=quantised(outline(0.0, width, height)) if still else None,
        fill=fill,
        stroke=stroke,
        trim=trim,
        motion=values.motion,
    )


def anchor_shares(layer: VisualLayer) -> tuple[float, float]:
    """The anchor as shares of the size."""
    words = {"left": 0.0, "top": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0, "baseline": 1.0}
    across, down = (words[part] if isinstance(part, str) else part for part in layer.anchor)
    return across, down


def stroke_at(model: Stroke, values: Values) -> StrokeAt:
    dashes = [max(length, POINT) for length in model.dashes] * (1 + len(model.dashes) % 2)  # odd ones repeat, as in SVG
    width, offset = values.number(model.width), values.number(model.dash_offset)
    return StrokeAt(model, paint(model.color, values), width, tuple(dashes), offset)


def _trim(model: Trim, values: Values) -> TrimAt:
    return TrimAt(values.number(model.start), values.number(model.end), values.number(model.offset))


def _largest(size: Vectorial) -> tuple[float, float]:
    sizes = targets(size)
    return max(width for width, _ in sizes), max(height for _, height in sizes)


_Outline = tuple[tuple[float, float], OutlineAt, bool]  # natural size, the outline, whether it never changes


def _rect(layer: Shape, context: Context) -> _Outline:
    size = (context.width, context.height)
    if isinstance(layer.radius, tuple):
        four = layer.radius
        return size, lambda seconds, width, height: corners(width, height, four), True
    radius = context.values.number(layer.radius)
    return (
        size,
        lambda seconds, width, height: rounded(0, 0, width, height, radius.at(seconds)),
        isinstance(radius, Fixed),
    )


def _ellipse(layer: Shape, context: Context) -> _Outline:
    size = (context.width, context.height)
    return size, lambda seconds, width, height: ellipse(width / 2, height / 2, width / 2, height / 2), True


def _polygon(layer: Shape, context: Context) -> _Outline:
    unit = regular(0.5, 0.5, 0.5, layer.sides)
    return (context.width, context.height), lambda seconds, width, height: scaled(unit, width, height), True


def _star(layer: Shape, context: Context) -> _Outline:
    inner = context.values.number(layer.inner)

    def outline(seconds: float, width: float, height: float) -> Path:
        return scaled(star(0.5, 0.5, 0.5, inner.at(seconds) / 2, layer.points), width, height)

    return (context.width, context.height), outline, isinstance(inner, Fixed)


def _path(layer: Shape, context: Context) -> _Outline:
    try:
        written = svg_path(layer.path or "")
    except ValueError as error:
        raise context.wrong(str(error), "path") from error
    x0, y0, x1, y1 = tight_box(written)
    natural = (x1 - x0, y1 - y0)

    def outline(seconds: float, width: float, height: float) -> Path:
        across = width / natural[0] if natural[0] else 1.0
        down = height / natural[1] if natural[1] else 1.0
        return scaled(written, across, down, (x0, y0))

    return natural, outline, True


_OUTLINES: dict[str, Callable[[Shape, Context], _Outline]] = {
    "rect": _rect,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "star": _star,
    "path": _path,
}
