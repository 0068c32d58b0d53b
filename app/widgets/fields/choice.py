"""One of a few: buttons side by side where they fit, else a list that opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.widgets.fields.field import Field
from app.widgets.fields.words import in_words


class Combo(QComboBox):
    """Does not change when the form is scrolled over it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceField(Field):
    """The values are kept as they are; what is shown is in words."""

    def __init__(self, parent: QWidget | None = None, choices: Sequence[Any] = (), *, nullable: bool = False) -> None:
        super().__init__(parent)
        self.combo = Combo(self)
        if nullable:
            self.combo.addItem(self.tr("None"), None)
        for choice in choices:
            self.combo.addItem(in_words(str(choice)), choice)
        self.combo.activated.connect(self._chosen)
        self.row.addWidget(self.combo)
        self.setFocusProxy(self.combo)

    @property
    def value(self) -> Any:
        return self.combo.currentData()

    def set_value(self, value: Any) -> None:
        """A value that is none of them is shown as it is: it is not replaced behind one's back."""
        with QSignalBlocker(self.combo):
            at = self.combo.findData(value)
            if at < 0 and value is not None:
                self.combo.addItem(str(value), value)
                at = self.combo.count() - 1
            self.combo.setCurrentIndex(at)

    def _chosen(self, _index: int) -> None:
        self.changed.emit(self.value)
        self.finished.emit()
