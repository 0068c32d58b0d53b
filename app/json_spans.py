"""Where each value stands in a text that is JSON: to write a document over its old text, and to name a problem's line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from app.document_edits import steps_of

SPACE = re.compile(r"[ \t\r\n]*")
read_value = json.JSONDecoder().raw_decode  # a text, and where a value begins in it → the value, and where it ends


@dataclass(frozen=True)
class Span:
    """Where a value stands in a text that is known to be JSON."""

    whole: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.whole[self.start : self.end]

    def inside(self) -> dict[Any, Span]:
        """Of an object the values by their keys, of a list by their places."""
        spans: dict[Any, Span] = {}
        is_object = self.whole[self.start] == "{"
        at = self._past_space(self.start + 1)
        while at < self.end - 1:
            key: Any = len(spans)
            if is_object:
                key, at = read_value(self.whole, at)
                at = self._past_space(self._past_space(at) + 1)  # the colon
            end = read_value(self.whole, at)[1]
            spans[key] = Span(self.whole, at, end)
            at = self._past_space(self._past_space(end) + 1)  # the comma, or the end
        return spans

    def _past_space(self, at: int) -> int:
        found = SPACE.match(self.whole, at)
        return found.end() if found else at


def line_of(text: str, path: str) -> int | None:
    """The line, from 1, of a place in a document: of as much of its path as is there; None where the text is no JSON."""
    text = text.removeprefix("\ufeff")
    start = len(text) - len(text.lstrip())
    try:
        span = Span(text, start, read_value(text, start)[1])
    except ValueError:
        return None
    for step in steps_of(path):
        inside = span.inside() if span.text[:1] in ("{", "[") else {}
        if step not in inside:
            break
        span = inside[step]
    return text.count("\n", 0, span.start) + 1
