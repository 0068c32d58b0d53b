"""Two numbers that belong together: a place, a size, a scale of two axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from app import theme
from app.widgets.fields.field import Field
from app.widgets.fields.number import NumberField


class PointField(Field):
    """`parts`: two fields of numbers or lengths. Nothing is set unless both are."""

    def __init__(self, parts: Sequence[NumberField], names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts, self._names = tuple(parts), tuple(names)
        self._default: list[Any] = [None, None]
        self.row.setSpacing(4)
        for part, name in zip(self.parts, names, strict=True):
            if name:
                label = QLabel(name, self)
                label.setProperty("role", "hint")
                label.setFixedWidth(12)
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                self.row.addWidget(label)
            part.changed.connect(self._changed)
            part.finished.connect(self.finished)
            self.row.addWidget(part, 1)
        self.setFocusProxy(self.parts[0])

    @property
    def value(self) -> Any:
        values = [
            given if (given := part.value) is not None else default
            for part, default in zip(self.parts, self._default, strict=True)
        ]
        unset = all(part.value is None for part in self.parts)
        return None if unset else [0 if value is None else value for value in values]

    def set_value(self, value: Any) -> None:
        pair = value if isinstance(value, (list, tuple)) and len(value) == len(self.parts) else [None] * len(self.parts)
        for part, each in zip(self.parts, pair, strict=True):
            part.set_value(each if isinstance(each, (int, float, str)) else None)

    def set_placeholder(self, value: Any) -> None:
        pair = value if isinstance(value, (list, tuple)) and len(value) == len(self.parts) else [None] * len(self.parts)
        self._default = list(pair)
        for part, each in zip(self.parts, pair, strict=True):
            part.set_placeholder(each)

    def set_name(self, name: str, hint: str) -> None:
        super().set_name(name, hint)
        for part, axis in zip(self.parts, self._names, strict=True):
            part.set_name(f"{name} {axis}".strip(), hint)

    def _changed(self, _value: Any) -> None:
        self.changed.emit(self.value)


class ScaleField(PointField):
    """One number for both axes while the chain is closed, else two."""

    def __init__(self, parts: Sequence[NumberField], parent: QWidget | None = None) -> None:
        super().__init__(parts, ("", ""), parent)
        self.chain = QToolButton(self)
        self.chain.setCheckable(True)
        self.chain.setChecked(True)
        self.chain.setIcon(theme.icon("link", 14))
        self.chain.setFixedSize(22, 22)
        self.chain.setToolTip(self.tr("Both axes alike"))
        self.chain.setAccessibleName(self.tr("Both axes alike"))
        self.chain.toggled.connect(self._chained)
        self.row.insertWidget(1, self.chain)
        self._show_parts()

    @property
    def value(self) -> Any:
        return self.parts[0].value if self.chain.isChecked() else super().value

    def set_value(self, value: Any) -> None:
        pair = isinstance(value, (list, tuple)) and len(value) == 2
        if value is not None:
            self.chain.blockSignals(True)
            self.chain.setChecked(not pair)
            self.chain.blockSignals(False)
        super().set_value(value if pair else [value, value])
        self._show_parts()

    def set_placeholder(self, value: Any) -> None:
        super().set_placeholder(value if isinstance(value, (list, tuple)) else [value, value])

    def _chained(self, alike: bool) -> None:
        if not alike and self.parts[0].value is not None:
            self.parts[1].set_value(self.parts[0].value)
        self._show_parts()
        if self.parts[0].value is not None:
            self.changed.emit(self.value)
            self.finished.emit()

    def _show_parts(self) -> None:
        self.parts[1].setVisible(not self.chain.isChecked())
