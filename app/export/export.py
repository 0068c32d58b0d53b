"""What a person wants to have rendered: the window writes it, the worker's process reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

Span = tuple[int, int]


@dataclass(frozen=True)
class Export:
    """None: the document, the preset or the machine decides."""

    source: str  # a template's name, a document, file.py:function
    output: Path
    props: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None  # as it is being edited, where that is not what the file says
    size: tuple[int, int] | None = None
    fps: str | None = None
    preset: str | None = None
    encoder: str | None = None
    crf: float | None = None
    speed: str | None = None
    renderer: str | None = None
    span: Span | None = None  # frames of the composition: from the first, up to the second

    @property
    def name(self) -> str:
        return self.output.name

    def to_dict(self) -> dict[str, Any]:
        """Of what JSON can hold."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return values | {"output": str(self.output)}


def export_from(values: Mapping[str, Any]) -> Export:
    """Of what `to_dict` made."""
    pairs = {name: tuple(values[name]) if values[name] else None for name in ("size", "span")}
    return Export(**{**values, **pairs, "output": Path(values["output"])})
