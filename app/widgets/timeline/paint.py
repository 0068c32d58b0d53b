"""Draws the timeline: only the lines in sight, only within what has to be drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app import theme
from app.widgets.timeline.lines import Line, within
from app.widgets.timeline.paint_bars import draw_bar, draw_track
from app.widgets.timeline.paint_names import draw_corner, draw_names
from app.widgets.timeline.paint_ruler import draw_ruler
from app.widgets.timeline.scale import ticks

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


def draw(painter: QPainter, view: TimelineView, area: QRect) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width, height = view.viewport().width(), view.viewport().height()
    painter.fillRect(area, theme.color("ground"))
    shown = within(view.lines, view.scrolled, view.scrolled + height - view.top)
    time = QRect(view.header, view.top, width - view.header, height - view.top)
    _clipped(painter, time & area, lambda: _time(painter, view, shown, time))
    _clipped(painter, QRect(0, view.top, view.header, time.height()) & area, lambda: draw_names(painter, view, shown))
    above = QRect(view.header, 0, width - view.header, view.top)
    _clipped(painter, above & area, lambda: draw_ruler(painter, view, above))
    corner = QRect(0, 0, view.header, view.top)
    if corner.intersects(area):
        draw_corner(painter, view, corner)
    _clipped(
        painter, QRect(view.header, 0, width - view.header, height) & area, lambda: _playhead(painter, view, height)
    )
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(QLineF(view.header - 0.5, 0, view.header - 0.5, height))
    if view.band:
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.setBrush(theme.color("accent", 0.12))
        painter.drawRect(view.band)
    if not view.lines:
        _empty(painter, view, time)


def _clipped(painter: QPainter, area: QRect, work: Callable[[], None]) -> None:
    if area.isEmpty():
        return
    painter.save()
    painter.setClipRect(area)
    work()
    painter.restore()


# ------------------------------------------------------------------------------------------------------------- time


def _time(painter: QPainter, view: TimelineView, lines: Sequence[Line], area: QRect) -> None:
    painter.setPen(QPen(theme.color("line", 0.55), 1))
    for tick in ticks(view.scale, area.width(), view.fps):
        if tick.label:
            x = round(view.x_of(tick.seconds)) + 0.5
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
    _outside(painter, view, area)
    for line in lines:
        top = view.top + line.top - view.scrolled
        if line.row.path in view.selection.layers:
            painter.fillRect(QRectF(area.left(), top, area.width(), line.height), theme.color("hover", 0.5))
        if line.track:
            draw_track(painter, view, line.row, line.track, top, line.height)
        else:
            draw_bar(painter, view, line, top)
        painter.setPen(QPen(theme.color("line", 0.7), 1))
        painter.drawLine(QLineF(area.left(), top + line.height - 0.5, area.right(), top + line.height - 0.5))
    painter.setPen(QPen(theme.color("text-3", 0.35), 1))
    for mark in view.rows.marks:
        x = round(view.x_of(mark.at)) + 0.5
        if mark.path and area.left() <= x <= area.right():
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))


def _outside(painter: QPainter, view: TimelineView, area: QRect) -> None:
    """Before the film, after it, and beyond in and out."""
    dark = theme.color("canvas", 0.75 if theme.scheme() == "dark" else 0.6)
    start, end = view.x_of(0), view.x_of(view.rows.duration)
    painter.fillRect(QRectF(area.left(), area.top(), max(0.0, start - area.left()), area.height()), dark)
    painter.fillRect(QRectF(end, area.top(), max(0.0, area.right() + 1 - end), area.height()), dark)
    if view.span:
        first, last = (view.x_of(each) for each in view.span)
        soft = theme.color("canvas", 0.5)
        painter.fillRect(QRectF(start, area.top(), max(0.0, first - start), area.height()), soft)
        painter.fillRect(QRectF(last, area.top(), max(0.0, end - last), area.height()), soft)


def _playhead(painter: QPainter, view: TimelineView, height: int) -> None:
    if view.snap is not None:
        x = round(view.x_of(view.snap)) + 0.5
        painter.setPen(QPen(theme.color("info"), 1))
        painter.drawLine(QLineF(x, view.ruler, x, height))
    x = round(view.x_of(view.playhead)) + 0.5
    painter.setPen(QPen(theme.color("accent"), 1))
    painter.drawLine(QLineF(x, 8, x, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawPolygon(
        QPolygonF([QPointF(x - 5.5, 1), QPointF(x + 5.5, 1), QPointF(x + 5.5, 8), QPointF(x, 14), QPointF(x - 5.5, 8)])
    )


def _empty(painter: QPainter, view: TimelineView, area: QRect) -> None:
    painter.setFont(theme.font(13))
    painter.setPen(theme.color("text-3"))
    painter.drawText(area.adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignCenter, view.empty_words)
