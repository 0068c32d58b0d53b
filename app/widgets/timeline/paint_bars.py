"""A layer's bar on the timeline: its kind, its ways in and out, scenes, sound, keyframes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app import theme
from app.widgets.timeline.lines import Line, color_of
from app.widgets.timeline.row import Row
from app.widgets.timeline.tracks import Track
from app.widgets.timeline.waves import draw_wave

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView

BAR = 3  # px between a row's edge and its bar
RADIUS = 4.0
DIAMOND = 4.5  # px from its middle to its tips
WRITTEN = 11.5  # px


def draw_bar(painter: QPainter, view: TimelineView, line: Line, top: float) -> None:
    row = line.row
    left, right = view.x_of(row.start), view.x_of(row.end)
    edge = view.viewport().width() + 8
    if right < view.header - 8 or left > edge:
        return
    box = QRectF(left, top + BAR, max(2.0, right - left), line.height - 2 * BAR - 1)
    kind = theme.color(color_of(row.kind))
    chosen = row.path in view.selection.layers
    hovered = (
        view.pointer.hovered.line is not None
        and view.pointer.hovered.line.row.path == row.path
        and not view.pointer.hovered.line.track
    )
    strength = 0.12 if row.hidden else 0.5 if chosen else 0.38 if hovered else 0.3
    shape = QPainterPath()
    shape.addRoundedRect(box, RADIUS, RADIUS)
    painter.save()
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    painter.fillRect(box, theme.color("panel"))
    painter.fillRect(box, faint(kind, strength))
    painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), faint(kind, 0.35 if row.hidden else 1))
    if row.kind == "sequence":
        _scenes(painter, view, row, box, kind)
    if row.sound:
        draw_wave(painter, view, row, box, faint(kind, 0.65))
    _ramps(painter, view, row, box)
    painter.restore()
    if chosen:
        painter.setPen(QPen(theme.color("accent"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), RADIUS, RADIUS)
    if row.kind != "sequence" or not row.children:
        _bar_name(painter, view, row, box)
    _keys_on_bar(painter, view, row, box)


def _bar_name(painter: QPainter, view: TimelineView, row: Row, box: QRectF) -> None:
    """Stays in sight while the bar is."""
    coming = row.coming * view.scale.px
    left = max(box.left() + (coming + 5 if 3 <= coming < box.width() / 3 else 9), view.header + 8.0)
    room = min(box.right(), view.viewport().width()) - left - 6
    if room < 24:
        return
    used = theme.font(WRITTEN, 500)
    painter.setFont(used)
    name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(room))
    foot = 5 if row.tracks and row.path not in view.opened else 0  # keyframes stand there
    area = QRectF(left, box.top(), room, box.height() - foot)
    if row.sound:
        _ground_of(painter, area, painter.fontMetrics().horizontalAdvance(name), theme.color(color_of(row.kind)))
    painter.setPen(theme.color("text-3" if row.hidden else "text"))
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, name)


def _ground_of(painter: QPainter, area: QRectF, width: float, kind: QColor) -> None:
    """A name is read over a waveform, too."""
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(area.left() - 4, area.center().y() - 7.5, width + 8, 15), 3, 3)
    painter.fillPath(shape, theme.color("panel", 0.75))
    painter.fillPath(shape, faint(kind, 0.2))


def _ramps(painter: QPainter, view: TimelineView, row: Row, box: QRectF) -> None:
    """The way in and the way out, as fades are drawn; of a scene, how it comes in over the one before."""
    coming, going = row.coming * view.scale.px, row.going * view.scale.px
    shade = theme.color("ground", 0.55)
    line = QPen(theme.color("text-2", 0.7), 1)
    for width, near, far in (
        (coming, box.left(), box.left() + coming),
        (going, box.right(), box.right() - going),
    ):
        if width < 3:
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawPolygon(QPolygonF([QPointF(near, box.top()), QPointF(far, box.top()), QPointF(near, box.bottom())]))
        painter.setPen(line)
        painter.drawLine(QLineF(near, box.bottom(), far, box.top()))


def _scenes(painter: QPainter, view: TimelineView, row: Row, box: QRectF, kind: QColor) -> None:
    painter.setFont(theme.font(WRITTEN, 500))
    for k, scene in enumerate(row.children):
        left, right = view.x_of(scene.start), view.x_of(scene.end)
        going = row.children[k + 1].coming * view.scale.px if k + 1 < len(row.children) else 0.0
        coming = scene.coming * view.scale.px
        if right < view.header or left > view.viewport().width():
            continue
        if k:
            _passing(painter, QRectF(left, box.top(), max(1.0, coming), box.height()), kind)
        text = max(left + coming + 7, view.header + 8.0)
        room = min(right - going, view.viewport().width()) - text - 4
        if room >= 20:
            painter.setPen(theme.color("text"))
            name = painter.fontMetrics().elidedText(scene.name, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QRectF(text, box.top(), room, box.height()), Qt.AlignmentFlag.AlignVCenter, name)


def _passing(painter: QPainter, box: QRectF, kind: QColor) -> None:
    """A transition: both scenes are there. A cut is a line."""
    if box.width() < 3:
        painter.fillRect(QRectF(box.left(), box.top(), 1, box.height()), theme.color("ground"))
        return
    painter.fillRect(box, faint(kind, 0.45))
    painter.setPen(QPen(theme.color("text", 0.65), 1))
    painter.drawLine(QLineF(box.left(), box.bottom(), box.right(), box.top()))
    painter.drawLine(QLineF(box.left(), box.top(), box.right(), box.bottom()))


# --------------------------------------------------------------------------------------------------------- keyframes


def _keys_on_bar(painter: QPainter, view: TimelineView, row: Row, box: QRectF) -> None:
    """Those of all fields, at the foot of the bar, while its own rows are folded."""
    if row.path in view.opened:
        return
    drawn: set[int] = set()
    for track in row.tracks:
        for key in track.keys:
            x = view.x_of(key.at)
            chosen = key.path in view.keys
            if (round(x) not in drawn or chosen) and view.header - 8 < x < view.viewport().width() + 8:
                drawn.add(round(x))
                _diamond(painter, QPointF(x, box.bottom() - 4.5), 3.5, chosen=chosen, free=key.free)


def draw_track(painter: QPainter, view: TimelineView, row: Row, track: Track, top: float, height: float) -> None:
    middle = top + height / 2
    kind = theme.color(color_of(row.kind))
    if track.springs:
        left, right = (view.x_of(each) for each in track.springs)
        box = QRectF(left, middle - 3, max(4.0, right - left), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint(kind, 0.55))
        painter.drawRoundedRect(box, 3, 3)
        return
    if len(track.keys) > 1:
        painter.setPen(QPen(faint(kind, 0.7), 1.5))
        painter.drawLine(QLineF(view.x_of(track.keys[0].at), middle, view.x_of(track.keys[-1].at), middle))
    for key in track.keys:
        x = view.x_of(key.at)
        if view.header - 8 < x < view.viewport().width() + 8:
            hovered = view.pointer.hovered.key == key
            _diamond(painter, QPointF(x, middle), DIAMOND + hovered, chosen=key.path in view.keys, free=key.free)


def _diamond(painter: QPainter, at: QPointF, size: float, *, chosen: bool, free: bool) -> None:
    x, y = at.x(), at.y()
    painter.setPen(QPen(theme.color("ground"), 1))
    painter.setBrush(theme.color("accent" if chosen else "text" if free else "text-3"))
    painter.drawPolygon(
        QPolygonF([QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size), QPointF(x - size, y)])
    )


def faint(color: QColor, alpha: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(alpha)
    return made
