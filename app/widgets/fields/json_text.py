"""A value that no other field edits, as JSON."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from app import theme
from app.widgets.fields.field import Field
from app.widgets.fields.text import Growing


class JsonField(Field):
    """What is not JSON yet is marked, and not told."""

    wide = True

    def __init__(self, parent: QWidget | None = None, *, nullable: bool = False) -> None:
        super().__init__(parent)
        self._nullable = nullable
        self._value: Any = None
        self._setting = False
        self.edit = Growing(self)
        self.edit.setFont(theme.mono())
        self.edit.textChanged.connect(self._edited)
        self.edit.installEventFilter(self)
        self.row.addWidget(self.edit)
        self.setFocusProxy(self.edit)

    @property
    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        if value == self._value and self.edit.toPlainText():
            return
        self._value, self._setting = value, True
        self.edit.setPlainText("" if value is None else json.dumps(value, indent=2, ensure_ascii=False))
        self._setting = False

    def set_placeholder(self, value: Any) -> None:
        self.edit.setPlaceholderText("" if value is None else json.dumps(value, ensure_ascii=False))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self.finished.emit()
        return super().eventFilter(watched, event)

    def _edited(self) -> None:
        if self._setting:
            return
        text = self.edit.toPlainText().strip()
        try:
            value = None if not text and self._nullable else json.loads(text)
        except (ValueError, RecursionError):
            self.set_problem(self.tr("This is not JSON yet."))
            return
        self.set_problem(None)
        self._value = value
        self.changed.emit(value)
