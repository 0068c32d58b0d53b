"""An object: a field for each of its properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.widgets.fields.field import Field, Steps
from app.widgets.fields.row import FieldRow
from app.widgets.fields.words import in_words

Schema = Mapping[str, Any]


class RecordField(Field):
    """Properties that are not set are left out of the value; with nothing set it is None where `nullable`."""

    wide = True

    def __init__(
        self,
        schema: Schema,
        definitions: Schema,
        parent: QWidget | None = None,
        *,
        nullable: bool = False,
        framed: bool = True,
    ) -> None:
        from app.widgets.fields.kinds import field_for, plain

        super().__init__(parent)
        self._nullable = nullable
        self._value: dict[str, Any] = {}
        self._defaults: dict[str, Any] = {}
        self.rows: dict[str, FieldRow] = {}
        frame = QFrame(self)
        if framed:
            frame.setProperty("role", "inset")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(*((12, 8, 12, 12) if framed else (0, 0, 0, 0)))
        layout.setSpacing(8)
        for name, inner in schema["properties"].items():
            shape, _ = plain(inner, definitions)
            self._defaults[name] = shape.get("default")
            row = FieldRow(
                in_words(name),
                field_for(inner, definitions, self),
                hint=shape.get("description", ""),
                required=name in schema.get("required", ()),
            )
            row.field.changed.connect(lambda value, name=name: self._changed(name, value))
            row.field.finished.connect(self.finished)
            row.reset.connect(lambda name=name: self._reset(name))
            row.field.set_placeholder(self._defaults[name])
            layout.addWidget(row)
            self.rows[name] = row
        self.row.addWidget(frame)
        if self.rows:
            self.setFocusProxy(next(iter(self.rows.values())).field)

    @property
    def value(self) -> dict[str, Any] | None:
        return dict(self._value) if self._value or not self._nullable else None

    def set_value(self, value: Any) -> None:
        self._value = dict(value) if isinstance(value, Mapping) else {}
        for name in self.rows:
            self._show(name)

    def set_problem_at(self, steps: Steps, text: str) -> bool:
        row = self.rows.get(str(steps[0])) if steps else None
        if row is None:
            return False
        row.set_problem(text, steps[1:])
        return True

    def set_problem(self, text: str | None) -> None:
        if text is None:
            for row in self.rows.values():
                row.set_problem(None)

    def _show(self, name: str) -> None:
        row = self.rows[name]
        row.field.set_value(self._value.get(name, self._defaults[name]))
        row.set_own(name in self._value and self._value[name] != self._defaults[name])

    def _changed(self, name: str, value: Any) -> None:
        if value is None:
            self._value.pop(name, None)
        else:
            self._value[name] = value
        self.rows[name].set_own(name in self._value and value != self._defaults[name])
        self.changed.emit(self.value)

    def _reset(self, name: str) -> None:
        self._value.pop(name, None)
        self._show(name)
        self.changed.emit(self.value)
        self.finished.emit()
