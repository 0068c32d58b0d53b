"""The props of what is open, as a JSON schema: of a template, of a document that declares them, of a Python function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.widgets.fields.file import file_kind
from app.widgets.fields.kinds import kind_of, plain

Schema = Mapping[str, Any]

SHAPES: Mapping[str, Schema] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "color": {"type": "string", "format": "color"},
    "choice": {"type": "string"},
    "file": {"type": "string", "format": "file"},
    "list": {"type": "array"},
    "object": {"type": "object"},
}
SIMPLE = {str: "string", bool: "boolean", int: "number", float: "number"}
GROUPS = ("content", "media", "colours", "single", "style")  # in the order in which they stand
SEEN = frozenset({"image", "video"})
MEANT: Mapping[str, frozenset[str]] = {  # by what a prop is called
    "music": frozenset({"audio"}),
    "sound": frozenset({"audio"}),
    "voice": frozenset({"audio"}),
    "audio": frozenset({"audio"}),
    "captions": frozenset({"captions"}),
    "subtitles": frozenset({"captions"}),
    "logo": frozenset({"image"}),
    "picture": SEEN,
    "image": SEEN,
    "photo": SEEN,
    "video": frozenset({"video"}),
    "clip": SEEN,
    "font": frozenset({"font"}),
}


@dataclass(frozen=True)
class PropShape:
    """One prop, its schema plain."""

    name: str
    schema: Schema
    nullable: bool
    required: bool

    @property
    def default(self) -> Any:
        return self.schema.get("default")

    @property
    def help(self) -> str:
        return str(self.schema.get("description", ""))

    @property
    def kind(self) -> str:
        return kind_of(self.schema)

    @property
    def group(self) -> str:
        if self.kind == "color" or self.name == "palette":
            return "colours"
        if self.kind == "file":
            return "media"
        return "content" if self.kind in ("text", "rows", "record", "json") and "font" not in self.name else "style"

    @property
    def takes(self) -> frozenset[str]:
        """Kinds of files; empty: any."""
        for word, kinds in MEANT.items():
            if word in self.name.lower():
                return kinds
        kind = file_kind(self.default) if isinstance(self.default, str) else "file"
        return SEEN if kind in SEEN else frozenset() if kind == "file" else frozenset({kind})


def shapes_of(schema: Schema) -> list[PropShape]:
    definitions, required = schema.get("$defs", {}), schema.get("required", ())
    return [
        PropShape(name, *plain(inner, definitions), required=name in required)
        for name, inner in schema.get("properties", {}).items()
    ]


def schema_of_document(document: Mapping[str, Any]) -> Schema:
    """As it declares them; what is declared wrongly is left out, and told by the preview."""
    declared = document.get("props")
    props = declared if isinstance(declared, Mapping) else {}
    shaped = {name: _shape(prop) for name, prop in props.items() if isinstance(prop, Mapping)}
    needed = [name for name, prop in props.items() if isinstance(prop, Mapping) and prop.get("required")]
    return {
        "type": "object",
        "properties": {name: shape for name, shape in shaped.items() if shape},
        "required": needed,
    }


def _shape(prop: Mapping[str, Any]) -> dict[str, Any]:
    kind, default = str(prop.get("type")), prop.get("default")
    if kind not in SHAPES:
        return {}
    shape = dict(SHAPES[kind])
    names = {"min": "minimum", "max": "maximum", "default": "default", "help": "description", "choices": "enum"}
    shape |= {name: prop[key] for key, name in names.items() if prop.get(key) not in (None, "")}
    if isinstance(prop.get("max_length"), int):
        shape["maxItems" if kind == "list" else "maxLength"] = prop["max_length"]
    if kind == "list" and isinstance(default, list) and default and (item := _item(default)):
        shape["items"] = item
    return shape


def _item(default: Iterable[Any]) -> dict[str, Any] | None:
    """What the items of a list are, if its default shows that they are alike: a document does not say it."""
    items = list(default)
    kinds = {type(item) for item in items}
    if len(kinds) == 1 and (kind := SIMPLE.get(kinds.copy().pop())):
        return {"type": kind}
    if kinds == {dict} and all(type(value) in SIMPLE for item in items for value in item.values()):
        names: dict[str, Any] = {}
        for item in items:
            for name, value in item.items():
                names.setdefault(name, {"type": SIMPLE[type(value)]})
        return {"type": "object", "properties": names}
    return None


def fitting(shapes: Iterable[PropShape], given: Mapping[str, Any], file: Path) -> PropShape | None:
    """The prop for a dropped file: one that must be given and is not, then one without a file of the person's own."""
    kind = file_kind(file.name)
    able = [shape for shape in shapes if shape.kind == "file" and (not shape.takes or kind in shape.takes)]
    return min(
        able,
        key=lambda shape: (shape.name in given, not shape.required, not shape.takes, shape.nullable, -len(shape.takes)),
        default=None,
    )
