"""The queue's statements by their names, from the one file sync/queries.sql; both databases run the same ones."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

QUERIES = Path(__file__).with_name("queries.sql")
_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_TOKEN = re.compile(r"('(?:[^']|'')*')|(--[^\n]*\n?)|:(\w+)")  # a text, a comment, a parameter


@dataclass(frozen=True)
class Statement:
    name: str
    sql: str  # without its comments
    parameters: frozenset[str]

    def check(self, arguments: Mapping[str, int | float | str | bytes | None]) -> None:
        """Both databases would go on with some wrong arguments, each with others: that is our mistake, and found here."""
        assert arguments.keys() == self.parameters, f"{self.name}: {sorted(self.parameters ^ arguments.keys())}"
        odd = [name for name, value in arguments.items() if isinstance(value, float) and not math.isfinite(value)]
        assert not odd, f"{self.name}: {odd} is not a number"


def statement(name: str) -> Statement:
    """An unknown name raises KeyError: our mistake."""
    return statements()[name]


@functools.cache
def statements() -> Mapping[str, Statement]:
    return parse(QUERIES.read_text(encoding="utf-8"))


def parse(text: str) -> dict[str, Statement]:
    """A statement begins at its header and ends before the next one's."""
    _, *parts = _HEADER.split(text)
    names = parts[::2]
    assert len(set(names)) == len(names), "two statements of one name"
    return {name: _parsed(name, body) for name, body in zip(names, parts[1::2], strict=True)}


def _parsed(name: str, body: str) -> Statement:
    sql = _TOKEN.sub(lambda found: "" if found[2] else found[0], body).strip().removesuffix(";")
    return Statement(name, sql, frozenset(found[3] for found in _TOKEN.finditer(sql) if found[3]))
