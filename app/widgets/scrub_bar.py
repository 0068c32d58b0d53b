"""The whole film as a bar: where the playhead is, in and out, markers, what need not be drawn again."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.preview.player import Player
from app.widgets.timecode import timecode

EDGE = 10.0  # px left and right of the bar
TALL = 4.0
KNOB = 6.0  # radius
NEAR = 6.0  # px from a marker that speak of it


class ScrubBar(QWidget):
    """Dragging moves the playhead."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self._resumes = 0.0  # the speed that goes on when the hand lets go
        self.setAccessibleName(self.tr("Position"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for changed in (player.opened, player.moved, player.shown, player.range_changed):
            changed.connect(lambda *_: self.update())

    def sizeHint(self) -> QSize:
        return QSize(400, 24)

    @property
    def _frames(self) -> int:
        return self.player.film.frames if self.player.film else 0

    def x_of(self, frame: float) -> float:
        """Frames stand at their beginnings; the last one at the bar's end."""
        return EDGE + (self.width() - 2 * EDGE) * frame / max(1, self._frames - 1)

    def frame_at(self, x: float) -> int:
        share = (x - EDGE) / max(1.0, self.width() - 2 * EDGE)
        return max(0, min(self._frames - 1, round(share * (self._frames - 1))))

    # --------------------------------------------------------------------------------------------------- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, (first, last) = self.height() / 2, self.player.span
        end = self.width() - EDGE
        self._bar(painter, EDGE, end, theme.color("line-strong"))
        if self._frames:
            if self.player.range:
                self._bar(painter, self.x_of(first), self.x_of(last - 1), theme.color("text-3"))
            for begin, after in self.player.kept:
                area = QRectF(self.x_of(begin), middle + TALL, self.x_of(after) - self.x_of(begin), 1.5)
                painter.fillRect(area, theme.color("ok", 0.8))
            self._bar(painter, self.x_of(first), self.x_of(self.player.frame), theme.color("accent"))
            self._paint_markers(painter)
            if self.player.range:
                self._paint_ends(painter, self.x_of(first), self.x_of(last - 1))
            self._paint_knob(painter, self.x_of(self.player.frame), middle)
        painter.end()

    def _bar(self, painter: QPainter, left: float, right: float, color: QColor) -> None:
        if right > left:
            painter.setBrush(color)
            painter.drawRoundedRect(QRectF(left, (self.height() - TALL) / 2, right - left, TALL), TALL / 2, TALL / 2)

    def _paint_markers(self, painter: QPainter) -> None:
        assert self.player.film
        painter.setBrush(theme.color("info"))
        for seconds, _ in self.player.film.markers:
            x = self.x_of(seconds * float(self.player.fps))
            painter.drawPolygon(QPolygonF([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 6)]))

    def _paint_ends(self, painter: QPainter, first: float, last: float) -> None:
        top, tall = self.height() / 2 - 7, 14.0
        for x, way in ((first, 1), (last, -1)):
            painter.fillRect(QRectF(x - 1, top, 2, tall), theme.color("text"))
            for y in (top, top + tall - 2):
                painter.fillRect(QRectF(min(x, x + 5 * way), y, 5, 2), theme.color("text"))

    def _paint_knob(self, painter: QPainter, x: float, y: float) -> None:
        painter.setBrush(theme.color("accent" if self.hasFocus() else "text"))
        painter.drawEllipse(QPointF(x, y), KNOB, KNOB)

    # ----------------------------------------------------------------------------------------------------- moving

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._frames:
            self._resumes = self.player.speed
            self.player.pause()
            self.player.seek(self.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._frames:
            self.player.seek(self.frame_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._resumes:
            self.player.play(self._resumes)
            self._resumes = 0.0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
        if step := steps.get(Qt.Key(event.key())):
            self.player.seek(self.player.frame + step)
        else:
            super().keyPressEvent(event)

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent) and self.player.film:
            QToolTip.showText(event.globalPos(), self._words(event.pos().x()), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def _words(self, x: float) -> str:
        """The moment there, and markers near it."""
        assert self.player.film
        frame, fps = self.frame_at(x), self.player.fps
        named = [name for at, name in self.player.film.markers if abs(self.x_of(at * float(fps)) - x) < NEAR]
        return "\n".join([f"{timecode(frame, fps)}  ·  {frame}", *named])
