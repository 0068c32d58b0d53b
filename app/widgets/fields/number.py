"""A number: typed, also as a sum (1920/2), or dragged sideways; Shift drags finely, Ctrl coarsely."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app import theme
from app.widgets.fields.field import Field

FINE, COARSE = 0.1, 10.0
STILL = 3  # px that a hand moves without meaning to
PIXELS = 4  # that are dragged for one step
NARROW = 100  # steps between the limits, up to which the value is shown as a bar too

OPERATIONS: Mapping[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def calculate(text: str) -> float:
    """“1920/2”, “-(3 + 0,5)*4”; ValueError for what is none."""
    try:
        found = _value(ast.parse(text.strip().replace(",", "."), mode="eval").body)
    except (SyntaxError, ZeroDivisionError, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError(text) from error
    if not math.isfinite(found):
        raise ValueError(text)
    return found


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.BinOp() if type(node.op) in OPERATIONS:
            return OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
        case ast.UnaryOp() if type(node.op) in OPERATIONS:
            return OPERATIONS[type(node.op)](_value(node.operand))
    raise ValueError(ast.dump(node))


@dataclass(frozen=True)
class Limits:
    """`above`, `below`: limits that are themselves not allowed."""

    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    whole: bool = False
    step: float = 1.0

    @classmethod
    def of(cls, schema: Mapping[str, Any]) -> Limits:
        whole = schema.get("type") == "integer"
        least, most = schema.get("minimum"), schema.get("maximum")
        above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        low, high = least if least is not None else above, most if most is not None else below
        span = high - low if high is not None and low is not None else math.inf
        step = 1.0 if whole or span > 20 else 0.01 if span <= 3 else 0.05
        return cls(least, most, above, below, whole, step)

    def held(self, value: float) -> float:
        low = self.least if self.least is not None else self.above + self.step / 10 if self.above is not None else None
        high = self.most if self.most is not None else self.below - self.step / 10 if self.below is not None else None
        value = max(value, low) if low is not None else value
        value = min(value, high) if high is not None else value
        return round(value) if self.whole else round(value, 6)

    @property
    def span(self) -> tuple[float, float] | None:
        """Where the value may be shown as a bar between them."""
        low = self.least if self.least is not None else self.above
        high = self.most if self.most is not None else self.below
        if low is None or high is None or (high - low) / self.step > 2 * NARROW:
            return None
        return low, high


def number_words(value: float) -> str:
    return f"{round(value, 4):.10g}"


class Scrubbing(QLineEdit):
    """Drags while it is not being typed in."""

    scrubbed = Signal(float, bool, bool)  # steps, fine, coarse
    dropped = Signal()
    stepped = Signal(float)  # steps, by keys and wheel
    share: float | None = None  # of the bar

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._pressed: QPoint | None = None
        self._last = 0
        self._dragging = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.hasFocus():
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position().toPoint(), False
            self._last = self._pressed.x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        at = event.position().toPoint()
        if not self._dragging and abs(at.x() - self._pressed.x()) < STILL:
            return
        self._dragging = True
        keys = event.modifiers()
        steps, self._last = (at.x() - self._last) / PIXELS, at.x()
        fine = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        self.scrubbed.emit(steps, fine, bool(keys & Qt.KeyboardModifier.ControlModifier))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseReleaseEvent(event)
            return
        self._pressed = None
        if self._dragging:
            self._dragging = False
            self.dropped.emit()
        else:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.selectAll()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.hasFocus():
            super().mouseDoubleClickEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.deselect()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1.0, Qt.Key.Key_Down: -1.0}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        keys = event.modifiers()
        fine, coarse = keys & Qt.KeyboardModifier.ShiftModifier, keys & Qt.KeyboardModifier.ControlModifier
        self.stepped.emit(steps * (FINE if fine else COARSE if coarse else 1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only where one is typing: a form that is scrolled must not change."""
        if self.hasFocus():
            self.stepped.emit(event.angleDelta().y() / 120)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.share is None or self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(theme.color("accent"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.setOpacity(0.9 if self.isEnabled() else 0.3)
        across = (self.width() - 12) * min(max(self.share, 0.0), 1.0)
        painter.drawRoundedRect(QRectF(6, self.height() - 4.5, across, 2), 1, 1)


class NumberField(Field):
    """Empty is None where `nullable`."""

    can_scrub = True

    def __init__(
        self, parent: QWidget | None = None, limits: Limits | None = None, *, unit: str = "", nullable: bool = False
    ) -> None:
        super().__init__(parent)
        self._limits, self._unit, self._nullable = limits or Limits(), unit, nullable
        self._value: float | None = None if nullable else 0.0
        self._placeholder: float | None = None
        self._exact = 0.0  # while it is dragged: what is shown is rounded
        self._is_dragged = False
        self.edit = Scrubbing(self)
        self.edit.returnPressed.connect(self._typed)
        self.edit.editingFinished.connect(self._typed)
        self.edit.scrubbed.connect(lambda steps, fine, coarse: self.scrub(steps, fine=fine, coarse=coarse))
        self.edit.dropped.connect(self.drop)
        self.edit.stepped.connect(self._step)
        self.row.addWidget(self.edit)
        self.setFocusProxy(self.edit)

    @property
    def value(self) -> float | int | None:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = None if value is None else self._kept(float(value))
        self._show()

    def set_placeholder(self, value: Any) -> None:
        self._placeholder = float(value) if isinstance(value, (int, float)) else None
        self.edit.setPlaceholderText(
            f"{number_words(self._placeholder)}{self._unit}" if self._placeholder is not None else self.tr("auto")
        )

    def scrub(self, steps: float, *, fine: bool, coarse: bool) -> None:
        if not self._is_dragged:
            self._exact, self._is_dragged = self._start(), True
        self._exact += steps * self._limits.step * (FINE if fine else COARSE if coarse else 1)
        self._exact = min(max(self._exact, -1e9), 1e9)
        grain = self._limits.step * (FINE if fine else 1)
        self._take(round(self._exact / grain) * grain)

    def drop(self) -> None:
        self._is_dragged = False
        self.finished.emit()

    def _start(self) -> float:
        return self._value if self._value is not None else self._placeholder or 0.0

    def _step(self, steps: float) -> None:
        if self.edit.isModified():
            self._typed()
        self._take(self._start() + steps * self._limits.step)
        self.edit.selectAll()

    def _take(self, value: float) -> None:
        value = self._limits.held(value)
        if value != self._value:
            self._value = self._kept(value)
            self._show()
            self.changed.emit(self._value)

    def _kept(self, value: float) -> float | int:
        """3, not 3.0: as a person writes it."""
        return int(value) if float(value).is_integer() else value

    def _typed(self) -> None:
        """A sum that is none leaves the number as it was."""
        text = self.edit.text().removesuffix(self._unit.strip() or "\0").strip()
        if not self.edit.isModified():
            return
        self.edit.setModified(False)
        if not text and self._nullable:
            self._value = None
            self.changed.emit(None)
        elif text:
            try:
                self._take(calculate(text))
            except ValueError:
                self.edit.selectAll()
        self._show()
        self.finished.emit()

    def _show(self) -> None:
        self.edit.setText("" if self._value is None else number_words(self._value) + self._unit)
        span = self._limits.span
        value = self._value if self._value is not None else self._placeholder
        self.edit.share = None if span is None or value is None else (value - span[0]) / (span[1] - span[0])
        self.edit.update()
