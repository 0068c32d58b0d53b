"""What lies outside an outline goes: only its pixels are touched."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from render_engine.cpu.place import new_painter
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect, Table

BLACK = QColor(0, 0, 0)


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    outside = QPainterPath()
    outside.setFillRule(Qt.FillRule.OddEvenFill)
    outside.addRect(texture.whole)
    outside.addPath(outline(effect.tables[0], texture))
    with new_painter(texture.image) as painter:  # Qt aborts when pixels go while a painter is on them
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        painter.fillPath(outside, BLACK)
    return texture.pixels


def outline(table: Table, texture: Texture) -> QPainterPath:
    """Corners (n, 2) of a closed line, in px of the texture's pixels."""
    path = QPainterPath()
    corners = np.frombuffer(table.values, np.float32).reshape(table.shape)
    path.addPolygon(QPolygonF([QPointF(float(x) - texture.x, float(y) - texture.y) for x, y in corners]))
    path.closeSubpath()
    return path
