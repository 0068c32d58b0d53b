"""A time: seconds, or a marker's name, with seconds before or after it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.widgets.fields.number import Limits, NumberField, calculate


class MomentField(NumberField):
    def __init__(self, parent: QWidget | None = None, *, nullable: bool = False) -> None:
        super().__init__(parent, Limits(step=0.1), unit=" s", nullable=nullable)
        self._marker: str | None = None

    @property
    def value(self) -> Any:
        return self._value if self._marker is None else self._marker

    def set_value(self, value: Any) -> None:
        self._marker = value if isinstance(value, str) else None
        super().set_value(None if self._marker else value)

    def _typed(self) -> None:
        text = self.edit.text().removesuffix("s").strip()
        if self.edit.isModified() and text:
            try:
                calculate(text)
            except ValueError:
                self.edit.setModified(False)
                self.set_value(self.edit.text().strip())
                self.changed.emit(self.value)
                self.finished.emit()
                return
            self._marker = None
            self.edit.setText(text)
            self.edit.setModified(True)
        elif self.edit.isModified():
            self._marker = None
        super()._typed()

    def _take(self, value: float) -> None:
        self._marker = None
        super()._take(value)

    def _show(self) -> None:
        super()._show()
        if getattr(self, "_marker", None):
            self.edit.setText(str(self._marker))
