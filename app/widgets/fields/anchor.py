"""A layer's own fixed point: nine places in a grid, or shares of its size."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from app import theme
from app.widgets.fields.field import Field

ACROSS, DOWN = ("left", "center", "right"), ("top", "center", "bottom")
SHARES = {"left": 0.0, "top": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0, "baseline": 1.0}
SIDE = 52


class Grid(QWidget):
    picked = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.at: tuple[float, float] | None = None
        self.faint = False
        self.setFixedSize(QSize(SIDE, SIDE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = SIDE / 3
        x, y = (min(2, max(0, int(part / cell))) for part in (event.position().x(), event.position().y()))
        self.picked.emit(x, y)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        x, y = self.at or (0.5, 0.5)
        self.picked.emit(*(min(2, max(0, round(2 * part) + by)) for part, by in zip((x, y), way, strict=True)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "line"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        inner = area.adjusted(10, 10, -10, -10)
        painter.setPen(QPen(theme.color("line-strong"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(inner)
        painter.setPen(Qt.PenStyle.NoPen)
        for k in range(9):
            point = QPointF(inner.left() + inner.width() * (k % 3) / 2, inner.top() + inner.height() * (k // 3) / 2)
            painter.setBrush(theme.color("text-3"))
            painter.drawEllipse(point, 1.5, 1.5)
        if self.at:
            point = QPointF(inner.left() + inner.width() * self.at[0], inner.top() + inner.height() * self.at[1])
            painter.setBrush(theme.color("text-3" if self.faint else "accent"))
            painter.drawEllipse(point, 4, 4)


class AnchorField(Field):
    """The value is two words, or shares from 0 to 1; what is typed may be either: “left, 0.25”."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: list[Any] | None = None
        self._default: list[Any] = ["center", "center"]
        self.grid = Grid(self)
        self.grid.picked.connect(self._picked)
        self.edit = QLineEdit(self)
        self.edit.editingFinished.connect(self._typed)
        self.row.addWidget(self.grid)
        self.row.addWidget(self.edit, 1)
        self.setFocusProxy(self.grid)

    @property
    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = list(value) if isinstance(value, (list, tuple)) and len(value) == 2 else None
        self._show()

    def set_placeholder(self, value: Any) -> None:
        if isinstance(value, (list, tuple)) and len(value) == 2:
            self._default = list(value)
        self.edit.setPlaceholderText(_words(self._default))
        self._show()

    def set_name(self, name: str, hint: str) -> None:
        super().set_name(name, hint)
        self.edit.setAccessibleName(name)

    def _show(self) -> None:
        self.grid.faint = self._value is None
        shares = [_share(part) for part in self._value or self._default]
        self.grid.at = None if None in shares else (shares[0] or 0.0, shares[1] or 0.0)
        self.grid.update()
        self.edit.setText("" if self._value is None else _words(self._value))

    def _picked(self, x: int, y: int) -> None:
        self._tell([ACROSS[x], DOWN[y]])

    def _typed(self) -> None:
        if not self.edit.isModified():
            return
        self.edit.setModified(False)
        parts = [part.strip() for part in self.edit.text().split(",")]
        found = [part if part in SHARES else _float(part) for part in parts]
        if len(found) == 2 and None not in found:
            self._tell(found)
        elif not self.edit.text().strip():
            self._value = None
            self.changed.emit(None)
            self.finished.emit()
        self._show()

    def _tell(self, value: list[Any]) -> None:
        self._value = value
        self._show()
        self.changed.emit(value)
        self.finished.emit()


def _words(value: list[Any]) -> str:
    return ", ".join(f"{part:g}" if isinstance(part, (int, float)) else str(part) for part in value)


def _share(part: Any) -> float | None:
    return SHARES.get(part) if isinstance(part, str) else part if isinstance(part, (int, float)) else None


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
