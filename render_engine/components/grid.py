"""Fine lines across the whole parent, that drift."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from render_engine.display_list import Op, Path, Shape, quantise_matrix
from render_engine.document.fields import Finite
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.matrix import Box, Matrix, multiply, scaling, translation
from render_engine.timeline.context import Context
from render_engine.timeline.evaluate import textured
from render_engine.timeline.motion import ALWAYS, STILL, Motion, merged
from render_engine.timeline.outline import quantised
from render_engine.timeline.paint import PaintAt, paint
from render_engine.timeline.scene import View

MOST_LINES = 4096


class Grid(VisualLayer):
    """Lines in both directions."""

    type: Literal["grid"] = "grid"
    cell: Annotated[float, Field(gt=0, le=65536)] = Field(60, description="Px from one line to the next.")
    line: Annotated[float, Field(gt=0, le=65536)] = Field(1, description="Thickness in px.")
    color: AnyPaint = "rgba(255, 255, 255, 0.03)"
    drift: Finite | tuple[Finite, Finite] = Field(5, description="Px a second, to the right and downwards.")


@dataclass(frozen=True)
class GridContent:
    """`standing`: the lines that stay inside while they drift by one cell; a texture of them is drawn once, and moved.

    (To fill a hundred tall bars at a fraction of a pixel takes ten times as long as to move a picture of them.)
    """

    width: float
    height: float
    cell: float
    line: float
    drift: tuple[float, float]
    standing: Path
    color: PaintAt
    colors: Motion

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return False

    @property
    def motion(self) -> Motion:
        return merged([self.colors, ALWAYS if any(self.drift) else STILL])

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        seconds = time.numerator / time.denominator
        fill = self.color(seconds, (0.0, 0.0, self.width, self.height))
        x, y = (speed * seconds % self.cell for speed in self.drift)
        moved = textured(
            multiply(matrix, translation(x, 0.0)),
            view,
            lambda scale, window: (Shape(self.standing, quantise_matrix(scaling(scale, scale)), fill),),
            lambda scale: (),
        )
        rest = self._rest(x, y)
        lines = (Shape(rest, quantise_matrix(matrix), fill),) if rest.points else ()
        return (moved, *lines) if moved else lines

    def _rest(self, x: float, y: float) -> Path:
        """The lines that come and go at the sides, and all that lie."""
        inside = _count(self.width, self.cell, self.line)
        sides = [(left, right) for k, left, right in _bars(x, self.cell, self.line, self.width) if not 0 <= k < inside]
        lying = [(top, bottom) for _, top, bottom in _bars(y, self.cell, self.line, self.height)]
        boxes = [(x0, 0.0, x1, self.height) for x0, x1 in sides] + [(0.0, y0, self.width, y1) for y0, y1 in lying]
        return quantised(_boxes(boxes))


def _count(size: float, cell: float, line: float) -> int:
    """How many lines stay inside wherever the first of them stands in its cell."""
    return max(0, int((size - line) // cell))


def _bars(offset: float, cell: float, line: float, size: float) -> Iterator[tuple[int, float, float]]:
    """Number, from and to of each line that can be seen between 0 and `size`; number 0 stands at the offset."""
    for k in range(-1, int(size / cell) + 2):
        at = offset + k * cell
        if at + line > 0 and at < size:
            yield k, max(0.0, at), min(size, at + line)


def _boxes(boxes: list[Box]) -> Path:
    points = tuple(c for x0, y0, x1, y1 in boxes for c in (x0, y0, x1, y0, x1, y1, x0, y1))
    return Path("MLLLZ" * len(boxes), points)


def resolve(layer: Grid, context: Context) -> GridContent:
    if (context.width + context.height) / layer.cell > MOST_LINES:
        raise context.wrong(f"these are more than {MOST_LINES} lines: make the cells larger", "cell")
    drift = layer.drift if isinstance(layer.drift, tuple) else (layer.drift, layer.drift)
    bars = (k * layer.cell for k in range(_count(context.width, layer.cell, layer.line)))
    standing = _boxes([(x, 0.0, x + layer.line, context.height) for x in bars])
    return GridContent(
        width=context.width,
        height=context.height,
        cell=layer.cell,
        line=layer.line,
        drift=drift,
        standing=quantised(standing),
        color=paint(layer.color, context.values),
        colors=context.values.motion,
    )
