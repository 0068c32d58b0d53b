"""Which models may stand at a place of a raw document: so that a wrong key can be met with the right ones."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from render_engine.document.late import ByType

Step = str | int


def models_at(root: type[BaseModel], raw: Any, steps: tuple[Step, ...]) -> list[type[BaseModel]]:
    """The models that the value reached by `steps` may be meant as, narrowed by its “type” key."""
    kinds: list[Any] = [root]
    value = raw
    for step in steps:
        kinds = [inner for kind in _narrowed(kinds, value) for inner in _inside(kind, step)]
        value = _child(value, step)
    return [kind for kind in _narrowed(kinds, value) if _is_model(kind)]


def field_names(model: type[BaseModel]) -> list[str]:
    """The keys of a model as a document writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def plain_kinds(annotation: Any) -> Iterator[Any]:
    """The members of a union, without Annotated."""
    origin = get_origin(annotation)
    if origin is Annotated:
        kind, *marks = get_args(annotation)
        several = next((mark for mark in marks if isinstance(mark, ByType)), None)
        yield from several.models() if several else plain_kinds(kind)
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from plain_kinds(member)
    else:
        yield annotation


def tag_of(model: type[BaseModel]) -> str | None:
    """The word by which a document names this kind: the value of its “type”."""
    field = model.model_fields.get("type")
    words = get_args(field.annotation) if field and get_origin(field.annotation) is Literal else ()
    return words[0] if len(words) == 1 else None


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _narrowed(kinds: list[Any], value: Any) -> list[Any]:
    named = value.get("type") if isinstance(value, dict) else None
    right = [kind for kind in kinds if _is_model(kind) and tag_of(kind) == named is not None]
    return right or kinds


def _inside(kind: Any, step: Step) -> Iterator[Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if _is_model(kind):
        fields = kind.model_fields
        for name, field in fields.items():
            if step in (name, field.alias):
                yield from plain_kinds(field.annotation)
    elif origin is dict:
        yield from plain_kinds(arguments[1])
    elif origin is list:
        yield from plain_kinds(arguments[0])
    elif origin is tuple and isinstance(step, int):
        yield from plain_kinds(arguments[min(step, len(arguments) - 1)])


def _child(value: Any, step: Step) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, (list, tuple)) and isinstance(step, int) and step < len(value) else None
