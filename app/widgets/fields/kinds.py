"""From a JSON schema to the field that edits such a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from app.widgets.fields.field import Field

Schema = Mapping[str, Any]
OUTER = ("default", "description", "title")
REF = "#/$defs/"


def plain(schema: Schema, definitions: Schema) -> tuple[dict[str, Any], bool]:
    """The schema of the one kind that is edited, references followed; and whether null is another.

    Of several kinds the first is taken that has a field of its own.
    """
    found = dict(schema)
    nullable = False
    while "$ref" in found or "anyOf" in found or "oneOf" in found:
        outer = {key: found[key] for key in OUTER if key in found}
        if "$ref" in found:
            found = {**definitions[found["$ref"].removeprefix(REF)], **outer}
            continue
        kinds = found.get("anyOf") or found["oneOf"]
        given = [kind for kind in kinds if kind.get("type") != "null"]
        nullable = nullable or len(given) < len(kinds)
        found = {**given[0], **outer}
    return found, nullable


def kind_of(schema: Schema) -> str:
    """The name of its field, for a schema that is plain."""
    if "enum" in schema or "const" in schema:
        return "choice"
    form = schema.get("format")
    if form in KINDS:
        return str(form)
    kind = schema.get("type")
    if kind == "array":
        return "rows" if "items" in schema else "json"
    if kind == "object":
        return "record" if "properties" in schema else "json"
    return {"string": "text", "boolean": "switch", "number": "number", "integer": "number"}.get(str(kind), "json")


def field_for(schema: Schema, definitions: Schema | None = None, parent: QWidget | None = None) -> Field:
    definitions = definitions or {}
    found, nullable = plain(schema, definitions)
    return KINDS[kind_of(found)](found, nullable, definitions, parent)


def _text(schema: Schema, nullable: bool, _definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.text import LONG, LineField, TextField

    longest, default = schema.get("maxLength"), str(schema.get("default") or "")
    is_long = (longest or 0) > LONG or "\n" in default or len(default) > LONG
    return (TextField if is_long else LineField)(parent, nullable=nullable, longest=longest)


def _number(schema: Schema, nullable: bool, _definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.number import Limits, NumberField

    return NumberField(parent, Limits.of(schema), nullable=nullable)


def _switch(_schema: Schema, _nullable: bool, _definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.switch import SwitchField

    return SwitchField(parent)


def _choice(schema: Schema, nullable: bool, _definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.choice import ChoiceField

    return ChoiceField(parent, schema.get("enum") or [schema["const"]], nullable=nullable)


def _color(_schema: Schema, nullable: bool, _definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.color import ColorField

    return ColorField(parent, nullable=nullable)


def _file(schema: Schema, nullable: bool, _definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.file import FileField

    return FileField(parent, nullable=nullable)


def _rows(schema: Schema, nullable: bool, definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.rows import RowsField

    return RowsField(schema, definitions, parent, nullable=nullable)


def _record(schema: Schema, nullable: bool, definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.record import RecordField

    return RecordField(schema, definitions, parent, nullable=nullable)


def _json(_schema: Schema, nullable: bool, _definitions: Schema, parent: QWidget | None) -> Field:
    from app.widgets.fields.json_text import JsonField

    return JsonField(parent, nullable=nullable)


Maker = Callable[[Schema, bool, Schema, QWidget | None], Field]
KINDS: dict[str, Maker] = {
    "text": _text,
    "number": _number,
    "switch": _switch,
    "choice": _choice,
    "color": _color,
    "file": _file,
    "rows": _rows,
    "record": _record,
    "json": _json,
}
