"""The database below the queue: an SQLite file, or a libSQL server (Turso's, or your own sqld) over HTTP.

Both run the named statements of sync/queries.sql. A batch is one transaction that is sent whole: none stays open while
we think, since a server takes away what is open for more than five seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from sync.clock import Clock, SystemClock
from sync.errors import SettingsError
from sync.statements import statement

LOOPBACK = ("localhost", "127.0.0.1", "::1")

Value = int | float | str | bytes | None
Row = dict[str, Value]


@dataclass(frozen=True)
class Step:
    name: str  # of a statement in sync/queries.sql
    arguments: Mapping[str, Value]


def step(name: str, /, **arguments: Value) -> Step:
    return Step(name, arguments)


class Database(Protocol):
    """May be used by several threads. Everything here raises QueueUnreachable, StatementRefused or QueueRefused."""

    address: str  # to be told: it holds no secret

    def run(self, name: str, /, **arguments: Value) -> list[Row]:
        """One statement of sync/queries.sql; the rows that it selects or returns."""
        return self.execute(*_checked(Step(name, arguments)))

    def batch(self, *steps: Step) -> list[list[Row]]:
        """All steps, or none where one is refused."""
        return self.transaction([_checked(step) for step in steps])

    def execute(self, sql: str, arguments: Mapping[str, Value] = {}) -> list[Row]:
        """For migrations and tests only."""
        ...

    def transaction(self, statements: Sequence[tuple[str, Mapping[str, Value]]]) -> list[list[Row]]:
        """What `batch` is, of SQL and arguments: for migrations and tests only."""
        ...

    def close(self) -> None: ...


def _checked(step: Step) -> tuple[str, Mapping[str, Value]]:
    named = statement(step.name)
    named.check(step.arguments)
    return named.sql, step.arguments


def open_database(address: str, *, token: str | None = None, clock: Clock | None = None) -> Database:
    """An SQLite file's path, libsql://…, or http(s)://…; its schema is brought up to what we know.

    Raises SettingsError for an address that cannot be one, SchemaTooNew, and what a Database raises.
    """
    from sync.database.migrations import migrate

    database = _opened(address, token, clock or SystemClock())
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _opened(address: str, token: str | None, clock: Clock) -> Database:
    scheme, separator, _ = address.partition("://")
    if not separator:
        from sync.database.sqlite import SqliteDatabase

        return SqliteDatabase(address, clock)
    if scheme in ("libsql", "https", "http"):
        from sync.database.libsql import LibsqlDatabase

        return LibsqlDatabase(address, token, clock)
    raise SettingsError(f"{scheme}:// is no queue: give the path of an SQLite file, or libsql://, https:// or http://.")


def unencrypted(address: str) -> bool:
    """Whether the token and the jobs would travel in the clear to another machine. That is allowed, and told."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname not in LOOPBACK
