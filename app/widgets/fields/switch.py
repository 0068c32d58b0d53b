"""Yes or no."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Property, QEasingCurve, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app import theme
from app.widgets.fields.field import Field

TRACK = QSize(32, 18)


class Switch(QAbstractButton):
    """A track with a knob; Space toggles it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(TRACK.width() + 4, TRACK.height() + 4)
        self._at = 0.0
        self._moving = QPropertyAnimation(self, b"at", self)
        self._moving.setDuration(120)
        self._moving.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.toggled.connect(self._move)

    def _get_at(self) -> float:
        return self._at

    def _set_at(self, at: float) -> None:
        self._at = at
        self.update()

    at = Property(float, _get_at, _set_at)

    def _move(self, on: bool) -> None:
        self._moving.stop()
        if not self.isVisible():
            self._set_at(float(on))
            return
        self._moving.setEndValue(float(on))
        self._moving.start()

    def sizeHint(self) -> QSize:
        return QSize(TRACK.width() + 4, TRACK.height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, (self.height() - TRACK.height()) / 2, TRACK.width(), TRACK.height())
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(track.adjusted(-1, -1, 1, 1), track.height() / 2 + 1, track.height() / 2 + 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        painter.setBrush(_between(theme.color("line-strong"), theme.color("accent"), self._at))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        across = track.height() - 6
        left = track.left() + 3 + self._at * (track.width() - track.height())
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(QRectF(left, track.top() + 3, across, across))


def _between(one: QColor, other: QColor, share: float) -> QColor:
    def mixed(first: float, second: float) -> float:
        return first + (second - first) * share

    return QColor.fromRgbF(
        mixed(one.redF(), other.redF()), mixed(one.greenF(), other.greenF()), mixed(one.blueF(), other.blueF())
    )


class SwitchField(Field):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = Switch(self)
        self.switch.clicked.connect(self._clicked)
        self.row.addWidget(self.switch)
        self.row.addStretch(1)
        self.setFocusProxy(self.switch)

    @property
    def value(self) -> bool:
        return self.switch.isChecked()

    def set_value(self, value: Any) -> None:
        self.switch.setChecked(bool(value))

    def _clicked(self, on: bool) -> None:
        self.changed.emit(on)
        self.finished.emit()
