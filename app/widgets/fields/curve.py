"""Draws and edits the curve of an easing, and shows how a spring swings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import theme

Bezier = tuple[float, float, float, float]
POINTS = 96
OVER = 0.35  # of the height, above and below, for what overshoots
KNOB = 6.0  # px


def curve_path(ease: Callable[[float], float], area: QRectF, points: int = POINTS) -> QPainterPath:
    """Of f over 0…1; the lower edge of the area is 0, the upper one is 1."""
    path = QPainterPath()
    for k in range(points + 1):
        t = k / points
        at = QPointF(area.left() + t * area.width(), area.bottom() - ease(t) * area.height())
        path.lineTo(at) if k else path.moveTo(at)
    return path


class CurveEditor(QWidget):
    """With two handles where it is a Bézier; arrows move the one that Tab has chosen, Shift ten times as far."""

    changed = Signal(object)  # Bezier
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bezier: Bezier | None = None
        self._ease: Callable[[float], float] = float
        self._held: int | None = None
        self._chosen = 0
        self.dot: float | None = None  # where the moving dot is, 0…1 in time
        self.setMinimumSize(QSize(240, 200))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Curve"))
        self.setToolTip(self.tr("Drag the handles; Space chooses the other one, arrows move it"))

    def show_curve(self, ease: Callable[[float], float], bezier: Bezier | None) -> None:
        self._ease, self.bezier = ease, bezier
        self.update()

    def move_dot(self, share: float) -> None:
        self.dot = share
        self.update()

    @property
    def _area(self) -> QRectF:
        tall = self.height() / (1 + 2 * OVER)
        return QRectF(KNOB * 2, self.height() * OVER / (1 + 2 * OVER), self.width() - 4 * KNOB, tall)

    def _handle(self, which: int) -> QPointF:
        assert self.bezier
        x, y = self.bezier[2 * which : 2 * which + 2]
        return QPointF(self._area.left() + x * self._area.width(), self._area.bottom() - y * self._area.height())

    def _nearest(self, at: QPointF) -> int:
        return min((0, 1), key=lambda which: (self._handle(which) - at).manhattanLength())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A curve by name becomes one of its own with the first touch."""
        self.bezier = self.bezier or (0.33, 0.0, 0.67, 1.0)
        self._held = self._chosen = self._nearest(event.position())
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            at, area = event.position(), self._area
            self._go(self._held, (at.x() - area.left()) / area.width(), (area.bottom() - at.y()) / area.height())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        way = ways.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            self._chosen = 1 - self._chosen
            self.update()
        elif way and self.bezier:
            by = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
            x, y = self.bezier[2 * self._chosen : 2 * self._chosen + 2]
            self._go(self._chosen, x + by * way[0], y + by * way[1])
            self.finished.emit()
        else:
            super().keyPressEvent(event)

    def _go(self, which: int, x: float, y: float) -> None:
        assert self.bezier
        point = (round(min(max(x, 0.0), 1.0), 2), round(min(max(y, -OVER), 1 + OVER), 2))
        one, other = self.bezier[:2], self.bezier[2:]
        self.bezier = (*point, *other) if which == 0 else (*one, *point)
        self.update()
        self.changed.emit(self.bezier)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "line"), 1))
        painter.setBrush(theme.color("ground"))
        painter.drawRoundedRect(whole, theme.RADIUS, theme.RADIUS)
        painter.setClipRect(whole.adjusted(1, 1, -1, -1))
        area = self._area
        painter.setPen(QPen(theme.color("line"), 1))
        for k in range(5):
            x, y = area.left() + area.width() * k / 4, area.top() + area.height() * k / 4
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("text"), 2))
        painter.drawPath(curve_path(self._ease, area))
        if self.bezier:
            self._paint_handles(painter, area)
        if self.dot is not None:
            at = QPointF(area.left() + self.dot * area.width(), area.bottom() - self._ease(self.dot) * area.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(at, 4, 4)

    def _paint_handles(self, painter: QPainter, area: QRectF) -> None:
        for which, corner in ((0, area.bottomLeft()), (1, area.topRight())):
            at = self._handle(which)
            painter.setPen(QPen(theme.color("accent"), 1.5))
            painter.drawLine(corner, at)
            painter.setBrush(theme.color("accent" if which == self._chosen and self.hasFocus() else "panel"))
            painter.drawEllipse(at, KNOB, KNOB)


class SmallCurve(QWidget):
    """Only to be looked at."""

    def __init__(self, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ease: Callable[[float], float] = float
        self.setFixedSize(size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_curve(self, ease: Callable[[float], float]) -> None:
        self._ease = ease
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_small(painter, self._ease, QRectF(self.rect()), "accent-text" if self.isEnabled() else "disabled")


def paint_small(painter: QPainter, ease: Callable[[float], float], area: QRectF, tint: str) -> None:
    inner = area.adjusted(3, area.height() * 0.2, -3, -area.height() * 0.2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color(tint), 1.5))
    painter.drawPath(curve_path(ease, inner, 32))
