"""A queue in an SQLite file, for one machine: its agents and commands in as many processes as it likes.

One connection, which threads take in turns: one for each thread was no faster, as measured with reads and with claims.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from render_engine.errors import FramekilnError
from sync.clock import Clock
from sync.database import Database, Row, Value
from sync.database.network import refuse_network
from sync.errors import QueueRefused, QueueUnreachable, SettingsError, StatementRefused

BUSY = 5.0  # seconds that a statement waits for others' to end


class SqliteDatabase(Database):
    def __init__(self, path: str, clock: Clock, busy: float = BUSY) -> None:
        self.address = path
        self._busy = busy
        self._lock = threading.Lock()
        file = Path(path).expanduser()
        refuse_network(file)
        with self._told():
            self._connection = _connected(file, busy)
            try:
                self._prepare(clock)
            except BaseException:
                self._connection.close()
                raise

    def execute(self, sql: str, arguments: Mapping[str, Value] = {}) -> list[Row]:
        with self._lock, self._told():
            return self._rows(sql, arguments)

    def transaction(self, statements: Sequence[tuple[str, Mapping[str, Value]]]) -> list[list[Row]]:
        with self._lock, self._told():
            self._connection.execute("begin immediate")
            try:
                results = [self._rows(sql, arguments) for sql, arguments in statements]
                self._connection.execute("commit")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
            return results

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _rows(self, sql: str, arguments: Mapping[str, Value]) -> list[Row]:
        """Every row is fetched: a cursor that is not at its end keeps the write lock."""
        with contextlib.closing(self._connection.execute(sql, arguments)) as cursor:
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def _prepare(self, clock: Clock) -> None:
        for pragma in ("foreign_keys = on", "synchronous = full"):
            self._connection.execute(f"pragma {pragma}")
        until = clock.now() + self._busy
        while True:  # changing to WAL does not wait for others who open a new file at the same moment
            try:
                self._connection.execute("pragma journal_mode = wal")
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or clock.now() > until:
                    raise
                clock.wait(0.02)
            else:
                return

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._meaning(error) from error

    def _meaning(self, error: sqlite3.Error) -> FramekilnError:
        code, path = _code(error), self.address
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return QueueUnreachable(f"The queue {path} has been locked by another program for {self._busy:g} seconds.")
        if code == sqlite3.SQLITE_FULL:
            return QueueUnreachable(f"The disk is full: the queue {path} cannot be written.")
        if code == sqlite3.SQLITE_IOERR:
            return QueueUnreachable(f"The queue {path} cannot be read or written: {error}.")
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return QueueRefused(f"{path} is damaged, or no SQLite file: {error}. Name another file for the queue.")
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
            return QueueRefused(
                f"The queue {path} cannot be written: {error}. Look at who may write it and its folder."
            )
        return StatementRefused(str(error))


def _connected(path: Path, busy: float) -> sqlite3.Connection:
    if path.is_dir():
        raise SettingsError(f"The queue {path} is a folder. Name a file in it: {path / 'queue.db'}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"The queue's folder {path.parent} cannot be made: {error.strerror}.") from error
    connection = sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")  # a row that a stranger wrote stops nobody
    return connection


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without what it was doing
