"""docs/document.md: the hand-written introduction, then every field of every model as the models have it.

`python -m render_engine.document.reference` writes the file; a test holds it to the models.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from render_engine.document.layer import VisualLayer
from render_engine.document.schema import Schema, models_schema

DOCS = Path(__file__).parents[2] / "docs"
FILE = DOCS / "document.md"
INTRO = DOCS / "document.intro.md"
HIDDEN = ("Keyframe", "Springing")  # told in the introduction
WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null", "object": "object"}
COLOR = "#rrggbb"
UNITS: dict[tuple[Any, Any], str] = {(0, 65536): "of px", (-86400, 86400): "of seconds"}
BOUND = 1e6  # wider limits are only there to keep numbers finite


def text() -> str:
    return "\n".join((INTRO.read_text("utf-8").rstrip(), "", *_sections())) + "\n"


def _sections() -> Iterator[str]:
    schema = models_schema()
    definitions: Schema = schema["$defs"]
    layers = [_name(one["$ref"]) for one in schema["properties"]["layers"]["items"]["oneOf"]]
    effects = [_name(one["$ref"]) for one in _property(definitions["Group"], "effects")["items"]["oneOf"]]
    visual = list(VisualLayer.model_fields)
    yield from _section("## The composition", schema, definitions)
    yield "## Layers\n"
    yield from _section("### Fields of every layer", _only(definitions["Group"], visual), definitions)
    for name in layers:
        yield from _section(f"### {_tag(definitions[name])}", _without(definitions[name], visual), definitions)
    yield "## Effects\n"
    for name in effects:
        yield from _section(f"### {_tag(definitions[name])}", definitions[name], definitions)
    yield "## Parts\n"
    for name in sorted(set(definitions) - {*layers, *effects}):
        if not name.startswith(HIDDEN):
            yield from _section(f"### {name}", definitions[name], definitions)


def _section(title: str, model: Schema, definitions: Schema) -> Iterator[str]:
    yield f"{title}\n"
    if model.get("description"):
        yield f"{model['description']}\n"
    rows = [_row(name, field, model, definitions) for name, field in model["properties"].items() if name != "type"]
    if rows:
        yield "| field | type | default | |"
        yield "|---|---|---|---|"
        yield from rows
    yield ""


def _row(name: str, field: Schema, model: Schema, definitions: Schema) -> str:
    required = name in model.get("required", [])
    default = "required" if required else _default(field)
    cells = (f"`{name}`", _type(field, definitions), default, field.get("description", ""))
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _default(field: Schema) -> str:
    value = field.get("default")
    return "" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def _type(field: Schema, definitions: Schema) -> str:
    options = field.get("oneOf") or field.get("anyOf") or [field]
    names = [_name(option["$ref"]) if "$ref" in option else "" for option in options]
    plain = [option for option, name in zip(options, names, strict=True) if not name.startswith(HIDDEN)]
    words = dict.fromkeys(_one(option, definitions) for option in plain if option.get("type") != "null")
    animated = ", *animated*" if any(name.startswith(HIDDEN) for name in names) else ""
    return " or ".join(words) + animated


def _one(option: Schema, definitions: Schema) -> str:
    if "$ref" in option:
        return _link(_name(option["$ref"]), definitions)
    if "oneOf" in option or "anyOf" in option:
        return _type(option, definitions)
    if "const" in option:
        return f"`{json.dumps(option['const'])}`"
    if "enum" in option:
        return ", ".join(f"`{word}`" for word in option["enum"])
    kind = option.get("type")
    if kind == "array":
        return _array(option, definitions)
    if kind == "object" and isinstance(option.get("additionalProperties"), dict):
        return f"object of {_type(option['additionalProperties'], definitions)}"
    if kind in ("number", "integer"):
        return f"{WORDS.get(kind, kind)}{_limits(option)}"
    if kind == "string":
        return "colour" if COLOR in option.get("description", "") else _text(option)
    return WORDS.get(str(kind), "any value")


def _text(option: Schema) -> str:
    if "%" in option.get("pattern", ""):
        return "percentage"
    if option.get("description", "").startswith("A marker"):
        return "marker"
    return f"text, up to {option['maxLength']}" if "maxLength" in option else "text"


def _array(option: Schema, definitions: Schema) -> str:
    if "prefixItems" in option:
        return "[" + ", ".join(_type(item, definitions) + _or_null(item) for item in option["prefixItems"]) + "]"
    items = option.get("items", {})
    if "discriminator" in items:
        return "list of layers" if "group" in items["discriminator"]["mapping"] else "list of effects"
    return f"list of {_type(items, definitions)}"


def _or_null(item: Schema) -> str:
    return " or null" if {"type": "null"} in item.get("anyOf", []) else ""


def _limits(option: Schema) -> str:
    low, high = option.get("minimum"), option.get("maximum")
    if (low, high) in UNITS:
        return f" {UNITS[low, high]}"
    above, below = option.get("exclusiveMinimum"), option.get("exclusiveMaximum")
    bottom = f"{low:g}" if low is not None and low > -BOUND else f">{above:g}" if above is not None else ""
    top = f"{high:.12g}" if high is not None and high < BOUND else f"<{below:g}" if below is not None else ""
    return f" {bottom}…{top}" if bottom or top else ""


def _link(name: str, definitions: Schema) -> str:
    if name not in definitions:
        return "[a document](#the-composition)"
    return f"[{name}](#{name.lower()})"


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _tag(model: Schema) -> str:
    """The word in “type” by which documents name the model."""
    return str(_property(model, "type").get("const", ""))


def _property(model: Schema, name: str) -> Schema:
    found: Schema = model.get("properties", {}).get(name, {})
    return found


def _only(model: Schema, names: Iterable[str]) -> dict[str, Any]:
    properties = model["properties"]
    return {"properties": {name: properties[name] for name in names}}


def _without(model: Schema, names: Iterable[str]) -> dict[str, Any]:
    return model | {"properties": {name: field for name, field in model["properties"].items() if name not in names}}


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
