"""Fine lines across the whole parent, that drift."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from render_engine.display_list import Op, Path, Shape, quantise_matrix
from render_engine.document.fields import Finite
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.matrix import Matrix
from render_engine.timeline.context import Context
from render_engine.timeline.motion import ALWAYS, STILL, Kept, Motion, merged
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
    width: float
    height: float
    cell: float
    line: float
    drift: tuple[float, float]
    color: PaintAt
    colors: Motion
    kept: Kept[Path] = field(default_factory=Kept, init=False, compare=False, repr=False)

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return True

    @property
    def motion(self) -> Motion:
        return merged([self.colors, ALWAYS if any(self.drift) else STILL])

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        seconds = time.numerator / time.denominator
        lines = self.kept.at(seconds, self.motion, None, lambda: self._lines(seconds))
        fill = self.color(seconds, (0.0, 0.0, self.width, self.height))
        return (Shape(lines, quantise_matrix(matrix), fill),) if lines.points else ()

    def _lines(self, seconds: float) -> Path:
        """Bars from edge to edge: those that stand, between them those that lie, so that crossings count once."""
        across = _bars(self.drift[0] * seconds, self.cell, self.line, self.width)
        down = _bars(self.drift[1] * seconds, self.cell, self.line, self.height)
        boxes = [(x0, 0.0, x1, self.height) for x0, x1 in across] + [(0.0, y0, self.width, y1) for y0, y1 in down]
        points = tuple(c for x0, y0, x1, y1 in boxes for c in (x0, y0, x1, y0, x1, y1, x0, y1))
        return quantised(Path("MLLLZ" * len(boxes), points))


def _bars(offset: float, cell: float, line: float, size: float) -> list[tuple[float, float]]:
    """From and to of each line that can be seen between 0 and `size`."""
    first = offset % cell - cell
    edges = (first + k * cell for k in range(int(size / cell) + 3))
    return [(max(0.0, x), min(size, x + line)) for x in edges if x + line > 0 and x < size]


def resolve(layer: Grid, context: Context) -> GridContent:
    if (context.width + context.height) / layer.cell > MOST_LINES:
        raise context.wrong(f"these are more than {MOST_LINES} lines: make the cells larger", "cell")
    drift = layer.drift if isinstance(layer.drift, tuple) else (layer.drift, layer.drift)
    tint = paint(layer.color, context.values)
    return GridContent(context.width, context.height, layer.cell, layer.line, drift, tint, context.values.motion)
