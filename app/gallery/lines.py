"""How a thing is written, in JSON and in Python: on one line where it fits, else broken from the outside in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pydantic import BaseModel

import render_engine

WIDTH = 42  # characters


@dataclass(frozen=True)
class Block:
    """Something in brackets: each part has what stands before it, a key or a name."""

    opening: str
    parts: tuple[tuple[str, Piece], ...]
    closing: str


Piece = str | Block


def written(raw: Mapping[str, Any], module: str, name: str) -> dict[str, str]:
    """By language. `name`: of the model in `module` that reads it."""
    model: BaseModel = getattr(import_module(module), name).model_validate(raw)
    return {"JSON": as_json(raw), "Python": as_python(model)}


def as_json(value: Any, width: int = WIDTH) -> str:
    return "\n".join(_lines(_json(value), width))


def as_python(model: BaseModel) -> str:
    """The lines that make an equal model, with their imports."""
    return "\n".join([*_imports(model), "", *_lines(_python(model), WIDTH)])


def _json(value: Any) -> Piece:
    if isinstance(value, Mapping):
        return Block("{", tuple((f"{json.dumps(key)}: ", _json(inner)) for key, inner in value.items()), "}")
    if isinstance(value, list):
        return Block("[", tuple(("", _json(inner)) for inner in value), "]")
    return json.dumps(value, ensure_ascii=False)


def _python(value: Any) -> Piece:
    if isinstance(value, BaseModel):
        return Block(f"{_name(value)}(", tuple((f"{name}=", _python(inner)) for name, inner in _given(value)), ")")
    if isinstance(value, Mapping):
        return Block("{", tuple((f"{_python(key)}: ", _python(inner)) for key, inner in value.items()), "}")
    if isinstance(value, list | tuple):
        opening, closing = "[]" if isinstance(value, list) else "()"
        return Block(opening, tuple(("", _python(inner)) for inner in value), closing)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # in the quotes that our Python is written in
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


def _lines(piece: Piece, width: int, before: str = "", after: str = "") -> list[str]:
    """`before` and `after` it stands what belongs on its first and its last line."""
    line = f"{before}{_in_one(piece)}{after}"
    if isinstance(piece, str) or not piece.parts or len(line) <= width:
        return [line]
    indent = " " * (len(before) - len(before.lstrip()) + 2)
    last = len(piece.parts) - 1
    inner = [_lines(part, width, indent + name, "" if k == last else ",") for k, (name, part) in enumerate(piece.parts)]
    return [f"{before}{piece.opening}", *_together(inner, width), f"{indent[2:]}{piece.closing}{after}"]


def _in_one(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    return piece.opening + ", ".join(name + _in_one(part) for name, part in piece.parts) + piece.closing


def _together(parts: Sequence[list[str]], width: int) -> Iterator[str]:
    """Short parts share a line."""
    line = ""
    for part in parts:
        if line and len(part) == 1 and len(line) + 1 + len(part[0].lstrip()) <= width:
            line = f"{line} {part[0].lstrip()}"
            continue
        if line:
            yield line
        line = part[0] if len(part) == 1 else ""
        if not line:
            yield from part
    if line:
        yield line


def _given(model: BaseModel) -> list[tuple[str, Any]]:
    """What was set; a type that cannot be another goes without saying."""
    given = [(name, getattr(model, name)) for name in type(model).model_fields if name in model.model_fields_set]
    return [(name, value) for name, value in given if name != "type" or _default_type(model) != value]


def _default_type(model: BaseModel) -> Any:
    return type(model).model_fields["type"].default


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
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from _models(inner)
