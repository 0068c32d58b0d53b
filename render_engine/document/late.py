"""Models inside models, built when a document first has one.

Building every model of every kind of layer costs half a second, and a document has a few kinds. A late member
validates by the model's own validator, which pydantic builds at its first use (`defer_build`); problems keep their paths.
For the same reason no file with models has `from __future__ import annotations`: pydantic would evaluate each string.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

MODEL = "framekiln_model"  # the key in a schema's metadata by which the JSON Schema finds the model again


class Late:
    """Marks a model in an annotation: Annotated[Composition, LATE] | None."""

    def __get_pydantic_core_schema__(self, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        return late(lambda: source)


LATE = Late()


@dataclass(frozen=True)
class ByType:
    """One of several models, told by its “type”; they may be imported late too, since some layers hold layers."""

    find: Mapping[str, Callable[[], type[BaseModel]]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.tagged_union_schema({tag: late(find) for tag, find in self.find.items()}, "type")

    def models(self) -> Iterator[type[BaseModel]]:
        return (find() for find in self.find.values())


def late(find: Callable[[], type[BaseModel]]) -> CoreSchema:
    def validate(value: Any) -> BaseModel:
        return find().model_validate(value)

    return core_schema.no_info_plain_validator_function(validate, metadata={MODEL: find})
