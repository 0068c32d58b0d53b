"""The timeline's ruler: times, in and out, markers and beats, and what is rendered already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app import theme
from app.widgets.timeline.hits import FLAG
from app.widgets.timeline.scale import ticks

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


def draw_ruler(painter: QPainter, view: TimelineView, area: QRect) -> None:
    painter.fillRect(area, theme.color("panel"))
    if view.span:
        first, last = (view.x_of(each) for each in view.span)
        painter.fillRect(QRectF(first, 0, last - first, view.ruler), theme.color("accent-soft", 0.45))
        painter.fillRect(QRectF(first, 0, last - first, 2), theme.color("accent"))
        for x, inward in ((first, 1), (last, -1)):
            painter.fillRect(QRectF(x if inward > 0 else x - 2, 0, 2, view.ruler), theme.color("accent"))
    painter.setFont(theme.font(11, tabular=True))
    for tick in ticks(view.scale, area.width(), view.fps):
        x = round(view.x_of(tick.seconds)) + 0.5
        tall = bool(tick.label)
        painter.setPen(QPen(theme.color("text-3", 0.8 if tall else 0.4), 1))
        painter.drawLine(QLineF(x, view.ruler - (9 if tall else 4), x, view.ruler))
        if tall and x + 6 + painter.fontMetrics().horizontalAdvance(tick.label) < area.right():
            painter.setPen(theme.color("text-3"))
            painter.drawText(QPointF(x + 5, 13), tick.label)
    _strip(painter, view, area)
    _marks(painter, view, area)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(QLineF(area.left(), view.top - 0.5, area.right() + 1, view.top - 0.5))


def _strip(painter: QPainter, view: TimelineView, area: QRect) -> None:
    """What needs no rendering any more; grey where that is not known."""
    left, right = view.x_of(0), view.x_of(view.rows.duration)
    track = QRectF(left, view.ruler + 0.5, right - left, 3)
    painter.fillRect(track, theme.color("line-strong", 0.55))
    for span in view.rendered:
        first, last = view.x_of(span.start), view.x_of(span.end)
        if last > area.left() and first < area.right():
            shown = theme.color("ok") if span.kept else theme.color("line")
            painter.fillRect(QRectF(first, view.ruler + 0.5, max(1.0, last - first), 3), shown)


def _marks(painter: QPainter, view: TimelineView, area: QRect) -> None:
    beats: set[int] = set()
    painter.setFont(theme.font(10.5, 600))
    for mark in view.rows.marks:
        x = view.x_of(mark.at)
        if not area.left() - 200 <= x <= area.right() + FLAG:
            continue
        if not mark.path:
            if round(x) // 3 not in beats:
                beats.add(round(x) // 3)
                painter.fillRect(QRectF(round(x), view.ruler - 3, 1, 3), theme.color("info"))
            continue
        held = view.pointer.hovered.mark == mark
        painter.setPen(QPen(theme.color("text"), 1.5) if mark.path == view.mark else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("warn"))
        foot, head = view.ruler - 0.5, view.ruler - FLAG - (2.5 if held else 1.5)
        painter.drawPolygon(
            QPolygonF([QPointF(x, head), QPointF(x + 8, head), QPointF(x + 5.5, (head + foot - 2) / 2),
                       QPointF(x + 8, foot - 3), QPointF(x + 1.5, foot - 3), QPointF(x + 1.5, foot), QPointF(x, foot)])
        )  # fmt: skip
        painter.setPen(theme.color("text" if mark.path == view.mark else "warn"))
        painter.drawText(QPointF(x + 11, view.ruler - 4), mark.name)
