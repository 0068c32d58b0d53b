"""Props of templates and Python functions: fields of a pydantic model, given as texts or JSON values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from render_engine.document.address import is_address
from render_engine.document.fields import ColorText
from render_engine.document.problems import problems_of, refuse
from render_engine.document.read import check_raw
from render_engine.document.suggest import one_of
from render_engine.document.types_at import plain_kinds

# A file: given on the command line it is relative to the current folder, as a default to the template's base.
FileName = Annotated[str, Field(json_schema_extra={"format": "file"})]

COLOR = FieldInfo.from_annotation(ColorText).metadata  # what makes a text one
WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    list: "list",
    tuple: "list",
    dict: "object",
    type(None): "nothing",
}
LIMITS = {
    "ge": "at least",
    "gt": "more than",
    "le": "at most",
    "lt": "less than",
    "max_length": "up to",
    "min_length": "from",
}


@dataclass(frozen=True)
class PropRow:
    """One prop as help shows it."""

    name: str
    type: str
    default: str
    limits: str
    help: str


def fill_props(model: type[BaseModel], given: Mapping[str, object], files_from: Path) -> BaseModel:
    """The model with what was given, or a DocumentError with every problem."""
    raw = {name: _value(model, name, value, files_from) for name, value in given.items()}
    check_raw(raw)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise refuse(problems_of(error, raw, model, "props")) from error


def describe_props(model: type[BaseModel]) -> list[PropRow]:
    return [
        PropRow(
            field.alias or name, type_words(field), default_words(field), limit_words(field), field.description or ""
        )
        for name, field in model.model_fields.items()
    ]


def type_words(field: FieldInfo) -> str:
    text = "file" if is_file_name(field) else "colour" if _is_color(field) else WORDS[str]
    words = {**WORDS, str: text}
    kinds = [kind for kind in plain_kinds(field.annotation) if kind is not type(None)]
    return one_of(word for kind in kinds for word in _kind_words(kind, words))


def default_words(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return ""
    if field.default is PydanticUndefined:
        return "required"
    value = field.default
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=_plain)


def limit_words(field: FieldInfo) -> str:
    """What the field's own constraints say, in words."""
    told = []
    for rule in (*field.metadata, *(rule for member in _members(field) for rule in member.metadata)):
        for name, words in LIMITS.items():
            limit = getattr(rule, name, None)
            if limit is not None:
                told.append(f"{words} {limit:.12g}{' long' if name.endswith('length') else ''}")
    return ", ".join(told)


def _kind_words(kind: Any, words: Mapping[Any, str]) -> list[str]:
    origin = get_origin(kind)
    if origin is Literal:
        return [str(word) for word in get_args(kind)]
    base = origin or kind
    return [words.get(base, "object" if isinstance(base, type) and issubclass(base, BaseModel) else str(base))]


def is_file_name(field: FieldInfo) -> bool:
    """Written in the field itself, or in a member of its union (FileName | None)."""
    extras = (one.json_schema_extra for one in (field, *_members(field)))
    return any(isinstance(extra, dict) and extra.get("format") == "file" for extra in extras)


def _is_color(field: FieldInfo) -> bool:
    return any(rule in COLOR for one in (field, *_members(field)) for rule in one.metadata)


def _plain(value: object) -> object:
    return value.model_dump(exclude_defaults=True, by_alias=True) if isinstance(value, BaseModel) else str(value)


def _members(field: FieldInfo) -> list[FieldInfo]:
    members = get_args(field.annotation) if get_origin(field.annotation) in (Union, UnionType) else ()
    return [FieldInfo.from_annotation(member) for member in members if member is not type(None)]


def _value(model: type[BaseModel], name: str, value: object, files_from: Path) -> object:
    """A text for a field that takes none is read as JSON; a file becomes absolute."""
    field = next((field for key, field in model.model_fields.items() if name in (key, field.alias)), None)
    if field is None:
        return value
    texts = [kind for kind in plain_kinds(field.annotation) if kind is str or get_origin(kind) is Literal]
    if isinstance(value, (int, float)) and texts == list(plain_kinds(field.annotation)):
        return json.dumps(value)  # `--set title=2024` means the text
    if not isinstance(value, str):
        return value
    if is_file_name(field) and not value.startswith(("[", "{")):
        return value if is_address(value) else str(files_from / value)
    if texts and not is_file_name(field):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
