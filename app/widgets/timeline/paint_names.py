"""The names on the timeline's left, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app import theme
from app.widgets.timeline.hits import fold_left
from app.widgets.timeline.lines import Line, color_of, icon_of

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


def draw_names(painter: QPainter, view: TimelineView, lines: Sequence[Line]) -> None:
    painter.fillRect(QRect(0, view.top, view.header, view.viewport().height()), theme.color("panel"))
    for line in lines:
        top = view.top + line.top - view.scrolled
        if line.row.path in view.selection.layers:
            painter.fillRect(
                QRectF(0, top, view.header, line.height), theme.color("accent-soft" if not line.track else "hover")
            )
        elif view.pointer.hovered.line == line:
            painter.fillRect(QRectF(0, top, view.header, line.height), theme.color("hover", 0.6))
        if line.track:
            _track_name(painter, view, line, top)
        else:
            _name(painter, view, line, top)


def _name(painter: QPainter, view: TimelineView, line: Line, top: float) -> None:
    row, left = line.row, fold_left(line)
    middle = top + line.height / 2
    if row.folds:
        chevron = "chevron-down" if row.path in view.opened else "chevron-right"
        theme.paint_icon(painter, chevron, QRectF(left, middle - 6, 12, 12), "text-3")
    tint = "text-3" if row.hidden else color_of(row.kind)
    theme.paint_icon(painter, icon_of(row.kind), QRectF(left + 16, middle - 7, 14, 14), tint)
    marks = [name for name, on in (("eye-off", row.hidden), ("lock", row.path in view.project.locked)) if on]
    right = view.header - 10.0
    for name in marks:
        right -= 16
        theme.paint_icon(painter, name, QRectF(right, middle - 6.5, 13, 13), "text-3")
    painter.setFont(theme.font(12.5))
    painter.setPen(theme.color("text-3" if row.hidden else "text"))
    room = right - (left + 37) - 4
    if room > 8:
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left + 37, top, room, line.height), Qt.AlignmentFlag.AlignVCenter, name)


def _track_name(painter: QPainter, view: TimelineView, line: Line, top: float) -> None:
    assert line.track
    left = fold_left(line) + 37
    painter.setFont(theme.font(11.5))
    painter.setPen(theme.color("text-2"))
    name = line.track.name.replace("_", " ").replace(".", " · ").capitalize()
    name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, int(view.header - left - 12))
    painter.drawText(QRectF(left, top, view.header - left, line.height), Qt.AlignmentFlag.AlignVCenter, name)


def draw_corner(painter: QPainter, view: TimelineView, area: QRect) -> None:
    painter.fillRect(area, theme.color("panel"))
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(QLineF(0, view.top - 0.5, area.right() + 1, view.top - 0.5))
    painter.setFont(theme.font(11.5, 500))
    painter.setPen(theme.color("text-3"))
    count = sum(1 for row in view.rows.walk() if row.kind != "scene")
    if count:
        text = view.tr("%n layer(s)", "", count).replace("(s)", "" if count == 1 else "s")
        painter.drawText(area.adjusted(12, 0, -8, -2), Qt.AlignmentFlag.AlignVCenter, text)
