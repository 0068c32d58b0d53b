"""Pixels in a box: what images, videos and SVG have in common."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from render_engine.display_list import Op, Picture, Shape, quantise_matrix
from render_engine.matrix import Matrix, multiply, scaling, translation
from render_engine.timeline.outline import rounded
from render_engine.timeline.scene import View

Fit = Literal["cover", "contain", "fill"]


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

    @property
    def baseline(self) -> float:
        return self.height

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        return self.op(matrix, -1)

    def op(self, matrix: Matrix, frame: int) -> tuple[Op, ...]:
        placed = _fitted(self.natural_width, self.natural_height, self.width, self.height, self.fit)
        paint = Picture(self.source, frame, self.natural_width, self.natural_height, quantise_matrix(placed), self.smooth)
        x, y = max(0.0, placed[4]), max(0.0, placed[5])
        width = min(self.width, self.natural_width * placed[0])
        height = min(self.height, self.natural_height * placed[3])
        return (Shape(rounded(x, y, width, height, self.radius), quantise_matrix(matrix), paint),)


def box_of(size: tuple[float, float] | None, width: float, height: float) -> tuple[float, float]:
    return (float(size[0]), float(size[1])) if size else (width, height)


def _fitted(width: float, height: float, box_width: float, box_height: float, fit: Fit) -> Matrix:
    across, down = box_width / width, box_height / height
    if fit != "fill":
        across = down = max(across, down) if fit == "cover" else min(across, down)
    move = translation((box_width - width * across) / 2, (box_height - height * down) / 2)
    return multiply(move, scaling(across, down))
