"""How a layer is written, in JSON and in Python: on one line where it fits, else broken from the outside in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

WIDTH = 46  # characters
Part = tuple[str, Any]  # what stands before a value, and the value


def as_json(value: Any) -> str:
    return _broken("", value, "", "")


def _broken(before: str, value: Any, after: str, indent: str) -> str:
    line = f"{indent}{before}{json.dumps(value, ensure_ascii=False)}{after}"
    if len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    if isinstance(value, dict):
        parts = [(f"{json.dumps(key)}: ", inner) for key, inner in value.items()]
        return _around("{}", before, parts, after, indent)
    return _around("[]", before, [("", inner) for inner in value], after, indent)


def _around(marks: str, before: str, parts: Sequence[Part], after: str, indent: str) -> str:
    last = len(parts) - 1
    inner = [_broken(name, value, "" if k == last else ",", indent + "  ") for k, (name, value) in enumerate(parts)]
    return "\n".join([f"{indent}{before}{marks[0]}", *_filled(inner), f"{indent}{marks[1]}{after}"])


def _filled(lines: Sequence[str]) -> Iterator[str]:
    """Short fields share a line."""
    line = ""
    for each in lines:
        if line and "\n" not in line + each and len(line) + 1 + len(each.lstrip()) <= WIDTH:
            line += " " + each.lstrip()
            continue
        if line:
            yield line
        line = each
    if line:
        yield line
