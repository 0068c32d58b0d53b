"""What a document's user may set: declared props, the values given for them, and their places in the document.

`${title}` stands in texts ($${ for a plain ${), {"$prop": "items"} for whole values. Values are put in as they are:
what is put in is never searched for props again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, ValidationError

from render_engine import color
from render_engine.document.address import is_address
from render_engine.document.composition import Prop
from render_engine.document.fields import Model
from render_engine.document.problems import describe, problems_of, refuse
from render_engine.document.read import Raw, check_raw
from render_engine.document.suggest import did_you_mean, one_of
from render_engine.errors import DocumentError, Problem

MAX_TEXT = 1_000_000
MAX_VALUES = 2_000_000

PLACE = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
NAME = re.compile(r"[A-Za-z_]\w{0,63}")
TAKEN = {"item": "a repeat", "index": "a repeat", "count": "a repeat", "palette": "a document", "spacing": "a document"}

KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "a text"),
    "number": ((int, float), "a number"),
    "integer": ((int,), "a whole number"),
    "boolean": ((bool,), "true or false"),
    "color": ((str,), "a colour"),
    "choice": ((str,), "a text"),
    "file": ((str,), "a file name"),
    "list": ((list,), "a list"),
    "object": ((dict,), "an object"),
}


class Declaring(Model):
    """The part of a document that declares its props."""

    props: dict[str, Prop] = Field({})


def declared(raw: Mapping[str, Raw]) -> dict[str, Prop]:
    """The props a document declares."""
    block = {"props": raw.get("props", {})}
    try:
        props = Declaring.model_validate(block).props
    except ValidationError as error:
        raise refuse(problems_of(error, block, Declaring)) from error
    problems = [
        Problem(f"props.{name}", _misnamed(name)) for name in props if not NAME.fullmatch(name) or name in TAKEN
    ]
    if problems:
        raise DocumentError(problems)
    return props


def _misnamed(name: str) -> str:
    if name in TAKEN:
        return f"“{name}” is what {TAKEN[name]} calls its own; take another name"
    return "a prop's name has letters, digits and _ only, and begins with a letter"


def values_of(props: Mapping[str, Prop], given: Mapping[str, object], files_from: Path | None) -> dict[str, Raw]:
    """The value of every prop: the given one or its default; files given are relative to `files_from`."""
    problems = [
        Problem(f"props.{name}", f"there is no prop “{name}”", did_you_mean(name, props) or _listed(props))
        for name in given
        if name not in props
    ]
    values: dict[str, Raw] = {}
    for name, prop in props.items():
        is_given = name in given
        value = from_text(given[name], prop.type) if is_given else prop.default
        if value is None:
            if prop.required:
                problems.append(Problem(f"props.{name}", f"the prop “{name}” must be given{_helped(prop)}"))
            continue
        wrong = complaint(value, prop)
        if wrong:
            problems.append(Problem(f"props.{name}" + ("" if is_given else ".default"), wrong))
        elif is_given and prop.type == "file" and files_from is not None:
            value = str(value) if is_address(str(value)) else str(files_from / str(value))
        values[name] = value
    if problems:
        raise DocumentError(problems)
    return values


def _listed(props: Mapping[str, Prop]) -> str:
    return f"It takes {one_of(props)}." if props else "The document declares none."


def _helped(prop: Prop) -> str:
    return f" ({prop.help})" if prop.help else ""


def from_text(value: object, kind: str) -> Raw:
    """A command line gives texts: they are read as the prop's type where they can be."""
    if not isinstance(value, str) or kind in ("string", "color", "choice", "file"):
        return (
            str(value)
            if kind == "string" and isinstance(value, (int, float)) and not isinstance(value, bool)
            else value
        )
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def complaint(value: Raw, prop: Prop) -> str | None:
    """What is wrong with a value, in words; None where it fits."""
    types, words = KINDS[prop.type]
    if not isinstance(value, types) or (isinstance(value, bool) and prop.type != "boolean"):
        return f"expected {words}, got {describe(value)}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _out_of_range(value, prop)
    if prop.max_length is not None and isinstance(value, (str, list)) and len(value) > prop.max_length:
        return f"{len(value)} {'characters' if isinstance(value, str) else 'items'} are more than {prop.max_length}"
    if prop.choices is not None and isinstance(value, str) and value not in prop.choices:
        hint = did_you_mean(value, prop.choices)
        return f"“{value}” is not one of {one_of(prop.choices)}{f'. {hint}' if hint else ''}"
    if prop.type == "color":
        return _not_a_color(str(value))
    try:
        check_raw(value)
    except DocumentError as error:
        return error.problems[0].message
    return None


def _out_of_range(value: float, prop: Prop) -> str | None:
    if isinstance(value, float) and not math.isfinite(value):
        return f"expected a finite number, got {value}"
    if prop.min is not None and value < prop.min:
        return f"expected at least {prop.min:g}, got {describe(value)}"
    if prop.max is not None and value > prop.max:
        return f"expected at most {prop.max:g}, got {describe(value)}"
    return None


def _not_a_color(text: str) -> str | None:
    try:
        color.parse(text)
    except ValueError as error:
        return str(error)
    return None


class UndefinedError(Exception):
    """A place names something that is not there; `hint`: what may have been meant."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass
class Filling:
    """Puts values into a raw document, and counts, so that no document grows without bound."""

    problems: list[Problem] = field(default_factory=list)
    counted: int = 0
    sizes: dict[int, int] = field(default_factory=dict)

    def fill(self, raw: Raw, scope: Mapping[str, Raw], path: str) -> Raw:
        """The same value with every prop in its place."""
        self.count(1)
        if isinstance(raw, str):
            return self.text(raw, scope, path) if "${" in raw else raw
        if isinstance(raw, list):
            return [self.fill(inner, scope, f"{path}[{k}]") for k, inner in enumerate(raw)]
        if not isinstance(raw, dict):
            return raw
        if "$prop" in raw:
            return self.whole(raw, scope, path)
        return self.fields(raw, scope, path)

    def fields(self, raw: Mapping[str, Raw], scope: Mapping[str, Raw], path: str) -> dict[str, Raw]:
        return {key: self.fill(inner, scope, f"{path}.{key}" if path else key) for key, inner in raw.items()}

    def text(self, raw: str, scope: Mapping[str, Raw], path: str) -> str:
        parts: list[str] = []
        end = 0
        for match in PLACE.finditer(raw):
            parts += (raw[end : match.start()], self._part(match, scope, path))
            end = match.end()
            self.count(1 + len(parts[-1]) // 64)
        text = "".join((*parts, raw[end:]))
        if len(text) > MAX_TEXT:
            raise DocumentError(f"the text grows to {len(text)} characters; {MAX_TEXT} is the most", where=path)
        return text

    def whole(self, raw: Mapping[str, Raw], scope: Mapping[str, Raw], path: str) -> Raw:
        name = raw["$prop"]
        if len(raw) > 1 or not isinstance(name, str):
            self.problems.append(Problem(path, 'a prop stands alone: {"$prop": "its name"}'))
            return None
        try:
            value = look_up(name, scope)
        except UndefinedError as error:
            self.problems.append(Problem(path, str(error), error.hint))
            return None
        self.count(self.size(value))
        return value

    def count(self, values: int) -> None:
        self.counted += values
        if self.counted > MAX_VALUES:
            raise DocumentError(f"the document grows to more than {MAX_VALUES} values by its props and repeats")

    def size(self, value: Raw) -> int:
        """How many values are in it, itself included."""
        if not isinstance(value, (dict, list)):
            return 1
        if id(value) not in self.sizes:
            self.sizes[id(value)] = 1 + sum(
                self.size(inner) for inner in (value.values() if isinstance(value, dict) else value)
            )
        return self.sizes[id(value)]

    def _part(self, match: re.Match[str], scope: Mapping[str, Raw], path: str) -> str:
        if match[0] == "$${":
            return "${"
        if match[1] is None:
            self.problems.append(Problem(path, "a “${” is not closed by “}”", "Write $${ for a plain ${."))
            return ""
        try:
            return as_text(look_up(match[1].strip(), scope), match[1])
        except UndefinedError as error:
            self.problems.append(Problem(path, str(error), error.hint or "Write $${ for a plain ${."))
            return ""


def look_up(name: str, scope: Mapping[str, Raw]) -> Raw:
    """`title`, `item.name`, `item.sizes.0`"""
    first, *steps = name.split(".")
    if first not in scope:
        raise UndefinedError(f"there is no prop “{name[:60]}” with a value here", _hint(first, scope))
    value = scope[first]
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and re.fullmatch(r"\d{1,6}", step) and int(step) < len(value):
            value = value[int(step)]
        else:
            hint = did_you_mean(step, value) if isinstance(value, dict) else None
            raise UndefinedError(f"“{name[:60]}”: {describe(value)} has no “{step[:60]}”", hint)
    return value


def _hint(name: str, scope: Mapping[str, Raw]) -> str | None:
    return 'State the document\'s colours: "palette": "dark".' if name == "palette" else did_you_mean(name, scope)


def as_text(value: Raw, name: str) -> str:
    """A value inside a text: 3.0 is “3”."""
    if isinstance(value, (dict, list)) or value is None:
        raise UndefinedError(f"“{name[:60]}” is {describe(value)}; only texts and numbers stand in a text")
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{int(value)}" if isinstance(value, float) and value.is_integer() else str(value)
