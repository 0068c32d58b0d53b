"""How a thing is written, in JSON and in Python: on one line where it fits, else broken from the outside in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from pydantic import BaseModel

import render_engine

WIDTH = 42  # characters


def written(raw: Mapping[str, Any], module: str, name: str) -> dict[str, str]:
    """By language. `name`: of the model in `module` that reads it."""
    model: BaseModel = getattr(import_module(module), name).model_validate(raw)
    return {"JSON": as_json(raw), "Python": as_python(model)}


def as_json(value: Any) -> str:
    return "\n".join(_json("", value, "", ""))


def _json(before: str, value: Any, after: str, indent: str) -> list[str]:
    line = f"{indent}{before}{json.dumps(value, ensure_ascii=False)}{after}"
    if isinstance(value, Mapping):
        parts = [(f"{json.dumps(key)}: ", inner) for key, inner in value.items()]
        return _fitted(line, "{", parts, "}" + after, before, indent, _json)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _fitted(line, "[", [("", inner) for inner in value], "]" + after, before, indent, _json)
    return [line]


def as_python(model: BaseModel) -> str:
    """The lines that make an equal model, with their imports."""
    return "\n".join([*_imports(model), "", *_python("", model, "", "")])


def _python(before: str, value: Any, after: str, indent: str) -> list[str]:
    line = f"{indent}{before}{_short(value)}{after}"
    if isinstance(value, BaseModel):
        parts = [(f"{key}=", inner) for key, inner in _given(value)]
        return _fitted(line, f"{_name(value)}(", parts, ")" + after, before, indent, _python)
    if isinstance(value, dict):
        parts = [(f"{key!r}: ", inner) for key, inner in value.items()]
        return _fitted(line, "{", parts, "}" + after, before, indent, _python)
    if isinstance(value, list | tuple):
        opening, closing = "[]" if isinstance(value, list) else "()"
        return _fitted(line, opening, [("", inner) for inner in value], closing + after, before, indent, _python)
    return [line]


def _fitted(
    line: str, opening: str, parts: list[tuple[str, Any]], closing: str, before: str, indent: str, write: Any
) -> list[str]:
    """The one line, or its parts between the marks, further in."""
    if len(line) <= WIDTH or not parts:
        return [line]
    inner = [
        write(name, value, "," if k < len(parts) - 1 else "", indent + "  ") for k, (name, value) in enumerate(parts)
    ]
    return [f"{indent}{before}{opening}", *_together(inner), f"{indent}{closing}"]


def _together(parts: Sequence[list[str]]) -> Iterator[str]:
    """Short parts share a line."""
    line = ""
    for part in parts:
        if line and len(part) == 1 and len(line) + 1 + len(part[0].lstrip()) <= WIDTH:
            line = f"{line} {part[0].lstrip()}"
            continue
        if line:
            yield line
        *rest, line = part
        yield from rest
        if rest:
            yield line
            line = ""
    if line:
        yield line


def _short(value: Any) -> str:
    if isinstance(value, BaseModel):
        return f"{_name(value)}({', '.join(f'{key}={_short(inner)}' for key, inner in _given(value))})"
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_short, value))}{',' * (len(value) == 1)})"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _given(model: BaseModel) -> list[tuple[str, Any]]:
    """What was set; a constant type goes without saying."""
    fields = type(model).model_fields
    given = [name for name in fields if name in model.model_fields_set]
    return [
        (name, getattr(model, name))
        for name in given
        if name != "type" or fields[name].default is not getattr(model, name)
    ]


def _name(model: BaseModel) -> str:
    """Without a generic model's parameters."""
    return type(model).__name__.partition("[")[0]


def _imports(model: BaseModel) -> Iterator[str]:
    homes: dict[str, set[str]] = {}
    for each in _models(model):
        name = _name(each)
        home = "render_engine" if name in render_engine.__all__ else type(each).__module__
        homes.setdefault(home, set()).add(name)
    for home, names in sorted(homes.items()):
        yield f"from {home} import {', '.join(sorted(names))}"


def _models(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        value = [inner for _, inner in _given(value)]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from _models(inner)
