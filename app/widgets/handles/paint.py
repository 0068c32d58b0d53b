"""How handles look: thin lines that are seen on any picture, in px of the canvas."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app import theme
from app.widgets.canvas import Canvas
from app.widgets.canvas_notes import paint_pill
from app.widgets.handles.grips import Grips
from app.widgets.handles.snap import Lines

SQUARE = 8.0  # px, of a handle
ROUND = 4.5  # px, the anchor's radius
KNOB = 8.0  # px, the radius of the knob that turns


def paint_box(painter: QPainter, grips: Grips, *, main: bool) -> None:
    """`main`: with its handles; others of several that are selected have the line only."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    outline = grips.outline
    for pen in (_pen("shadow", 3, 0.35), _pen("accent", 1.5, dashed=grips.fixed)):
        painter.setPen(pen)
        painter.drawPolygon(outline)
    if main and not grips.fixed:
        _paint_handles(painter, grips)


def paint_many(painter: QPainter, outlines: Iterable[QPolygonF]) -> None:
    """Of very many that are selected: a thin line around each, all at once."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(_pen("accent", 1))
    corners = ([outline.at(k) for k in range(4)] for outline in outlines)
    painter.drawLines([QLineF(four[k], four[(k + 1) % 4]) for four in corners for k in range(4)])


def paint_hover(painter: QPainter, grips: Grips) -> None:
    """What a click would select."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen("accent", 1, 0.7))
    painter.drawPolygon(grips.outline)


def _paint_handles(painter: QPainter, grips: Grips) -> None:
    painter.setPen(_pen("accent", 1.5))
    painter.setBrush(theme.color("handle"))
    for share in grips.scaling:
        centre = grips.point(*share)
        painter.drawRoundedRect(_around(centre, SQUARE / 2), 2, 2)
    knob = grips.knob
    if knob is not None:
        painter.drawEllipse(knob, KNOB, KNOB)
        theme.paint_icon(painter, "rotate", _around(knob, KNOB - 2), "accent")
    if grips.box.is_flat and grips.is_wide:
        _paint_anchor(painter, grips.anchor)


def _paint_anchor(painter: QPainter, at: QPointF) -> None:
    for pen in (_pen("shadow", 3, 0.35), _pen("accent", 1.5)):
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, ROUND, ROUND)
        for x, y in ((1, 0), (0, 1)):
            way = QPointF(x, y)
            painter.drawLine(QLineF(at + way * ROUND, at + way * (ROUND + 4)))
            painter.drawLine(QLineF(at - way * ROUND, at - way * (ROUND + 4)))


def paint_lines(painter: QPainter, lines: Lines, canvas: Canvas) -> None:
    """What the drag rests at, from edge to edge of the film."""
    film = canvas.film_size
    painter.setPen(_pen("info", 1))
    for x in lines.upright:
        painter.drawLine(QLineF(canvas.to_view(QPointF(x, 0)), canvas.to_view(QPointF(x, film.height()))))
    for y in lines.level:
        painter.drawLine(QLineF(canvas.to_view(QPointF(0, y)), canvas.to_view(QPointF(film.width(), y))))


def paint_words(painter: QPainter, words: str, beside: QPointF) -> None:
    paint_pill(painter, words, beside + QPointF(16, 20))


def _around(centre: QPointF, by: float) -> QRectF:
    return QRectF(centre.x() - by, centre.y() - by, 2 * by, 2 * by)


def _pen(name: str, width: float, alpha: float = 1.0, *, dashed: bool = False) -> QPen:
    pen = QPen(theme.color(name, alpha), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if dashed:
        pen.setDashPattern([4, 3])
    return pen
