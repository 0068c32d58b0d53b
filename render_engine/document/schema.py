"""The JSON Schema of documents, so that an editor completes and checks them while they are written.

The models' own schema, and what is unfolded before the models see a document: props in the place of any value,
and repeats. `python -m render_engine.document.schema` writes the file that ships with the resources.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

import resources
from render_engine.document.composition import Composition
from render_engine.document.late import MODEL

Schema = dict[str, Any]

FILE = Path(resources.__file__).parent / "composition.schema.json"
FROM_PROP: Schema = {
    "description": 'A prop\'s value: {"$prop": "name"}, or a text with ${name} in it.',
    "anyOf": [
        {
            "type": "object",
            "properties": {"$prop": {"type": "string"}},
            "required": ["$prop"],
            "additionalProperties": False,
        },
        {"type": "string", "pattern": r"\$\{[^{}]+\}"},
    ],
}
LITERAL = ("type", "framekiln", "props")  # these are read before props are put in
SHORT = {"number": "Number", "string": "Color", "array": "Point"}


class WithLate(GenerateJsonSchema):
    """Looks into the models that are built late, each once: some hold themselves."""

    def generate(self, schema: core_schema.CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        self.begun: set[str] = set()
        return super().generate(schema, mode)

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        model = schema["metadata"][MODEL]()
        model.model_rebuild()
        built = model.__pydantic_core_schema__
        ref = built["schema"]["ref"] if built["type"] == "definitions" else built["ref"]
        if ref in self.begun:
            return self.definition_ref_schema(core_schema.definition_reference_schema(ref))
        self.begun.add(ref)
        return self.generate_inner(built)


def json_schema() -> Schema:
    """The schema of a document as a person writes it."""
    schema = models_schema()
    definitions = schema["$defs"]
    for name, model in definitions.items():
        if name not in ("Prop", "Marker"):
            _open_to_props(model)
    _open_to_props(schema)
    schema["properties"]["$schema"] = {"type": "string", "description": "Where this schema is, for your editor."}
    definitions["FromProp"] = FROM_PROP
    _with_repeat(definitions)
    _add_repeat(schema["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Framekiln composition"} | schema


def models_schema() -> Schema:
    """The models' schema with short names, without a title for every field; Composition at the root."""
    schema = Composition.model_json_schema(schema_generator=WithLate)
    definitions: Schema = schema.pop("$defs")
    names = _short_names(definitions)
    text = json.dumps({"$defs": {names[name]: model for name, model in definitions.items()}})
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f'#/$defs/{name}"', f'#/$defs/{names[name]}"')
    tidy: Schema = json.loads(text)
    root: Schema = tidy["$defs"].pop("Composition")
    for model in (root, *tidy["$defs"].values()):
        _untitled(model)
    _repoint(tidy, root)
    return root | tidy


def _short_names(definitions: Schema) -> dict[str, str]:
    """Keyframed_tuple_Union_… is KeyframedPoint: the generic models take the kind of value that they hold."""
    kinds: dict[str, str] = {}
    for name, model in definitions.items():
        generic, of, value = name.partition("_")
        if of and generic == "Keyframe":
            kind = _kind(model["properties"]["value"])
            taken = [other for other in kinds.values() if other.rstrip("23456789") == kind]
            kinds[value] = f"{kind}{len(taken) + 1}" if taken else kind
    return {name: _joined(name, kinds) for name in definitions}


def _joined(name: str, kinds: dict[str, str]) -> str:
    generic, of, value = name.partition("_")
    return generic + kinds[value] if of else name


def _kind(value: Schema) -> str:
    if "anyOf" in value:
        return "Scale"
    if value.get("minimum") == 0:
        return {1: "Share", 65536: "Length"}.get(value["maximum"], "Amount")
    return SHORT.get(value.get("type", ""), "Value")


def _untitled(model: Schema) -> None:
    for field in model.get("properties", {}).values():
        field.pop("title", None)


def _repoint(schema: Schema, root: Schema) -> None:
    """A composition within a composition is the whole schema again."""
    text = json.dumps([schema, root]).replace('"#/$defs/Composition"', '"#"')
    first, second = json.loads(text)
    schema.update(first)
    root.update(second)


def _open_to_props(model: Schema) -> None:
    for name, field in model.get("properties", {}).items():
        if name in LITERAL:
            continue
        outer = {key: field.pop(key) for key in ("description", "default") if key in field}
        if field == {}:  # anything goes there already
            field.update(outer)
            continue
        value = _items_open(dict(field))
        field.clear()
        field.update(outer | {"anyOf": [value, {"$ref": "#/$defs/FromProp"}]})


def _items_open(value: Schema) -> Schema:
    """The numbers of a pair may be props too; layers and effects are models, and open inside."""
    if "prefixItems" in value:
        opened = [{"anyOf": [item, {"$ref": "#/$defs/FromProp"}]} for item in value["prefixItems"]]
        return value | {"prefixItems": opened}
    return value


def _with_repeat(definitions: Schema) -> None:
    shared = definitions["Group"]["properties"]
    fields = {name: field for name, field in shared.items() if name not in ("type", "layers")}
    stack = {
        name: field for name, field in definitions.get("Stack", {}).get("properties", {}).items() if name not in fields
    }
    layers = _layer_choice(shared["layers"])
    definitions["Repeat"] = {
        "type": "object",
        "description": "One layer for each item; `item`, `index` and `count` are props inside it.",
        "properties": {
            "type": {"const": "repeat", "type": "string"},
            "over": {
                "description": 'A list, a list prop {"$prop": "items"} or how many times.',
                "anyOf": [
                    {"type": "array", "maxItems": 1000},
                    {"type": "integer", "minimum": 0, "maximum": 1000},
                    {"$ref": "#/$defs/FromProp"},
                ],
            },
            "layer": {"description": "What is repeated."} | layers,
            "stagger": {"description": "Seconds by which each copy comes later.", "default": 0}
            | {"anyOf": [{"type": "number"}, {"$ref": "#/$defs/FromProp"}]},
            "as": {"description": "What holds the copies.", "enum": ["group", "stack"], "default": "group"},
            **{name: field for name, field in stack.items() if name not in ("type", "layers")},
            **fields,
        },
        "required": ["type", "over", "layer"],
        "additionalProperties": False,
    }
    _add_repeat(definitions)


def _layer_choice(field: Schema) -> Schema:
    array = field["anyOf"][0]
    choice: Schema = json.loads(json.dumps(array["items"]))
    return choice


def _add_repeat(schema: Any) -> None:
    """A repeat wherever a group may stand."""
    if isinstance(schema, list):
        for inner in schema:
            _add_repeat(inner)
    if not isinstance(schema, dict):
        return
    mapping = (
        schema.get("discriminator", {}).get("mapping", {}) if isinstance(schema.get("discriminator"), dict) else {}
    )
    if "group" in mapping and "oneOf" in schema:
        mapping["repeat"] = "#/$defs/Repeat"
        schema["oneOf"].append({"$ref": "#/$defs/Repeat"})
    for inner in schema.values():
        _add_repeat(inner)


def text() -> str:
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
