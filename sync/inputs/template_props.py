"""Files among a template's props: what stands in a field that its model calls a FileName, also in models inside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from render_engine.document.typed_props import is_file_name

Place = Callable[[str, str], str]  # (where, name) -> the name to give instead


def placed_props(
    model: type[BaseModel], given: Mapping[str, Any], place: Place, where: str = "props"
) -> dict[str, Any]:
    """The same props with their files named anew; what the model does not know stays, and is refused by it."""
    fields = {name: field for key, field in model.model_fields.items() for name in (key, field.alias) if name}
    return {
        name: _value(fields[name], value, place, f"{where}.{name}") if name in fields else value
        for name, value in given.items()
    }


def _value(field: FieldInfo, value: Any, place: Place, where: str) -> Any:
    if isinstance(value, str):
        return _text(field, value, place, where)
    return _inside(field.annotation, value, place, where)


def _text(field: FieldInfo, text: str, place: Place, where: str) -> Any:
    """A command line gives texts: lists and objects are JSON."""
    if not text.lstrip().startswith(("[", "{")):
        return place(where, text) if is_file_name(field) else text
    try:
        return _inside(field.annotation, json.loads(text), place, where)
    except (ValueError, RecursionError):
        return text


def _inside(kind: Any, value: Any, place: Place, where: str) -> Any:
    """Files in a value of that kind: a model, or a list of them."""
    for member in _members(kind):
        origin = get_origin(member)
        if isinstance(value, dict) and isinstance(member, type) and issubclass(member, BaseModel):
            return placed_props(member, value, place, where)
        if isinstance(value, (list, tuple)) and origin in (list, tuple):
            inner = FieldInfo.from_annotation(get_args(member)[0])
            return [_value(inner, each, place, f"{where}[{k}]") for k, each in enumerate(value)]
    return value


def _members(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [member for one in get_args(kind) for member in _members(one)]
    return [kind]
