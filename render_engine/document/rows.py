"""Rows of props: read from CSV, TSV, JSON or JSON lines, for a batch and for a file dropped into a watch folder."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from render_engine.document.suggest import did_you_mean, one_of
from render_engine.errors import BadInput


@dataclass(frozen=True)
class Row:
    """`cells` by column, the empty ones left out; `problem` where the line itself is wrong."""

    number: int  # from 1, the header not counted
    cells: dict[str, Any]
    problem: str | None = None


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def table_of(data: bytes, suffix: str) -> Table:
    """What a file of that ending holds. BadInput, to be told after the file's name, where it has no rows or is none."""
    read = READERS.get(suffix.lower())
    if read is None:
        raise BadInput(f"rows are read from {one_of(READERS)} files")
    try:
        table = read(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput("this is not UTF-8; save it as “CSV UTF-8”") from error
    except (ValueError, RecursionError, csv.Error) as error:
        raise BadInput(str(error)) from error
    if not table.rows:
        raise BadInput("there are no rows in it")
    return table


def _separated(delimiter: str, text: str) -> Table:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns = tuple(name.strip() for name in next(lines, []))
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        named = f"the column “{twice[0]}” stands there twice" if twice[0] else "more than one column has no name"
        raise ValueError(named)
    full = (cells for cells in lines if any(cell.strip() for cell in cells))
    return Table(columns, tuple(_row(number, columns, cells) for number, cells in enumerate(full, 1)))


def _row(number: int, columns: tuple[str, ...], cells: Sequence[str]) -> Row:
    filled = {name: cell for name, cell in zip(columns, cells, strict=False) if cell.strip()}
    more = len(cells) - len(columns)
    return Row(
        number, filled, f"{more} cells more than columns; put quotes around a cell with commas" if more > 0 else None
    )


def _json_list(text: str) -> Table:
    values = json.loads(text)
    if not isinstance(values, list):
        raise ValueError('a list of objects is expected, like [{"title": "Hello"}]')  # noqa: TRY004  # bad input
    return _objects(values)


def _json_lines(text: str) -> Table:
    return _objects([_line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()])


def _line(number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is not JSON: {error}") from error


def _objects(values: Iterable[Any]) -> Table:
    rows = tuple(
        Row(number, {key: cell for key, cell in value.items() if cell is not None})
        if isinstance(value, dict)
        else Row(number, {}, "an object of names and values is expected")
        for number, value in enumerate(values, 1)
    )
    columns = dict.fromkeys(key for value in values if isinstance(value, dict) for key in value)
    return Table(tuple(columns), rows)


READERS = {
    ".csv": lambda text: _separated(",", text),
    ".tsv": lambda text: _separated("\t", text),
    ".json": _json_list,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}


# ---------------------------------------------------------------------------------------------------------- as props


def check_columns(
    table: Table, props: Mapping[str, bool], given: Iterable[str], naming: Iterable[str] | None = None
) -> None:
    """BadInput where the header cannot be right, whatever the rows say. `props`: those there are, and whether each must be
    given; `given`: those that are given for all rows; `naming`: columns that name the file made, where they may."""
    tops = {column.partition(".")[0]: column for column in table.columns}
    for top, column in tops.items():
        if top not in props and column not in (naming or ()):
            only = "" if naming is None else "; other columns may only name the file"
            near = did_you_mean(top, props) or f"It takes {one_of(props)}{only}."
            raise BadInput(f"column “{column}”: there is no prop “{top}”. {near}")
    missing = [name for name, required in props.items() if required and name not in tops and name not in given]
    if missing:
        raise BadInput(f"the rows lack the column “{missing[0]}”, which must be given: add it, or give it with --set")


def props_of(row: Row, props: Iterable[str]) -> dict[str, Any]:
    """The cells that are props; `colors.text` and `steps.0` stand in an object or a list."""
    values: dict[str, Any] = {}
    for column, cell in row.cells.items():
        *outer, last = column.split(".")
        inside = values
        for step in outer:
            inside = inside.setdefault(step, {})
            if not isinstance(inside, dict):
                raise BadInput(f"column “{column}”: there is a column “{step}” too, which gives all of it")
        inside[last] = cell
    return {name: _lists(value) for name, value in values.items() if name in props}


def _lists(value: Any) -> Any:
    """Objects whose names are 0, 1, 2 … are lists."""
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(each) for key, each in value.items()}
    return list(inner.values()) if list(inner) == [str(k) for k in range(len(inner))] else inner
