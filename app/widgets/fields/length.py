"""A length: px, or percent of what it stands in. Typing “50%” or “120 px” changes which of them it is."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.widgets.fields.number import Limits, NumberField, number_words


class LengthField(NumberField):
    """The value is a number of px or a text like "50%"."""

    def __init__(
        self, parent: QWidget | None = None, limits: Limits | None = None, *, unit: str = "", nullable: bool = False
    ) -> None:
        super().__init__(parent, limits, unit=unit, nullable=nullable)
        self._px, self._is_percent = unit, False

    @property
    def value(self) -> Any:
        if self._value is None or not self._is_percent:
            return self._value
        return f"{number_words(self._value)}%"

    def set_value(self, value: Any) -> None:
        if value is not None:
            self._be_percent(isinstance(value, str))
        super().set_value(_number(value))

    def set_placeholder(self, value: Any) -> None:
        if self._value is None and value is not None:
            self._be_percent(isinstance(value, str))
        super().set_placeholder(_number(value))

    def _be_percent(self, is_percent: bool) -> None:
        self._is_percent = is_percent
        self._unit = "%" if is_percent else self._px

    def _take(self, value: float) -> None:
        value = self._limits.held(value)
        if value != self._value:
            self._value = self._kept(value)
            self._show()
            self.changed.emit(self.value)

    def _typed(self) -> None:
        text = self.edit.text().strip()
        if self.edit.isModified() and text:
            is_percent = text.endswith("%")
            plain = text.removesuffix("%").removesuffix("px").strip()
            if is_percent != self._is_percent and (is_percent or text.endswith("px")):
                self._be_percent(is_percent)
                self._value = None
            self.edit.setText(plain)
            self.edit.setModified(True)
        super()._typed()


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            return float(value.removesuffix("%"))
        except ValueError:
            return None
    return value if isinstance(value, (int, float)) else None
