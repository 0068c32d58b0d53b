"""The film's format: usual ones as small frames, and any other by its two numbers."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.widgets.fields.number import Limits, NumberField

Size = tuple[int, int]
LEAST, MOST = 16, 16_384


@dataclass(frozen=True)
class Format:
    name: str
    size: Size
    what: str  # it is used for


FORMATS = (
    Format("16:9", (1920, 1080), "YouTube, screens"),
    Format("1:1", (1080, 1080), "Feeds"),
    Format("9:16", (1080, 1920), "Reels, Shorts, TikTok"),
    Format("4:5", (1080, 1350), "Instagram"),
)


class FormatButton(QAbstractButton):
    """A frame of these proportions over its name; without a size it is drawn open."""

    def __init__(self, text: str, ratio: float | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._ratio = ratio
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(40, 54)

    def sizeHint(self) -> QSize:
        return QSize(48, 54)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, over = self.isChecked(), self.underMouse()
        ground = "accent-soft" if on else "hover" if over else "raised"
        edge = "accent" if on or self.hasFocus() else "line"
        painter.setBrush(theme.color(ground))
        painter.setPen(QPen(theme.color(edge), 1.5 if self.hasFocus() else 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
        ink = "accent-text" if on else "text-2"
        self._paint_frame(painter, ink)
        painter.setPen(theme.color("text" if on else "text-2"))
        painter.setFont(theme.font(11, 500))
        painter.drawText(self.rect().adjusted(0, 32, 0, -4), Qt.AlignmentFlag.AlignCenter, self.text())

    def _paint_frame(self, painter: QPainter, ink: str) -> None:
        ratio = self._ratio or 4 / 3
        across, down = (20.0, 20 / ratio) if ratio >= 1 else (20 * ratio, 20.0)
        frame = QRectF(0, 0, across, down)
        frame.moveCenter(QRectF(0, 6, self.width(), 28).center())
        pen = QPen(theme.color(ink), 1.5)
        if self._ratio is None:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 2, 2)


class FormatPicker(QWidget):
    """`chosen`: a size in px, or None for the source's own."""

    chosen = Signal(object)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None, *, custom: bool = True) -> None:
        super().__init__(parent)
        self._own: Size | None = None
        self._size: Size | None = None
        self._group = QButtonGroup(self)
        self._buttons: dict[Size | None, FormatButton] = {}
        line = QHBoxLayout()
        line.setSpacing(4)
        self.own = self._add(line, QCoreApplication.translate("Format", "Auto"), None)
        self.own.setToolTip(self.tr("As large as the source makes it"))
        for each in FORMATS:
            button = self._add(line, each.name, each.size)
            button.setToolTip(f"{each.size[0]} × {each.size[1]} · {QCoreApplication.translate('Format', each.what)}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(line)
        self.custom: FormatButton | None = None
        if custom:
            self.custom = self._add(line, self.tr("Custom"), (0, 0))
            self.custom.setToolTip(self.tr("Any other width and height"))
            layout.addWidget(self._make_numbers())
        self.own.hide()

    def _add(self, line: QHBoxLayout, text: str, size: Size | None) -> FormatButton:
        button = FormatButton(text, size[0] / size[1] if size and size[1] else None, self)
        button.clicked.connect(lambda: self._clicked(size))
        self._group.addButton(button)
        self._buttons[size] = button
        line.addWidget(button, 1)
        return button

    def _make_numbers(self) -> QWidget:
        self.numbers = QWidget(self)
        line = QHBoxLayout(self.numbers)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        limits = Limits(least=LEAST, most=MOST, whole=True, step=2)
        self.width_field = NumberField(self.numbers, limits, unit=" px")
        self.height_field = NumberField(self.numbers, limits, unit=" px")
        self.width_field.set_name(self.tr("Width"), self.tr("In px; drag, or type a sum like 3840/2"))
        self.height_field.set_name(self.tr("Height"), self.tr("In px; drag, or type a sum like 3840/2"))
        for field in (self.width_field, self.height_field):
            field.changed.connect(self._typed)
            field.finished.connect(self.finished)
        times = QLabel("×", self.numbers)
        times.setProperty("role", "label")
        line.addWidget(self.width_field, 1)
        line.addWidget(times)
        line.addWidget(self.height_field, 1)
        self.numbers.hide()
        return self.numbers

    def show_size(self, size: Size | None, own: Size | None) -> None:
        """`own`: the source's; None where only its media say it."""
        self._size, self._own = size, own
        self.own.setVisible(own is None)
        shown = size or own
        button = self._buttons.get(shown) or self.custom
        if self.custom and self.numbers.isVisible() and self.custom.isChecked() and size:
            button = self.custom  # it stays open while a usual size is typed into it
        if button:
            button.setChecked(True)
        if self.custom:
            self.numbers.setVisible(button is self.custom)
            self.width_field.set_value((shown or (1920, 1080))[0])
            self.height_field.set_value((shown or (1920, 1080))[1])

    def _clicked(self, size: Size | None) -> None:
        if size == (0, 0):
            self.numbers.show()
            self.width_field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self.custom:
            self.numbers.hide()
        self._size = size
        self.chosen.emit(size)
        self.finished.emit()

    def _typed(self) -> None:
        size = int(self.width_field.value or LEAST), int(self.height_field.value or LEAST)
        self._size = size
        self.chosen.emit(size)
