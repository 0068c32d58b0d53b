"""A document as the text of its file: as a person would write it, a layer's field a line, small values on one line."""

from __future__ import annotations

import json
import re
from typing import Any

WIDTH = 110  # columns
OPEN = {"layers", "scenes", "composition", "layer"}  # one field a line, however short: what is edited most


def document_text(document: dict[str, Any], like: str | None = None) -> str:
    """`like`: the text that the file had before; its indentation stays, and so does its one line."""
    if like and "\n" not in like.strip():
        return json.dumps(document, ensure_ascii=False) + ("\n" if like.endswith("\n") else "")
    return _written(document, _indent(like), "", opened=True) + "\n"


def _indent(like: str | None) -> str:
    found = re.search(r"^([ \t]+)\S", like or "", re.MULTILINE)
    return found[1][:8] if found else "  "


def _written(value: Any, indent: str, margin: str, *, opened: bool, room: int = WIDTH) -> str:
    if not value or not isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    flat = None if opened else json.dumps(value, ensure_ascii=False)
    if flat is not None and len(flat) <= room - len(margin.expandtabs(4)):
        return flat
    inner = margin + indent
    if isinstance(value, list):
        lines = [_written(each, indent, inner, opened=opened and isinstance(each, dict)) for each in value]
        return f"[\n{inner}" + f",\n{inner}".join(lines) + f"\n{margin}]"
    fields = [
        (name := json.dumps(key, ensure_ascii=False) + ": ")
        + _written(each, indent, inner, opened=key in OPEN, room=WIDTH - len(name))
        for key, each in value.items()
    ]
    return f"{{\n{inner}" + f",\n{inner}".join(fields) + f"\n{margin}}}"
