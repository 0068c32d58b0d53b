"""Draws the timeline: only the lines in sight, only within what has to be drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app import theme
from app.widgets.timeline.hits import FLAG, fold_left
from app.widgets.timeline.lines import Line, color_of, icon_of, within
from app.widgets.timeline.rows import Row
from app.widgets.timeline.scale import ticks
from app.widgets.timeline.tracks import Track
from app.widgets.timeline.waves import draw_wave

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView

BAR = 3  # px between a row's edge and its bar
RADIUS = 4.0
DIAMOND = 4.5  # px from its middle to its tips
WRITTEN = 11.5  # px


def draw(painter: QPainter, view: TimelineView, area: QRect) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width, height = view.viewport().width(), view.viewport().height()
    painter.fillRect(area, theme.color("ground"))
    shown = within(view.lines, view.scrolled, view.scrolled + height - view.top)
    time = QRect(view.header, view.top, width - view.header, height - view.top)
    _clipped(painter, time & area, lambda: _time(painter, view, shown, time))
    _clipped(painter, QRect(0, view.top, view.header, time.height()) & area, lambda: _names(painter, view, shown))
    above = QRect(view.header, 0, width - view.header, view.top)
    _clipped(painter, above & area, lambda: _ruler(painter, view, above))
    corner = QRect(0, 0, view.header, view.top)
    if corner.intersects(area):
        _corner(painter, view, corner)
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
            _track(painter, view, line.row, line.track, top, line.height)
        else:
            _bar(painter, view, line, top)
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


def _bar(painter: QPainter, view: TimelineView, line: Line, top: float) -> None:
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
    painter.fillRect(box, _faint(kind, strength))
    painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), _faint(kind, 0.35 if row.hidden else 1))
    if row.kind == "sequence":
        _scenes(painter, view, row, box, kind)
    if row.sound:
        draw_wave(painter, view, row, box, _faint(kind, 0.65))
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
    painter.fillPath(shape, _faint(kind, 0.2))


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
    painter.fillRect(box, _faint(kind, 0.45))
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


def _track(painter: QPainter, view: TimelineView, row: Row, track: Track, top: float, height: float) -> None:
    middle = top + height / 2
    kind = theme.color(color_of(row.kind))
    if track.springs:
        left, right = (view.x_of(each) for each in track.springs)
        box = QRectF(left, middle - 3, max(4.0, right - left), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_faint(kind, 0.55))
        painter.drawRoundedRect(box, 3, 3)
        return
    if len(track.keys) > 1:
        painter.setPen(QPen(_faint(kind, 0.7), 1.5))
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


# ------------------------------------------------------------------------------------------------------------- names


def _names(painter: QPainter, view: TimelineView, lines: Sequence[Line]) -> None:
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


def _corner(painter: QPainter, view: TimelineView, area: QRect) -> None:
    painter.fillRect(area, theme.color("panel"))
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(QLineF(0, view.top - 0.5, area.right() + 1, view.top - 0.5))
    painter.setFont(theme.font(11.5, 500))
    painter.setPen(theme.color("text-3"))
    count = sum(1 for row in view.rows.walk() if row.kind != "scene")
    if count:
        text = view.tr("%n layer(s)", "", count).replace("(s)", "" if count == 1 else "s")
        painter.drawText(area.adjusted(12, 0, -8, -2), Qt.AlignmentFlag.AlignVCenter, text)


# ------------------------------------------------------------------------------------------------------------- ruler


def _ruler(painter: QPainter, view: TimelineView, area: QRect) -> None:
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


def _faint(color: QColor, alpha: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(alpha)
    return made
