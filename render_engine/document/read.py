"""JSON text to raw values, strictly: what a careless parser would let pass is refused here, with its place."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from render_engine.document.suggest import did_you_mean
from render_engine.errors import DocumentError, Problem

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 200
MAX_DIGITS = 400
DEFAULT_NAME = "composition.json"

HALF = re.compile("[\ud800-\udfff]")

Raw = Any  # what JSON can hold: None, bool, int, float, str, list, dict

TRAILING_COMMA = "a comma stands before a closing bracket; take it away"
WORDS = {
    "Expecting value": "a value is missing here",
    "Expecting property name enclosed in double quotes": "a key in double quotes is missing here",
    "Expecting ',' delimiter": "a comma (or the closing bracket) is missing here",
    "Expecting ':' delimiter": "a colon is missing after the key",
    "Unterminated string starting at": "this text has no closing quote",
    "Invalid control character at": "a line break or control character stands in a text; write \\n",
    "Invalid \\escape": "this backslash is no escape; write \\\\ for a backslash",
    "Invalid \\uXXXX escape": "\\u wants four hexadecimal digits",
    "Extra data": "something follows the end of the document",
}


class Twice(dict[str, Raw]):
    """An object in which keys stand more than once; `keys_twice` names them."""

    keys_twice: tuple[str, ...] = ()


def document_file(path: Path) -> Path:
    """The document itself: a folder stands for the composition.json in it."""
    file = path / DEFAULT_NAME if path.is_dir() else path
    if file.is_file():
        return file
    folder = file.parent
    if not folder.is_dir():
        raise DocumentError(f"{path} does not exist: there is no folder {folder}")
    near = did_you_mean(file.name, [entry.name for entry in folder.iterdir()])
    raise DocumentError(f"{file} does not exist.{f' {near}' if near else ''}")


def read_document(path: Path) -> Raw:
    """The raw value in a JSON file."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(
                f"{path} is larger than {MAX_BYTES // 2**20} MB; a document is a description, not media"
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}") from error
    return parse_json(data, path.name)


def parse_json(data: bytes | str, name: str = "the document") -> Raw:
    text = _decoded(data, name) if isinstance(data, bytes) else data
    if not text.strip():
        raise DocumentError(f"{name} is empty")
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        raise DocumentError(f"{name} {_told(error)}") from error
    except RecursionError as error:
        raise DocumentError(f"{name} is nested deeper than {MAX_DEPTH} levels") from error
    check_raw(raw)
    return raw


def check_raw(raw: Raw) -> None:
    """Refuses what JSON's grammar allows and a document does not, wherever the value came from."""
    problems = () if _sound(raw) else tuple(_flaws(raw, "", 0))
    if problems:
        raise DocumentError(problems)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"{name} is not UTF-8 text (line {line}); save it as UTF-8") from error


def _object(pairs: list[tuple[str, Raw]]) -> dict[str, Raw]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    twice = Twice(plain)
    twice.keys_twice = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return twice


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS or abs(number := int(digits)) >= 10**308:
        raise DocumentError(f"{digits[:20]}… is too large a number ({len(digits)} digits)")
    return number


def _told(error: json.JSONDecodeError) -> str:
    line = error.doc.split("\n")[error.lineno - 1]
    before = error.doc[: error.pos].rstrip()
    words = WORDS.get(error.msg, "the JSON is broken here")
    column = error.colno
    if error.msg.startswith("Illegal trailing comma"):  # Python 3.13 and later tell it apart, at the comma itself
        words, column = TRAILING_COMMA, column + 1
    elif before.endswith(",") and error.doc[error.pos : error.pos + 1] in ("}", "]"):
        words = TRAILING_COMMA
    elif re.match(r"//|/\*|#", error.doc[error.pos :]):
        words = "JSON has no comments; take it away"
    elif error.doc[error.pos : error.pos + 1] == "'":
        words = "texts stand in double quotes"
    start = max(0, error.colno - 40)
    excerpt = line[start : error.colno + 40].strip()
    return f"line {error.lineno}, column {column}: {words}{f' (“{excerpt}”)' if excerpt else ''}"


def _sound(raw: Raw) -> bool:
    """Whether there is nothing to complain about: quick, level by level, with no paths. When in doubt, no."""
    level = [raw]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Raw] = []
        for value in level:
            kind = type(value)
            if kind is dict:
                inner += value
                inner += value.values()
            elif kind is list:
                inner += value
            elif kind is str:
                if not value.isascii() and HALF.search(value):
                    return False
            elif kind is float:
                if not math.isfinite(value):
                    return False
            elif not (kind is int or kind is bool or value is None):
                return False
        level = inner
        if not level:
            return True
    return False


def _flaws(value: Raw, path: str, depth: int) -> Iterator[Problem]:
    """Keys given twice, broken Unicode, numbers that are none, too many levels."""
    if depth > MAX_DEPTH:
        yield Problem(path[:200], f"nested deeper than {MAX_DEPTH} levels")
    elif isinstance(value, dict):
        for key in value.keys_twice if isinstance(value, Twice) else ():
            yield Problem(f"{path}.{key}".lstrip("."), "this key stands twice in its object; keep one")
        for key, inner in value.items():
            yield from _flaws(key, path, depth) if isinstance(key, str) else (Problem(path, "a key is not a text"),)
            yield from _flaws(inner, f"{path}.{key}".lstrip("."), depth + 1)
    elif isinstance(value, (list, tuple)):
        for k, inner in enumerate(value):
            yield from _flaws(inner, f"{path}[{k}]", depth + 1)
    elif isinstance(value, str):
        if not value.isascii() and HALF.search(value):
            yield Problem(path, "the text has half a character in it (a lone surrogate); write the whole one")
    elif isinstance(value, float):
        if not math.isfinite(value):
            word = "NaN" if math.isnan(value) else "a number too large to be held, or Infinity,"
            yield Problem(path, f"{word} cannot be drawn; write a finite number")
    elif not isinstance(value, (int, type(None))):
        yield Problem(path, f"{type(value).__name__} is not a JSON value")
