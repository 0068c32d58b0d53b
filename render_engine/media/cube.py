"""Look-up tables of colours from .cube files (Adobe's Cube LUT Specification 1.0, and Resolve's word for the domain).

Strict: a table with a row too few is another grade, and nobody would see why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render_engine.errors import MediaError
from render_engine.media.content import stamp_of
from render_engine.media.facts import Stamp

MOST_BYTES = 1 << 30
LARGEST = 1e38  # of a float32, nearly
SIZES = {"LUT_1D_SIZE": (2, 65536), "LUT_3D_SIZE": (2, 256)}
DOMAINS = {"DOMAIN_MIN": 3, "DOMAIN_MAX": 3, "LUT_1D_INPUT_RANGE": 2, "LUT_3D_INPUT_RANGE": 2}
DATA = re.compile(r"[-+.\d]")  # how a row of numbers begins

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Cube:
    """`shape`: (n, 3), or (blue, green, red, 3) of a cube; `values`: float32 red, green, blue, row by row.

    `low`, `high`: the inputs that the first and the last entry stand for.
    """

    shape: tuple[int, ...]
    values: bytes
    low: Triple = (0.0, 0.0, 0.0)
    high: Triple = (1.0, 1.0, 1.0)


def read_cube(path: Path) -> Cube:
    """The table of a file; MediaError with the line that is wrong."""
    return _read(stamp_of(path))


@lru_cache(maxsize=16)
def _read(stamp: Stamp) -> Cube:
    path = stamp.path
    if stamp.size > MOST_BYTES:
        raise MediaError(f"{path.name} has {stamp.size >> 20} MB: a look-up table of colours is far smaller.")
    try:
        lines = list(_lines(path.read_text("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise MediaError(f"{path.name} is not a text, so it is no .cube file.") from error
    begin = next((k for k, (_, text) in enumerate(lines) if DATA.match(text)), len(lines))
    words = _words(path, lines[:begin])
    sizes = [name for name in SIZES if name in words]
    if len(sizes) != 1:
        found = "both LUT_1D_SIZE and LUT_3D_SIZE" if sizes else "neither LUT_1D_SIZE nor LUT_3D_SIZE"
        raise MediaError(f"{path.name} has {found}; a .cube file has one of them before its rows of numbers.")
    size = int(words[sizes[0]][0])
    rows = _rows(path, lines[begin:])
    wanted = size if sizes[0] == "LUT_1D_SIZE" else size**3
    if len(rows) != wanted:
        raise MediaError(f"{path.name} has {len(rows)} rows of numbers where {sizes[0]} {size} needs {wanted}.")
    shape = (size, 3) if sizes[0] == "LUT_1D_SIZE" else (size, size, size, 3)
    return Cube(shape, rows.tobytes(), *_domain(path, words))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without comments and blanks."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped


def _words(path: Path, lines: list[tuple[int, str]]) -> dict[str, tuple[float, ...]]:
    """The numbers of each keyword."""
    words: dict[str, tuple[float, ...]] = {}
    for number, text in lines:
        word, *rest = text.split()
        if word == "TITLE":
            continue
        if word not in SIZES and word not in DOMAINS:
            raise _wrong(path, number, f"“{text[:60]}” is neither a keyword of .cube files nor a row of three numbers")
        if word in words:
            raise _wrong(path, number, f"{word} stands here a second time")
        words[word] = _size(path, number, word, rest) if word in SIZES else _numbers(path, number, rest, DOMAINS[word])
    return words


def _size(path: Path, number: int, word: str, rest: list[str]) -> tuple[float, ...]:
    least, most = SIZES[word]
    if len(rest) != 1 or not rest[0].isdecimal() or not least <= int(rest[0]) <= most:
        raise _wrong(path, number, f"{word} is one whole number from {least} to {most}, not “{' '.join(rest)[:60]}”")
    return (float(rest[0]),)


def _numbers(path: Path, line: int, texts: list[str], count: int) -> tuple[float, ...]:
    told = " ".join(texts)[:60]
    if len(texts) != count:
        raise _wrong(path, line, f"{count} numbers are expected, not “{told}”")
    try:
        numbers = tuple(float(text) for text in texts)
    except ValueError as error:
        raise _wrong(path, line, f"{count} numbers are expected, not “{told}”") from error
    if not all(abs(value) <= LARGEST for value in numbers):
        raise _wrong(path, line, f"the numbers are too large or not finite: “{told}”")
    return numbers


def _rows(path: Path, lines: list[tuple[int, str]]) -> NDArray[np.float32]:
    """(rows, 3): all at once; one by one only to find the line that is wrong."""
    try:
        rows = np.array([text.split() for _, text in lines], np.float64)
        if rows.ndim == 2 and rows.shape[1] == 3 and (np.abs(rows) <= LARGEST).all():
            return rows.astype(np.float32)
    except ValueError:
        pass
    return np.array([_numbers(path, number, text.split(), 3) for number, text in lines], np.float32).reshape(-1, 3)


def _domain(path: Path, words: dict[str, tuple[float, ...]]) -> tuple[Triple, Triple]:
    given = next((words[name] for name in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE") if name in words), (0.0, 1.0))
    low = words.get("DOMAIN_MIN", (given[0],) * 3)
    high = words.get("DOMAIN_MAX", (given[1],) * 3)
    if any(one >= other for one, other in zip(low, high, strict=True)):
        raise MediaError(f"{path.name}: its domain is empty; every number of DOMAIN_MAX exceeds that of DOMAIN_MIN.")
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _wrong(path: Path, line: int, message: str) -> MediaError:
    return MediaError(f"{path.name}, line {line}: {message}.")
