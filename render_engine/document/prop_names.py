"""Which props a source takes, before any is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from render_engine.document import python_source, templates
from render_engine.document.props import declared
from render_engine.document.read import document_file, read_document

if TYPE_CHECKING:
    from pydantic import BaseModel


def prop_names(source: str) -> dict[str, bool]:
    """Each prop of a template, a document or file.py:function, and whether it must be given."""
    file, _, function = source.rpartition(":")
    if file.endswith(".py"):
        return _of_model(python_source.props_model(python_source.found(Path(file), function, source)))
    if source in templates.TEMPLATES:
        return _of_model(templates.template(source).module().Props)
    raw = read_document(document_file(Path(source)))
    props = declared(raw) if isinstance(raw, dict) else {}
    return {name: prop.required and prop.default is None for name, prop in props.items()}


def _of_model(model: type[BaseModel]) -> dict[str, bool]:
    return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}
