"""How something goes from one value to the next: an easing by name, or a curve of one's own; or a spring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.widgets.fields.color import place_under
from app.widgets.fields.curve import Bezier, CurveEditor, SmallCurve, paint_small
from app.widgets.fields.field import Field
from app.widgets.fields.motions import ease_of, spring_of
from app.widgets.fields.number import Limits, NumberField
from app.widgets.fields.row import FieldRow
from render_engine.timeline.easing import EASINGS, Ease
from render_engine.timeline.spring import PRESETS

CELL = QSize(72, 60)
WIDE = 4 * 72 + 40
BEZIERS: dict[str, Bezier] = {
    "linear": (0.33, 0.33, 0.67, 0.67), "easeOut": (0.16, 1, 0.3, 1), "easeInOut": (0.4, 0, 0.2, 1),
}  # fmt: skip
SECONDS = 1.4  # of the moving dot


def spring_ease(value: Any) -> Ease:
    """As a curve over its own time until it rests for the eye."""
    spring = spring_of(value)
    whole = max(spring.settles(), 0.1) * 1.1
    return lambda share: spring.at(share * whole)


def words_of(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(f"{each:g}" if isinstance(each, (int, float)) else str(each) for each in value)
    if isinstance(value, dict):
        return " · ".join(f"{each:g}" for each in value.values() if isinstance(each, (int, float)))
    return str(value)


class _Popup(QFrame):
    """`picked` at each step, `over` at the end of a gesture."""

    picked = Signal(object)
    over = Signal()

    def __init__(self, names: list[str], ease: Callable[[Any], Ease], value: Any, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._ease = ease
        self.value = value
        self.curve = CurveEditor(self)
        self.list = QListWidget(self)
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setGridSize(CELL)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_Cell(ease, self.list))
        self.list.setFixedHeight(3 * CELL.height() if len(names) > 8 else 2 * CELL.height())
        self.list.setStyleSheet("background: transparent;")
        self.list.setAccessibleName(self.tr("By name"))
        for name in names:
            QListWidgetItem(name, self.list).setToolTip(name)
        self.list.currentTextChanged.connect(self._named)
        self.list.itemClicked.connect(lambda item: self._named(item.text()))
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(12, 12, 12, 12)
        self.lines.setSpacing(8)
        self.lines.addWidget(self.curve)
        self.lines.addWidget(self.list)
        self.setFixedWidth(WIDE)
        self._dot = QVariantAnimation(self)
        self._dot.setStartValue(0.0)
        self._dot.setEndValue(1.0)
        self._dot.setDuration(int(1000 * SECONDS))
        self._dot.setLoopCount(-1)
        self._dot.valueChanged.connect(lambda share: self.curve.move_dot(min(1.0, float(share) * 1.2)))
        self.show_value(value)

    def open_under(self, widget: QWidget) -> None:
        self.adjustSize()
        self.move(place_under(widget, self.sizeHint()))
        self.show()
        self._dot.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._dot.stop()
        super().hideEvent(event)

    def show_value(self, value: Any) -> None:
        self.value = value
        self.curve.show_curve(self._ease(value), self._bezier(value))
        self.list.blockSignals(True)
        found = self.list.findItems(str(value), Qt.MatchFlag.MatchExactly) if isinstance(value, str) else []
        self.list.setCurrentRow(self.list.row(found[0]) if found else -1)
        self.list.blockSignals(False)

    def _bezier(self, value: Any) -> Bezier | None:
        return None

    def _named(self, name: str) -> None:
        if name and name != self.value:
            self._tell(name)
            self.over.emit()

    def _tell(self, value: Any) -> None:
        self.show_value(value)
        self.picked.emit(value)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(theme.color("overlay")))
        painter.setPen(QPen(theme.color("line-strong"), 1))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)


class EasingPopup(_Popup):
    def __init__(self, value: Any, parent: QWidget) -> None:
        super().__init__(list(EASINGS), ease_of, value, parent)
        self.curve.changed.connect(lambda bezier: self._tell(list(bezier)))
        self.curve.finished.connect(self.over)

    def _bezier(self, value: Any) -> Bezier | None:
        if isinstance(value, (list, tuple)) and len(value) == 4:
            x1, y1, x2, y2 = map(float, value)
            return (x1, y1, x2, y2)
        return BEZIERS.get(value) if isinstance(value, str) else None


class SpringPopup(_Popup):
    """Presets, and the three numbers of one's own."""

    def __init__(self, value: Any, parent: QWidget) -> None:
        self.numbers: dict[str, NumberField] = {}
        super().__init__(list(PRESETS), spring_ease, value, parent)
        self.curve.setEnabled(False)
        self.curve.setToolTip("")
        for name, title, most in (
            ("stiffness", self.tr("Stiffness"), 2000),
            ("damping", self.tr("Damping"), 100),
            ("mass", self.tr("Mass"), 20),
        ):
            field = NumberField(self, Limits(above=0, most=most, step=0.1 if name == "mass" else 1))
            field.changed.connect(lambda _: self._tell({key: each.value for key, each in self.numbers.items()}))
            field.finished.connect(self.over)
            self.numbers[name] = field
            self.lines.addWidget(FieldRow(title, field))
        self.show_value(value)

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        spring = spring_of(value)
        for name, field in self.numbers.items():
            field.set_value(getattr(spring, name))


class _Cell(QStyledItemDelegate):
    def __init__(self, ease: Callable[[Any], Ease], parent: QWidget) -> None:
        super().__init__(parent)
        self._ease = ease

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CELL

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        area: QRect = option.rect.adjusted(2, 2, -2, -2)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent-soft" if chosen else "hover"))
            painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        curve = QRectF(area.center().x() - 16, area.top() + 4, 34, 32)
        paint_small(painter, self._ease(index.data()), curve, "accent-text" if chosen else "text-2")
        painter.setFont(theme.font(10))
        painter.setPen(theme.color("text" if chosen else "text-3"))
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width() - 4)
        painter.drawText(area.adjusted(0, 34, 0, -2), Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()


class EasingField(Field):
    """A button with the curve and its name, that opens the editor."""

    popup_kind: type[EasingPopup] | type[SpringPopup] = EasingPopup
    usual: Any = "linear"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = None
        self._placeholder: Any = self.usual
        self.popup: _Popup | None = None
        self.button = QPushButton(self)
        self.button.setStyleSheet("text-align: left; padding-left: 40px;")
        self.button.clicked.connect(self.open)
        self.small = SmallCurve(QSize(30, 24), self.button)
        self.small.move(6, 2)
        self.row.addWidget(self.button, 1)
        self.setFocusProxy(self.button)
        self._show()

    @property
    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self._show()

    def set_placeholder(self, value: Any) -> None:
        self._placeholder = value or self.usual
        self._show()

    def open(self) -> None:
        self.popup = self.popup_kind(self._value if self._value is not None else self._placeholder, self)
        self.popup.picked.connect(self._picked)
        self.popup.over.connect(self.finished)
        self.popup.open_under(self.button)

    def _picked(self, value: Any) -> None:
        self._value = value
        self._show()
        self.changed.emit(value)

    def _curve(self, value: Any) -> Ease:
        return ease_of(value)

    def _show(self) -> None:
        shown = self._value if self._value is not None else self._placeholder
        self.button.setText(words_of(shown))
        self.small.setEnabled(self._value is not None)
        self.small.show_curve(self._curve(shown))


class SpringField(EasingField):
    popup_kind = SpringPopup
    usual = "snappy"

    def _curve(self, value: Any) -> Ease:
        return spring_ease(value)
