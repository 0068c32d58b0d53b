"""What of a box is under the pointer: a handle, the ground outside a corner that turns it, its anchor, or the box."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QPolygonF, QTransform

from app import theme
from app.widgets.handles.box import Box

Kind = Literal["move", "scale", "turn", "anchor"]

NEAR = 7.0  # px of the screen around a handle
KNOB = 20.0  # px from the corner to the knob that turns
TURNS = 24.0  # px outside a corner, in which the box is turned
SMALL = 36.0  # px: shorter sides have no handle in their middle
CORNERS = ((1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.0, 1.0))
SIDES = ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5))
_CURSORS = (
    Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeFDiagCursor,
    Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeBDiagCursor,
)


@dataclass(frozen=True)
class Grip:
    """`at`: shares of the box, of a handle that scales."""

    kind: Kind
    at: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True)
class Grips:
    """Of a box, in px of the canvas. `fixed`: it cannot be taken hold of; `anchored`: its anchor can be moved; `covered`:
    where something lies over the picture."""

    box: Box
    view: QTransform
    fixed: bool = False
    anchored: bool = True
    covered: QRectF = field(default_factory=QRectF)

    def point(self, across: float, down: float) -> QPointF:
        return self.view.map(self.box.at(across, down))

    @property
    def outline(self) -> QPolygonF:
        return self.view.map(self.box.corners)

    @property
    def anchor(self) -> QPointF:
        return self.view.map(self.box.anchor_in_film)

    @property
    def scaling(self) -> tuple[tuple[float, float], ...]:
        """Corners first: where a box is small, they lie over the sides."""
        if self.fixed or not self.box.is_flat:
            return ()
        across = _length(self.point(1, 0.5) - self.point(0, 0.5))
        down = _length(self.point(0.5, 1) - self.point(0.5, 0))
        sides = [side for side in SIDES if (across if side[0] == 0.5 else down) >= SMALL]
        return (*CORNERS, *sides)

    @property
    def knob(self) -> QPointF | None:
        """Outside the upper right corner; outside another one where that is covered."""
        if self.fixed or not self.box.is_flat:
            return None
        places = [self.point(*corner) + _unit(self._away(*corner)) * KNOB for corner in CORNERS]
        covered = self.covered.adjusted(-NEAR, -NEAR, NEAR, NEAR)
        return next((place for place in places if not covered.contains(place)), places[0])

    def under(self, point: QPointF) -> Grip | None:
        if not self.fixed and self.box.is_flat:
            knob = self.knob
            if knob is not None and _length(point - knob) <= NEAR + 3:
                return Grip("turn")
            for share in self.scaling:
                if _length(point - self.point(*share)) <= NEAR:
                    return Grip("scale", share)
            if self.anchored and _length(point - self.anchor) <= NEAR and self.is_wide:
                return Grip("anchor")
        inside = self.box.contains(_back(self.view, point))
        if not inside and not self.fixed and any(_length(point - self.point(*each)) <= TURNS for each in CORNERS):
            return Grip("turn")
        return Grip("move") if inside else None

    @property
    def is_wide(self) -> bool:
        """Where a box is small, its middle is for moving it, and to be seen."""
        rect = self.outline.boundingRect()
        return min(rect.width(), rect.height()) >= 1.5 * SMALL

    def cursor(self, grip: Grip) -> QCursor:
        if grip.kind == "scale":
            way = self._away(*grip.at)
            angle = math.degrees(math.atan2(way.y(), way.x()))
            return QCursor(_CURSORS[round(angle / 45) % 4])
        if grip.kind == "turn":
            return QCursor(theme.pixmap("rotate", 18, "text"), 9, 9)
        return QCursor(Qt.CursorShape.CrossCursor if grip.kind == "anchor" else Qt.CursorShape.SizeAllCursor)

    def _away(self, across: float, down: float) -> QPointF:
        """The way out of the box at a handle."""
        middle = self.point(0.5, 0.5)
        if across == 0.5 or down == 0.5:
            return self.point(across, down) - middle
        side = _unit(self.point(across, 0.5) - middle)
        return side + _unit(self.point(0.5, down) - middle)


def _back(view: QTransform, point: QPointF) -> QPointF:
    inverse, _ = view.inverted()
    return inverse.map(point)


def _length(way: QPointF) -> float:
    return math.hypot(way.x(), way.y())


def _unit(way: QPointF) -> QPointF:
    return way / (_length(way) or 1.0)
