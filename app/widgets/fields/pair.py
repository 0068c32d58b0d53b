"""A small object in one line: a name and a number, say. Each field tells in itself what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from app.widgets.fields.field import Field, Steps
from app.widgets.fields.words import in_words

Schema = Mapping[str, Any]
MOST = 2
SHORT = 24  # characters of a text that fits beside another field


class PairField(Field):
    def __init__(self, schema: Schema, definitions: Schema, parent: QWidget | None = None) -> None:
        from app.widgets.fields.kinds import field_for

        super().__init__(parent)
        self._value: dict[str, Any] = {}
        self.fields: dict[str, Field] = {}
        for name, inner in schema["properties"].items():
            field = field_for(inner, definitions, self)
            field.changed.connect(lambda value, name=name: self._changed(name, value))
            field.finished.connect(self.finished)
            field.set_name(in_words(name), inner.get("description", "") or in_words(name))
            field.set_placeholder(inner.get("default") or in_words(name))
            self.row.addWidget(field, 1)
            self.fields[name] = field
        self.row.setSpacing(4)
        self.setFocusProxy(next(iter(self.fields.values())))

    @property
    def value(self) -> dict[str, Any]:
        return dict(self._value)

    def set_value(self, value: Any) -> None:
        self._value = dict(value) if isinstance(value, Mapping) else {}
        for name, field in self.fields.items():
            field.set_value(self._value.get(name))

    def set_name(self, name: str, hint: str) -> None:
        """Its fields have their own."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(hint)

    def set_problem_at(self, steps: Steps, text: str) -> bool:
        if steps and (field := self.fields.get(str(steps[0]))):
            field.set_problem(text)
        return False

    def _changed(self, name: str, value: Any) -> None:
        self._value[name] = value
        self.changed.emit(self.value)


def is_pair(schema: Schema) -> bool:
    """At most two properties, each a number or a short text."""
    properties = schema.get("properties", {})
    return 0 < len(properties) <= MOST and all(
        inner.get("type") in ("number", "integer")
        or (inner.get("type") == "string" and inner.get("maxLength", SHORT) <= SHORT)
        for inner in properties.values()
    )
