"""Where a layer stands: from the numbers that app/preview/bounds.py tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF, QTransform

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
COVERS = 0.98  # of the film's width and height: a box as large is a ground, and not a thing on it


@dataclass(frozen=True)
class Box:
    """`in_parent` and `parent`: from the layer's px to its parent's, from those to the film's."""

    path: str
    in_parent: QTransform
    parent: QTransform
    width: float
    height: float
    anchor: QPointF  # px of the layer
    parent_size: tuple[float, float]
    position: QPointF  # px of the parent
    opacity: float

    @classmethod
    def of(cls, path: str, numbers: Sequence[float]) -> Box:
        to_film, parent = _transform(numbers[:9]), _transform(numbers[9:18])
        width, height, ax, ay, parent_width, parent_height, x, y, opacity = numbers[18:]
        back, _ = parent.inverted()
        return cls(
            path,
            to_film * back,
            parent,
            width,
            height,
            QPointF(ax, ay),
            (parent_width, parent_height),
            QPointF(x, y),
            opacity,
        )

    @cached_property
    def to_film(self) -> QTransform:
        return self.in_parent * self.parent

    @property
    def is_flat(self) -> bool:
        """Seen from the front: not edge-on, not shrunk to nothing."""
        return self.to_film.isInvertible() and self.width > 0 and self.height > 0

    def at(self, across: float, down: float) -> QPointF:
        """The film's point at these shares of the box."""
        return self.to_film.map(QPointF(across * self.width, down * self.height))

    @property
    def corners(self) -> QPolygonF:
        return QPolygonF([self.at(*corner) for corner in CORNERS])

    @cached_property
    def rect(self) -> QRectF:
        """What it takes up in the film."""
        return self.corners.boundingRect()

    @property
    def anchor_in_film(self) -> QPointF:
        return self.to_film.map(self.anchor)

    def contains(self, point: QPointF, slack: float = 0.0) -> bool:
        """Of the film, or as near to it as `slack` px of the film."""
        if not self.rect.adjusted(-slack, -slack, slack, slack).contains(point) or not self.is_flat:
            return False
        back, _ = self.to_film.inverted()
        here = back.map(point)
        across, down = slack / (self._stretch(1, 0) or 1), slack / (self._stretch(0, 1) or 1)
        return -across <= here.x() <= self.width + across and -down <= here.y() <= self.height + down

    def covers(self, width: float, height: float) -> bool:
        """As good as all of the film."""
        rect = self.rect
        return rect.width() >= COVERS * width and rect.height() >= COVERS * height

    def _stretch(self, across: float, down: float) -> float:
        """Px of the film for one of the layer."""
        way = self.to_film.map(QPointF(across, down)) - self.to_film.map(QPointF())
        return float((way.x() ** 2 + way.y() ** 2) ** 0.5)


def _transform(m: Sequence[float]) -> QTransform:
    a, b, c, d, e, f, g, h, i = m
    return QTransform(a, b, g, c, d, h, e, f, i)
