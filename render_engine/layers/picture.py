"""Pixels in a box: what images, videos and SVG have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from render_engine.display_list import Op, Path, Picture, Shape, quantise_matrix
from render_engine.document.fields import Extent
from render_engine.matrix import Matrix, multiply, scaling, translation
from render_engine.timeline.motion import STILL, Motion
from render_engine.timeline.outline import quantised, rounded
from render_engine.timeline.scene import View
from render_engine.timeline.values_of import length

if TYPE_CHECKING:
    from render_engine.timeline.context import Context

Fit = Literal["cover", "contain", "fill"]
Crop = tuple[float, float, float, float]  # x, y, width, height in source px
BoxSize = Annotated[
    tuple[Extent | None, Extent | None] | None,
    Field(
        description="Width and height of its box: px, percent of the parent, or null for one that keeps the aspect. "
        "Its own size if left out."
    ),
]


@dataclass(frozen=True)
class PictureContent:
    source: str  # content hash
    natural_width: float
    natural_height: float
    width: float  # of the box
    height: float
    fit: Fit
    radius: float
    smooth: bool = True
    crop: Crop | None = None

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return True

    @property
    def motion(self) -> Motion:
        return STILL

    def edge(self, seconds: float) -> Path:
        return self._in_its_box[0]

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        return self.op(matrix, -1)

    def op(self, matrix: Matrix, frame: int, source: str | None = None) -> tuple[Op, ...]:
        if self.width <= 0 or self.height <= 0:
            return ()
        outline, still = self._in_its_box
        paint = still if frame < 0 and source is None else replace(still, frame=frame, source=source or self.source)
        return (Shape(outline, quantise_matrix(matrix), paint),)

    @cached_property
    def _in_its_box(self) -> tuple[Path, Picture]:
        """What never changes: the outline that is shown, and the picture placed in it."""
        x, y, width, height = self.crop or (0.0, 0.0, self.natural_width, self.natural_height)
        placed = _fitted(width, height, self.width, self.height, self.fit)
        left, top = max(0.0, placed[4]), max(0.0, placed[5])
        outline = rounded(
            left, top, min(self.width, width * placed[0]), min(self.height, height * placed[3]), self.radius
        )
        whole = multiply(placed, translation(-x, -y)) if x or y else placed
        size = (self.natural_width, self.natural_height)
        return quantised(outline), Picture(self.source, -1, *size, quantise_matrix(whole), self.smooth)


def box_of(
    size: tuple[float | str | None, float | str | None] | None, width: float, height: float, context: Context
) -> tuple[float, float]:
    """The box in px; `width` and `height` are the picture's own."""
    if size is None or size == (None, None):
        return width, height
    across = None if size[0] is None else length(size[0], context.width)
    down = None if size[1] is None else length(size[1], context.height)
    if across is None:
        assert down is not None
        return width * down / height, down
    return across, height * across / width if down is None else down


def _fitted(width: float, height: float, box_width: float, box_height: float, fit: Fit) -> Matrix:
    across, down = box_width / width, box_height / height
    if fit != "fill":
        across = down = max(across, down) if fit == "cover" else min(across, down)
    move = translation((box_width - width * across) / 2, (box_height - height * down) / 2)
    return multiply(move, scaling(across, down))
