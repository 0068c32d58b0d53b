"""A colour: a swatch that opens the picker, and its text, in any way that documents write it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from app import theme
from app.widgets.fields.field import Field
from render_engine.color import parse

MOST_RECENT = 12
recent: deque[str] = deque(maxlen=MOST_RECENT)  # of this session, in all fields
CELL = 4  # px of the checkerboard


def color_of(text: str) -> QColor:
    """Raises ValueError with words for a person."""
    return QColor.fromRgbF(*parse(text))


def text_of(color: QColor) -> str:
    digits = f"#{color.red():02x}{color.green():02x}{color.blue():02x}"
    return digits if color.alpha() == 255 else f"{digits}{color.alpha():02x}"


def remember(text: str) -> None:
    if text in recent:
        recent.remove(text)
    recent.appendleft(text)


def paint_checkerboard(painter: QPainter, area: QRectF) -> None:
    """Behind what may be let through."""
    painter.fillRect(area, QColor("#ffffff"))
    for row in range(int(area.height() // CELL) + 1):
        for column in range(row % 2, int(area.width() // CELL) + 1, 2):
            cell = QRectF(area.left() + column * CELL, area.top() + row * CELL, CELL, CELL)
            painter.fillRect(cell, QColor("#c4c6cc"))


class Swatch(QAbstractButton):
    """None: no colour is set; `placeholder` is the one that counts then."""

    def __init__(self, parent: QWidget | None = None, size: QSize | None = None) -> None:
        super().__init__(parent)
        self.color: QColor | None = None
        self.placeholder: QColor | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(size or QSize(theme.ROW + 8, theme.ROW))

    def show_color(self, color: QColor | None) -> None:
        self.color = color
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(area, theme.RADIUS - 1, theme.RADIUS - 1)
        shown = self.color or self.placeholder
        painter.save()
        painter.setClipPath(shape)
        if shown is None:
            painter.fillRect(area, theme.color("raised"))
            painter.setPen(QPen(theme.color("text-3"), 1.25))
            painter.drawLine(area.bottomLeft(), area.topRight())
        else:
            if shown.alpha() < 255:
                paint_checkerboard(painter, area)
            painter.fillRect(area, shown)
            if self.color is None:  # inherited: a corner says that it is not set here
                corner = QPainterPath(area.topRight())
                corner.lineTo(area.right() - 11, area.top())
                corner.lineTo(area.right(), area.top() + 11)
                painter.fillPath(corner, theme.color("panel"))
        painter.restore()
        strong = self.hasFocus() or self.isDown()
        invalid = bool(self.property("invalid"))
        name = "danger" if invalid else "accent" if strong else "line-strong"
        painter.setPen(QPen(theme.color(name), 1.5 if strong else 1))
        painter.drawPath(shape)


class ColorField(Field):
    """The text is kept as it was written until another colour is chosen."""

    def __init__(self, parent: QWidget | None = None, *, nullable: bool = False) -> None:
        super().__init__(parent)
        self._nullable = nullable
        self._value: str | None = None
        self.palette_colors: Sequence[str] = ()
        self.swatch = Swatch(self)
        self.swatch.setAccessibleName(self.tr("Choose a colour"))
        self.swatch.setToolTip(self.tr("Choose a colour"))
        self.swatch.clicked.connect(self.pick)
        self.edit = QLineEdit(self)
        self.edit.setMaxLength(60)
        self.edit.textEdited.connect(self._typed)
        self.edit.editingFinished.connect(self._typed_all)
        self.row.addWidget(self.swatch)
        self.row.addWidget(self.edit, 1)
        self.setFocusProxy(self.edit)

    @property
    def value(self) -> str | None:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = None if value is None else str(value)
        if self.edit.text() != (self._value or ""):
            self.edit.setText(self._value or "")
            if not self.edit.hasFocus():
                self.edit.setCursorPosition(0)  # of a long one the beginning is seen
        self._show()

    def set_placeholder(self, value: Any) -> None:
        self.edit.setPlaceholderText(str(value) if value else self.tr("none"))
        self.swatch.placeholder = _color_or_none(value)
        self.swatch.update()

    def pick(self) -> None:
        """Opens the picker under the swatch."""
        from app.widgets.fields.color_picker import ColorPicker

        start = self.swatch.color or self.swatch.placeholder or QColor("#808080")
        picker = ColorPicker(start, (*dict.fromkeys(self.palette_colors),), tuple(recent), self)
        picker.picked.connect(self._picked)
        picker.over.connect(self._picked_last)
        picker.adjustSize()
        picker.move(place_under(self.swatch, picker.sizeHint()))
        picker.show()

    def _picked(self, color: QColor) -> None:
        text = text_of(color)
        if text != self._value:
            self.set_value(text)
            self.changed.emit(text)

    def _picked_last(self) -> None:
        if self._value:
            remember(self._value)
        self.finished.emit()

    def _typed(self, text: str) -> None:
        """What is no colour yet waits until it is one."""
        text = text.strip()
        if not text and self._nullable:
            self._value = None
        elif (found := _color_or_none(text)) is None or not text:
            return
        else:
            self._value = text if text.startswith("#") or "(" in text else text_of(found) if text[0].isdigit() else text
        self._show()
        self.changed.emit(self._value)

    def _typed_all(self) -> None:
        """Digits alone are hex; what is still none goes back."""
        text = self.edit.text().strip()
        bare = f"#{text}"
        if text and _color_or_none(text) is None and _color_or_none(bare) is not None:
            self._value = bare
            self.changed.emit(bare)
        self.set_value(self._value)
        self.finished.emit()

    def _show(self) -> None:
        self.swatch.show_color(_color_or_none(self._value))


def _color_or_none(text: Any) -> QColor | None:
    try:
        return color_of(str(text)) if text else None
    except ValueError:
        return None


def place_under(under: QWidget, size: QSize) -> QPoint:
    """Below it, or above where the screen ends; never outside."""
    screen = (under.screen() or QApplication.primaryScreen()).availableGeometry()
    at = under.mapToGlobal(QPoint(0, under.height() + 4))
    if at.y() + size.height() > screen.bottom():
        at.setY(under.mapToGlobal(QPoint(0, 0)).y() - size.height() - 4)
    at.setX(max(screen.left(), min(at.x(), screen.right() - size.width())))
    at.setY(max(screen.top(), at.y()))
    return at
