"""Picks a colour: saturation and value as a square, hue and alpha as bars, colours at hand as swatches.

Everything is reached by keyboard: arrows move in the square and on the bars, Shift ten times as far.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app import theme
from app.widgets.fields.color import Swatch, color_of, paint_checkerboard, text_of

SIDE = 224
HIGH = 156
BAR = 12
ACROSS = 8  # swatches in a row


class Pad(QWidget):
    """A surface on which a point is moved, from 0 to 1 in each direction."""

    moved = Signal(float, float)

    def __init__(self, name: str, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self.across, self.down = 0.0, 0.0
        self.setFixedSize(size)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def move_to(self, x: float, y: float) -> None:
        self.across, self.down = x, y
        self.update()

    def area(self) -> QRectF:
        return QRectF(self.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            area, at = self.area(), event.position()
            self._go((at.x() - area.left()) / area.width(), (at.y() - area.top()) / max(area.height(), 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        far = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
        self._go(self.across + way[0] * far, self.down + way[1] * far)

    def _go(self, x: float, y: float) -> None:
        self.move_to(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self.moved.emit(self.across, self.down)

    def _paint_knob(self, painter: QPainter, at: QPointF, radius: float, fill: QColor) -> None:
        painter.setBrush(fill)
        painter.setPen(QPen(QColor(0, 0, 0, 120), 3.5))
        painter.drawEllipse(at, radius, radius)
        painter.setPen(QPen(theme.color("accent") if self.hasFocus() else QColor("#ffffff"), 2))
        painter.drawEllipse(at, radius, radius)


class Square(Pad):
    hue = 0.0
    shown = QColor()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(area, theme.RADIUS, theme.RADIUS)
        painter.setClipPath(shape)
        across = QLinearGradient(area.topLeft(), area.topRight())
        across.setColorAt(0, QColor("#ffffff"))
        across.setColorAt(1, QColor.fromHsvF(self.hue, 1, 1))
        painter.fillRect(area, across)
        down = QLinearGradient(area.topLeft(), area.bottomLeft())
        down.setColorAt(0, QColor(0, 0, 0, 0))
        down.setColorAt(1, QColor(0, 0, 0))
        painter.fillRect(area, down)
        at = QPointF(area.left() + self.across * area.width(), area.top() + self.down * area.height())
        self._paint_knob(painter, at, 6, self.shown)


class Bar(Pad):
    """`stops`: what it shows; a checkerboard lies under it."""

    stops: Sequence[QColor] = ()
    shown = QColor()

    def area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(BAR / 2, 0, -BAR / 2, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(0, (self.height() - BAR) / 2, self.width(), BAR)
        shape = QPainterPath()
        shape.addRoundedRect(track, BAR / 2, BAR / 2)
        painter.save()
        painter.setClipPath(shape)
        if any(stop.alpha() < 255 for stop in self.stops):
            paint_checkerboard(painter, track)
        area = self.area()
        along = QLinearGradient(area.topLeft(), area.topRight())
        for number, stop in enumerate(self.stops):
            along.setColorAt(number / max(len(self.stops) - 1, 1), stop)
        painter.fillRect(track, along)
        painter.restore()
        at = QPointF(area.left() + self.across * area.width(), track.center().y())
        self._paint_knob(painter, at, BAR / 2, self.shown)


class ColorPicker(QFrame):
    """`picked` while the hand moves, `over` when it is closed; Escape goes back to the first colour."""

    picked = Signal(QColor)
    over = Signal()

    def __init__(self, start: QColor, palette: Sequence[str], recent: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._first, self._color = QColor(start), QColor(start)
        self._hue = max(start.hsvHueF(), 0.0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        self.square = Square(self.tr("Saturation and brightness"), QSize(SIDE, HIGH), self)
        self.hue = Bar(self.tr("Hue"), QSize(SIDE, BAR + 8), self)
        self.hue.stops = [QColor.fromHsvF(k / 6 % 1, 1, 1) for k in range(7)]
        self.alpha = Bar(self.tr("Opacity"), QSize(SIDE, BAR + 8), self)
        for pad in (self.square, self.hue, self.alpha):
            layout.addWidget(pad)
        layout.addLayout(self._make_entry())
        for title, colors in ((self.tr("Palette"), palette), (self.tr("Recent"), recent)):
            if colors:
                layout.addSpacing(4)
                self._add_swatches(layout, title, colors)
        self.square.moved.connect(lambda x, y: self._take(QColor.fromHsvF(self._hue, x, 1 - y, self._color.alphaF())))
        self.hue.moved.connect(lambda x, _: self._take_hue(x))
        self.alpha.moved.connect(lambda x, _: self._take(_with_alpha(self._color, x)))
        self._show()

    def _make_entry(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.entry = QLineEdit(self)
        self.entry.setAccessibleName(self.tr("Hex"))
        self.entry.setMaxLength(60)
        self.entry.textEdited.connect(self._typed)
        self.entry.returnPressed.connect(self.close)
        self.percent = QLabel(self)
        self.percent.setProperty("role", "label")
        self.percent.setFixedWidth(44)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.entry, 1)
        row.addWidget(self.percent)
        return row

    def _add_swatches(self, layout: QVBoxLayout, title: str, colors: Sequence[str]) -> None:
        label = QLabel(title, self)
        label.setProperty("role", "hint")
        layout.addWidget(label)
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, text in enumerate(colors):
            swatch = Swatch(self, QSize(24, 24))
            swatch.show_color(color_of(text))
            swatch.setToolTip(text)
            swatch.setAccessibleName(text)
            swatch.clicked.connect(lambda _, text=text: self._take_whole(color_of(text)))
            grid.addWidget(swatch, number // ACROSS, number % ACROSS)
        grid.setColumnStretch(ACROSS, 1)
        layout.addLayout(grid)

    def _take(self, color: QColor) -> None:
        self._color = color
        self._show()
        self.picked.emit(color)

    def _take_hue(self, hue: float) -> None:
        """Black and grey have none: it is kept beside them."""
        self._hue = min(hue, 0.9999)
        now = self._color
        self._take(QColor.fromHsvF(self._hue, now.hsvSaturationF(), now.valueF(), now.alphaF()))

    def _take_whole(self, color: QColor) -> None:
        if color.hsvHueF() >= 0:
            self._hue = color.hsvHueF()
        self._take(color)

    def _typed(self, text: str) -> None:
        for one in (text, f"#{text}"):
            try:
                color = color_of(one)
            except ValueError:
                continue
            cursor = self.entry.cursorPosition()
            self._take_whole(color)
            self.entry.setText(text)
            self.entry.setCursorPosition(cursor)
            return

    def _show(self) -> None:
        color = self._color
        opaque = _with_alpha(color, 1)
        self.square.hue, self.square.shown = self._hue, opaque
        self.square.move_to(color.hsvSaturationF(), 1 - color.valueF())
        self.hue.shown = QColor.fromHsvF(self._hue, 1, 1)
        self.hue.move_to(self._hue, 0)
        self.alpha.stops, self.alpha.shown = (_with_alpha(color, 0), opaque), opaque
        self.alpha.move_to(color.alphaF(), 0)
        self.entry.setText(text_of(color))
        self.percent.setText(f"{round(100 * color.alphaF())} %")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._take_whole(self._first)
            self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.over.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.color("overlay"))
        painter.setPen(QPen(theme.color("line-strong"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)


def _with_alpha(color: QColor, alpha: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(alpha)
    return made
