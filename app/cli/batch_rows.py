"""The rows of a batch, and the files that they name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from render_engine.document import rows
from render_engine.document.rows import Row, Table, table_of
from render_engine.document.suggest import did_you_mean, one_of
from render_engine.errors import BadInput

PLACE = re.compile(r"\{([^{}]*)\}")
ROW = "row"  # in -o: the row's number
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')  # on one system or another
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # what Windows keeps for devices
LONGEST = 120  # characters that a cell gives to a file's name


def read_table(path: Path) -> Table:
    """BadInput where the file cannot be read, or has no rows, or its header is wrong."""
    try:
        return table_of(path.read_bytes(), path.suffix)
    except OSError as error:
        raise BadInput(f"--batch {path}: the file cannot be read: {error.strerror}") from error
    except BadInput as error:
        raise BadInput(f"--batch {path}: {error}") from error


def check_columns(table: Table, props: dict[str, bool], given: Iterable[str], output: str) -> None:
    """BadInput where the header cannot be right, whatever the rows say; `output` names columns too."""
    named = set(places(output)) - {ROW}
    for name in named - set(table.columns):
        near = did_you_mean(name, table.columns) or f"There are {one_of((*table.columns, ROW))}."
        raise BadInput(f"--output {output}: the rows have no column “{name}”. {near}")
    rows.check_columns(table, props, given, named)


def places(output: str) -> list[str]:
    return PLACE.findall(output)


def output_of(row: Row, pattern: str) -> Path:
    """The file of a row. BadInput where a cell that names it is empty."""

    def name(match: re.Match[str]) -> str:
        value = row.number if match[1] == ROW and ROW not in row.cells else row.cells.get(match[1])
        if value is None:
            raise BadInput(f"column “{match[1]}”: it is empty, and names the file")
        return safe_name(value)

    return Path(PLACE.sub(name, pattern))


def safe_name(value: object) -> str:
    """A cell as a part of a file's name, on every system."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    name = UNSAFE.sub("-", text.strip()).strip(". ")[:LONGEST].rstrip(". ") or "-"
    return f"_{name}" if RESERVED.fullmatch(name) else name
