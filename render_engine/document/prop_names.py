"""Which props a source takes, before any is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from render_engine.document import python_source, templates
from render_engine.document.composition import Prop
from render_engine.document.props import declared
from render_engine.document.read import document_file, read_document
from render_engine.document.typed_props import is_file_name

if TYPE_CHECKING:
    from pydantic import BaseModel


def prop_names(source: str) -> dict[str, bool]:
    """Each prop of a template, a document or file.py:function, and whether it must be given."""
    if model := _model(source):
        return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}
    return {name: prop.required and prop.default is None for name, prop in _declared(source).items()}


def file_props(source: str) -> list[str]:
    """Those of them that name a file."""
    if model := _model(source):
        return [field.alias or name for name, field in model.model_fields.items() if is_file_name(field)]
    return [name for name, prop in _declared(source).items() if prop.type == "file"]


def _model(source: str) -> type[BaseModel] | None:
    """None for a document, which declares its props itself."""
    file, _, function = source.rpartition(":")
    if file.endswith(".py"):
        return python_source.props_model(python_source.found(Path(file), function, source))
    if source in templates.TEMPLATES:
        model: type[BaseModel] = templates.template(source).module().Props
        return model
    return None


def _declared(source: str) -> dict[str, Prop]:
    raw = read_document(document_file(Path(source)))
    return declared(raw) if isinstance(raw, dict) else {}
