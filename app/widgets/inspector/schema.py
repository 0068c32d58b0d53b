"""What may stand at a place of a document, read from its JSON schema: pure, without widgets.

A `Shape` is what a field is made from. Alternatives that say the same to a person are folded into one: a number that may
be a percentage too is a length, a value that may be keyframed is the value, marked as one that can move.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import resources

Schema = Mapping[str, Any]
REF = "#/$defs/"
INNER = ("layers", "layer", "scenes", "composition")  # edited in the tree
FILES = {"source": "file", "font": "font", "font_family": "font", "easing": "easing"}


@dataclass(frozen=True)
class Shape:
    """`kind`: number, length (px or percent), time, point, scale, anchor, text, color, switch, choice, file, font, easing,
    spring, object, list, union, json. `variants`: of a union; `item`: of a list; `parts`: of a point."""

    kind: str
    schema: Schema = field(default_factory=dict)
    title: str = ""
    nullable: bool = False
    animated: bool = False
    variants: tuple[Shape, ...] = ()
    item: Shape | None = None
    definition: str = ""

    @property
    def choices(self) -> tuple[Any, ...]:
        return tuple(self.schema.get("enum") or ((self.schema["const"],) if "const" in self.schema else ()))


@dataclass(frozen=True)
class Spec:
    """A field of an object: `default` is None where nothing counts while it is unset, or nothing simple does."""

    name: str
    shape: Shape
    default: Any
    help: str
    required: bool


@cache
def whole() -> Schema:
    text = (Path(resources.__file__).parent / "composition.schema.json").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    return schema


def definitions() -> Schema:
    found: Schema = whole()["$defs"]
    return found


@cache
def layer_kinds() -> dict[str, str]:
    """The name of each kind of layer → its definition."""
    items = next(each for each in whole()["properties"]["layers"]["anyOf"] if "items" in each)["items"]
    mapping: dict[str, str] = items["discriminator"]["mapping"]
    return {kind: ref.removeprefix(REF) for kind, ref in mapping.items()}


def description(kind: str) -> str:
    """Of a kind of layer, in one sentence."""
    return str(definitions()[layer_kinds()[kind]].get("description", ""))


@cache
def fields_of(definition: str) -> tuple[Spec, ...]:
    """Of an object among the definitions; "" is the composition itself."""
    return tuple(specs(definitions()[definition] if definition else whole()))


def starting(shape: Shape) -> Any:
    """The least that may stand there: what an object must say, an empty list."""
    schema, default = shape.schema, shape.schema.get("default")
    match shape.kind:
        case "object":
            return {
                spec.name: starting(spec.shape) if spec.shape.kind != "choice" else spec.shape.choices[0]
                for spec in fields_of_object(shape)
                if spec.required or "const" in spec.shape.schema
            }
        case "list":
            return [starting(shape.item) for _ in range(schema.get("minItems", 0))] if shape.item else []
        case "union":
            return starting(shape.variants[0])
        case "number" | "length" | "time" | "scale":
            return default if default is not None else max(0, schema.get("minimum", 0))
        case "point":
            return [starting(part) for part in shape.variants]
        case "choice":
            return shape.choices[0]
    simple = {
        "color": "#ffffff",
        "switch": False,
        "spring": "snappy",
        "easing": "linear",
        "anchor": ["center", "center"],
    }
    return simple.get(shape.kind, {} if shape.kind == "json" else "")


def fields_of_object(shape: Shape) -> tuple[Spec, ...]:
    return fields_of(shape.definition) if shape.definition else tuple(specs(shape.schema))


def variant_of(shape: Shape, value: Any) -> Shape:
    """Of a union, the one that a value is of; the first where it is of none."""
    if isinstance(value, Mapping):
        objects = [each for each in shape.variants if each.kind == "object"]
        typed = [each for each in objects if _type_of(each) == value.get("type", _type_of(each))]
        fitting = sorted(typed, key=lambda each: -len(value.keys() & {spec.name for spec in fields_of_object(each)}))
        return next(iter(fitting), next((each for each in shape.variants if each.kind == "json"), shape.variants[0]))
    kinds: tuple[str, ...] = ("choice", "color", "text", "length", "time", "easing")
    if isinstance(value, bool):
        kinds = ("switch",)
    elif isinstance(value, (int, float)):
        kinds = ("number", "length", "scale", "time")
    elif isinstance(value, list):
        kinds = ("point", "list", "anchor", "scale")
    found = [each for each in shape.variants if each.kind in kinds]
    if isinstance(value, list) and not found:
        found = [each for each in shape.variants if each.kind == "json"]
    return found[0] if found and value is not None else shape.variants[0]


def fits(shape: Shape, value: Any) -> bool:
    """Whether the field of the shape can show it; limits are for others to tell."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    pair = isinstance(value, list) and len(value) == 2 and all(isinstance(each, (int, float, str)) for each in value)
    match shape.kind:
        case "number":
            return number
        case "length":
            return number or _is_percent(value)
        case "time" | "text":
            return number or isinstance(value, str)
        case "point":
            return pair and all(not isinstance(each, str) or _is_percent(each) for each in value)
        case "scale":
            return number or (pair and not any(isinstance(each, str) for each in value))
        case "anchor":
            return pair
        case "color" | "font" | "file":
            return isinstance(value, str)
        case "switch":
            return isinstance(value, bool)
        case "choice":
            return isinstance(value, (str, int, float))
        case "easing":
            return isinstance(value, (str, list))
        case "spring":
            return isinstance(value, (str, dict))
        case "object":
            return isinstance(value, dict)
        case "list":
            return isinstance(value, list)
        case "union":
            return any(fits(each, value) for each in shape.variants)
    return True


def _is_percent(value: Any) -> bool:
    try:
        return isinstance(value, str) and value.endswith("%") and float(value[:-1]) == float(value[:-1])
    except ValueError:
        return False


def _type_of(shape: Shape) -> Any:
    return next((spec.shape.schema.get("const") for spec in fields_of_object(shape) if spec.name == "type"), None)


def type_of(shape: Shape) -> str:
    """What objects of one kind among several call themselves: blur, linear."""
    return str(_type_of(shape) or shape.title)


def is_named(shape: Shape) -> bool:
    """A name, or settings that say the name as their type: entrances, transitions."""
    if shape.kind != "union" or [each.kind for each in shape.variants] != ["choice", "object"]:
        return False
    return any(spec.name == "type" and spec.shape.choices for spec in fields_of_object(shape.variants[1]))


def specs(schema: Schema) -> Iterator[Spec]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        if name not in INNER and name not in ("$schema", "framekiln"):
            shape = shape_of(each, name)
            yield Spec(name, shape, each.get("default"), _help(each, shape), name in required)


def _help(schema: Schema, shape: Shape) -> str:
    return str(schema.get("description") or shape.schema.get("description") or "")


# ------------------------------------------------------------------------------------------------------------ shapes


def shape_of(schema: Schema, name: str = "") -> Shape:
    leaves = list(_leaves(schema, ""))
    nullable = any(leaf.get("type") == "null" for leaf, _ in leaves)
    animated = any(definition.startswith(("Keyframed", "Springing")) for _, definition in leaves)
    kept = [
        (leaf, definition)
        for leaf, definition in leaves
        if leaf.get("type") != "null" and not definition.startswith(("Keyframed", "Springing", "FromProp"))
    ]
    shapes = _folded([_leaf(leaf, definition, name) for leaf, definition in kept])
    if len(shapes) == 1:
        (only,) = shapes
        return Shape(only.kind, only.schema, only.title, nullable, animated, only.variants, only.item, only.definition)
    if any(each.definition == "SpringSettings" for each in shapes):
        return Shape("spring", schema, "", nullable, animated)
    return Shape("union", schema, "", nullable, animated, tuple(shapes))


def _leaves(schema: Schema, definition: str) -> Iterator[tuple[Schema, str]]:
    """The alternatives, references followed, each with the name of its definition."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        if name == "FromProp":
            yield {}, name
        else:
            yield from _leaves(definitions()[name], name)
        return
    inner = schema.get("anyOf") or schema.get("oneOf")
    if inner is None:
        yield schema, definition
    for each in inner or ():
        yield from _leaves(each, definition)


def _leaf(schema: Schema, definition: str, name: str) -> Shape:
    kind = schema.get("type")
    if "enum" in schema or "const" in schema:
        return Shape("choice", schema, "name")
    if kind in ("number", "integer"):
        return Shape("number", schema, "number")
    if kind == "boolean":
        return Shape("switch", schema, "switch")
    if kind == "string":
        return _string(schema, name)
    if kind == "array":
        return _array(schema, name)
    if kind == "object" and schema.get("properties"):
        return Shape("object", schema, str(schema.get("title", definition)), definition=definition)
    return Shape("json", schema, "JSON")


def _string(schema: Schema, name: str) -> Shape:
    if schema.get("format") == "color" or name.endswith("color"):
        return Shape("color", schema, "colour")
    if str(schema.get("pattern", "")).endswith("%$"):
        return Shape("length", schema, "percent")
    if "marker" in str(schema.get("description", "")).lower():
        return Shape("time", schema, "time")
    return Shape(FILES.get(name, "text"), schema, "text")


def _array(schema: Schema, name: str) -> Shape:
    if "prefixItems" in schema:
        parts = tuple(shape_of(each) for each in schema["prefixItems"])
        if len(parts) == 4 and name == "easing":
            return Shape("easing", schema, "curve")
        kinds = {part.kind for part in parts}
        if len(parts) == 2 and kinds <= {"number", "length"}:
            return Shape("point", schema, "point", variants=parts)
        if len(parts) == 2 and kinds <= {"anchor"}:
            return Shape("anchor", schema, "anchor", variants=parts)
        return Shape("json", schema, "JSON")
    if "items" in schema:
        return Shape("list", schema, "list", item=shape_of(schema["items"], name.removesuffix("s")))
    return Shape("json", schema, "JSON")


_TOGETHER: Mapping[frozenset[str], str] = {
    frozenset(("number", "length")): "length",
    frozenset(("number", "time")): "time",
    frozenset(("number", "choice")): "anchor",
    frozenset(("number", "point")): "scale",
    frozenset(("easing",)): "easing",
    frozenset(("text", "number")): "text",
}


def _folded(shapes: list[Shape]) -> list[Shape]:
    kinds = frozenset(shape.kind for shape in shapes)
    if len(shapes) > 1 and kinds in _TOGETHER and len(kinds) <= 2:
        first = next((shape for shape in shapes if shape.kind == "number"), shapes[0])
        return [Shape(_TOGETHER[kinds], first.schema, first.title, variants=tuple(shapes))]
    if len(shapes) > 1 and kinds == {"choice"}:
        choices = [choice for shape in shapes for choice in shape.choices]
        return [Shape("choice", {"enum": choices}, "name")]
    return shapes or [Shape("json")]


# ------------------------------------------------------------------------------------------------------------ groups

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Content": (
        "text", "name", "title", "source", "code", "language", "url", "shape", "points", "path", "sides", "inner", "data", "lines",
        "from", "to", "over", "as", "props", "size", "font", "font_family", "font_size", "weight", "font_weight", "italic",
        "align", "width", "line_height", "letter_spacing", "fit", "crop", "fps", "duration",
    ),
    "Transform": ("position", "scale", "rotation", "anchor", "rotation_x", "rotation_y", "perspective"),
    "Look": ("opacity", "fill", "color", "text_color", "stroke", "radius", "blend", "background", "shadow", "shadows"),
    "Time": ("start", "end", "speed", "trim", "when_over", "time_remap", "delay", "stagger"),
    "Entrance & exit": ("entrance", "exit", "transition"),
    "Effects": ("effects", "backdrop", "motion_blur", "masks", "matte"),
    "Advanced": (
        "flex", "features", "direction", "wrap", "max_lines", "ellipsis", "spans", "highlights", "animators", "locale",
        "smooth", "interpolate", "unsupported", "role", "duck", "fallback_fonts", "loudness", "comment", "markers",
        "fonts", "palette", "props",
    ),
}  # fmt: skip
APART = ("id", "type", "hidden")  # these stand above the form
ONLY_OF_FILM = ("props", "palette", "fonts", "fallback_fonts", "loudness", "comment", "markers")


def grouped(fields: tuple[Spec, ...]) -> dict[str, list[Spec]]:
    """The usual ones first; what no group names is content, colours are look."""
    order = {name: (group, k) for group, names in GROUPS.items() for k, name in enumerate(names)}
    found: dict[str, list[Spec]] = {group: [] for group in GROUPS}
    for spec in fields:
        if spec.name not in APART:
            group, _ = order.get(spec.name, ("Look" if "color" in spec.name else "Content", 99))
            found[group].append(spec)
    for specs_ in found.values():
        specs_.sort(key=lambda spec: order.get(spec.name, ("", 99))[1])
    return {group: listed for group, listed in found.items() if listed}


# Of layers of one type, a field that counts only where another one says so: (type, field) → (the other, what it says).
ONLY_WITH: Mapping[tuple[str, str], tuple[str, str]] = {
    ("shape", "points"): ("shape", "star"),
    ("shape", "inner"): ("shape", "star"),
    ("shape", "sides"): ("shape", "polygon"),
    ("shape", "path"): ("shape", "path"),
}
UNITS: Mapping[str, str] = {
    "rotation": "°", "rotation_x": "°", "rotation_y": "°", "angle": "°", "hue": "°", "tilt": "°",
    "size": " px", "font_size": " px", "width": " px", "letter_spacing": " px", "gap": " px", "distance": " px",
    "perspective": " px",
    "start": " s", "end": " s", "delay": " s", "duration": " s", "stagger": " s", "fade_in": " s", "fade_out": " s",
    "speed": "×", "opacity": "",
}  # fmt: skip
