"""A document as the text of its file: as a person would write it, a layer's field a line, small values on one line.

What did not change since the file was read keeps its own text, so the hand of whoever wrote it stays, and a diff shows
what was edited.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.document_copies import is_same
from app.json_spans import Span, read_value

WIDTH = 110  # columns
OPEN = {"layers", "scenes", "composition", "layer"}  # one field a line, however short: what is edited most


def document_text(document: dict[str, Any], like: str | None = None, before: dict[str, Any] | None = None) -> str:
    """`like`: the text that the file had, `before`: what it says. The indentation stays, and so does a single line."""
    if like and "\n" not in like.strip():
        return json.dumps(document, ensure_ascii=False) + ("\n" if like.endswith("\n") else "")
    writer = _Writer(_indent(like))
    if like and before is not None:
        start = len(like) - len(like.lstrip())
        span = Span(like, start, read_value(like, start)[1])
        return like[:start] + _Rewriter(writer).text(span, before, document) + like[span.end :]
    return writer.text(document, "", opened=True) + "\n"


def _indent(like: str | None) -> str:
    found = re.search(r"^([ \t]+)\S", like or "", re.MULTILINE)
    return found[1][:8] if found else "  "


@dataclass(frozen=True)
class _Writer:
    indent: str

    def text(self, value: Any, margin: str, *, opened: bool, room: int = WIDTH) -> str:
        if not value or not isinstance(value, (dict, list)):
            return _flat(value)
        if not opened and len(flat := _flat(value)) <= room - len(margin.expandtabs(4)):
            return flat
        inner = margin + self.indent
        if isinstance(value, list):
            return self.block(
                "[]", (self.text(each, inner, opened=opened and isinstance(each, dict)) for each in value), margin
            )
        return self.block("{}", (self.field(key, each, inner) for key, each in value.items()), margin)

    def field(self, key: str, value: Any, margin: str) -> str:
        name = f"{_flat(key)}: "
        return name + self.text(value, margin, opened=key in OPEN, room=WIDTH - len(name))

    def block(self, brackets: str, parts: Iterable[str], margin: str) -> str:
        inner = f"\n{margin}{self.indent}"
        return f"{brackets[0]}{inner}" + f",{inner}".join(parts) + f"\n{margin}{brackets[1]}"


@dataclass(frozen=True)
class _Part:
    """Of a new object or list: `was` is its key or place in the old one, if it was there."""

    name: str
    was: Any
    value: Any
    opened: bool


@dataclass(frozen=True)
class _Rewriter:
    writer: _Writer

    def text(self, span: Span, old: Any, new: Any) -> str:
        if is_same(old, new):
            return span.text
        margin = _margin(span)
        if isinstance(old, dict) and isinstance(new, dict):
            parts = [_Part(f"{_flat(key)}: ", key if key in old else None, new[key], key in OPEN) for key in new]
            return self._parts("{}", span, old, parts, margin)
        if isinstance(old, list) and isinstance(new, list):
            pairs = _pairs(old, new)
            parts = [_Part("", pairs.get(k), value, _is_layer(value)) for k, value in enumerate(new)]
            return self._parts("[]", span, dict(enumerate(old)), parts, margin)
        return self.writer.text(new, margin, opened=False)

    def _parts(self, brackets: str, span: Span, old: dict[Any, Any], parts: list[_Part], margin: str) -> str:
        inside, inner = span.inside(), margin + self.writer.indent
        written = [self._value(inside, old, part, inner) for part in parts]
        named = [part.name + value for part, value in zip(parts, written, strict=True)]
        flat = f"{brackets[0]}{', '.join(named)}{brackets[1]}"
        spread = "\n" in span.text[: next(iter(inside.values())).start - span.start] if inside else False
        fits = not spread and len(margin) + len(flat) <= WIDTH and "\n" not in flat
        stayed = [part.was for part in parts[: len(old)]] == list(old)
        if old and stayed and (spread or fits or len(parts) == len(old)):
            between = f",\n{inner}" if spread else ", "
            added = "".join(between + each for each in named[len(old) :])
            return _in_place(span, list(inside.values()), written[: len(old)], added)
        return flat if fits or not parts else self.writer.block(brackets, named, margin)

    def _value(self, inside: dict[Any, Span], old: dict[Any, Any], part: _Part, margin: str) -> str:
        if part.was is not None:
            return self.text(inside[part.was], old[part.was], part.value)
        return self.writer.text(part.value, margin, opened=part.opened, room=WIDTH - len(part.name))


def _in_place(span: Span, inside: list[Span], written: list[str], added: str) -> str:
    """All that was there is still there: what stands between stays, and what is new comes after."""
    text, at = "", span.start
    for one, value in zip(inside, written, strict=True):
        text += span.whole[at : one.start] + value
        at = one.end
    return text + added + span.whole[at : span.end]


def _margin(span: Span) -> str:
    """Of the line on which it begins."""
    line = span.whole[span.whole.rfind("\n", 0, span.start) + 1 : span.start]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _pairs(old: list[Any], new: list[Any]) -> dict[int, int]:
    """Which of the old each of the new was: the same one; of what is left, the next of its kind; or the one in its place."""
    left, pairs = dict(enumerate(old)), {}

    def pair(like: Callable[[int, Any, int, Any], bool]) -> None:
        for k, value in enumerate(new):
            if (
                k not in pairs
                and (found := next((j for j, each in left.items() if like(j, each, k, value)), None)) is not None
            ):
                pairs[k] = found
                del left[found]

    pair(lambda _j, each, _k, value: is_same(each, value))
    pair(lambda _j, each, _k, value: _is_kin(each, value))
    if len(old) == len(new):
        pair(lambda j, _each, k, _value: j == k)
    return pairs


def _is_kin(one: Any, other: Any) -> bool:
    keys = ("type", "id", "at", "name")
    return (
        isinstance(one, dict)
        and isinstance(other, dict)
        and [one.get(key) for key in keys] == [other.get(key) for key in keys]
    )


def _is_layer(value: Any) -> bool:
    return isinstance(value, dict) and ("type" in value or "layers" in value) and len(value) > 1


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
