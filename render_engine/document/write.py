"""A composition back into the raw document that reads as the same composition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from render_engine.document.read import Raw

if TYPE_CHECKING:
    from render_engine.document.composition import Composition


def validated_json(composition: Composition) -> str:
    """As it was validated, props in their places: `load.validated` reads it as the same composition.

    What was never set is left out. What was set to its default stays: to a nested composition, a black background and none
    are different things.
    """
    return composition.model_dump_json(by_alias=True, exclude_unset=True, warnings=False)


def raw_document(composition: Composition) -> dict[str, Raw]:
    """The same as a document: a plain “${” in a text is written so that it stays one."""
    fields: dict[str, Raw] = json.loads(validated_json(composition))
    return {"framekiln": composition.framekiln, **_document(fields)}


def _document(fields: dict[str, Raw]) -> dict[str, Raw]:
    """Props are declared as they are written; everywhere else a prop could stand."""
    return {key: value if key == "props" else _plain(value) for key, value in fields.items()}


def _plain(value: Raw) -> Raw:
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    nested = value.get("type") == "composition"
    return {key: _document(inner) if nested and key == "composition" else _plain(inner) for key, inner in value.items()}
