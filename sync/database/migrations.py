"""The schema's numbered files, sync/schema/NNNN_name.sql, each run once, whole, and by one node only.

A migration is one transaction whose first statement writes its number. Of two nodes that start at once the later one is
refused by that, changes nothing, and finds the work done; so is a repeat after a lost answer.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sync.database import Database, Row
from sync.errors import QueueRefused, SchemaTooNew, StatementRefused

SCHEMA = Path(__file__).parent.parent / "schema"
_VERSIONS = """create table if not exists schema_version (
    version integer primary key, name text not null, at text not null default current_timestamp)"""
_NOT_OURS = re.compile(r"sqlite_|libsql_|_litestream|_cf_")  # what databases make for themselves


@dataclass(frozen=True)
class Migration:
    version: int
    name: str
    statements: tuple[str, ...]


def migrations(folder: Path = SCHEMA) -> list[Migration]:
    found = [_read(file) for file in sorted(folder.glob("[0-9]*_*.sql"))]
    assert [one.version for one in found] == list(range(1, len(found) + 1)), "migrations are numbered 1, 2, 3, …"
    return found


def migrate(database: Database, known: list[Migration] | None = None) -> None:
    """Brings the schema up to what we know. Raises SchemaTooNew; QueueRefused for a database of something else."""
    known = migrations() if known is None else known
    for one in known[version(database, len(known)) :]:
        try:
            _run(database, one)
        except StatementRefused:
            if version(database, len(known)) < one.version:  # no other node did it: it is truly wrong
                raise


def version(database: Database, known: int) -> int:
    """Of the schema as it is, 0 where there is none yet."""
    tables = [str(row["name"]) for row in database.execute("select name from sqlite_master where type = 'table'")]
    if "schema_version" not in tables:
        if strange := [table for table in tables if not _NOT_OURS.match(table)]:
            raise QueueRefused(
                f"{database.address} is a database of something else (it has a table “{strange[0]}”). "
                "Give the queue one of its own."
            )
        return 0
    (row,) = database.execute("select coalesce(max(version), 0) as version from schema_version")
    found = row["version"]
    assert isinstance(found, int)
    if found > known:
        raise SchemaTooNew(
            f"The queue {database.address} was made by a newer Framekiln (its schema is {found}, this one knows {known}). "
            "Update Framekiln on this machine."
        )
    return found


def _run(database: Database, one: Migration) -> None:
    said: Row = {"version": one.version, "name": one.name}
    database.transaction(
        [
            (_VERSIONS, {}),
            ("insert into schema_version (version, name) values (:version, :name)", said),
            *((sql, {}) for sql in one.statements),
        ]
    )


def _read(file: Path) -> Migration:
    number, _, name = file.stem.partition("_")
    return Migration(int(number), name, tuple(split(file.read_text(encoding="utf-8"))))


def split(text: str) -> list[str]:
    """A file's statements. Triggers have semicolons within, so SQLite itself says where one is whole."""
    found, begun = [], ""
    for line in text.splitlines(keepends=True):
        begun += line
        if _said(begun) and sqlite3.complete_statement(begun):
            found.append(begun.strip())
            begun = ""
    assert not _said(begun), f"a statement does not end: {begun.strip()[:80]}"
    return found


def _said(text: str) -> bool:
    """More than comments."""
    return any(line.strip() and not line.lstrip().startswith("--") for line in text.splitlines())
