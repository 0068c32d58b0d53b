"""What a node keeps to itself: node.db in its home, always SQLite, always on this machine's own disk.

A migration is a function of the database, beside the code that uses its tables. `_steps` lists them by names that never
change; each is run once, in a transaction of its own. What has run anywhere is not edited: a change is one more function.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils
from sqlite_utils import Migrations

from render_engine.segments.locks import Lock
from sync.database.network import refuse_network
from sync.errors import SchemaTooNew, SettingsError

BUSY = 5.0  # seconds that a statement waits for another thread's or process's


def create_outbox(local: sqlite_utils.Database) -> None:
    local.execute(
        """create table outbox (
            id integer primary key autoincrement,
            job_id text not null,
            token integer not null,
            node text not null,
            lease integer not null,
            folder text not null,
            kind text not null,
            body text not null,
            tries integer not null default 0,
            error text
        ) strict"""
    )
    local.execute("create index outbox_by_attempt on outbox (job_id, token)")


def _steps() -> dict[str, Callable[[sqlite_utils.Database], None]]:
    """The schema, in order. Modules are imported here, since whoever only wants to own a home needs none of them."""
    from sync.storage.uploads import create_uploads
    from sync.watch.ledger import create_tables as create_watched

    return {"outbox": create_outbox, "uploads": create_uploads, "watched": create_watched}


def open_local(home: Path) -> sqlite_utils.Database:
    """A new connection; two threads may not use it at once, and whoever opened it closes it.

    A statement is committed when it ends, or with all of its `atomic()`. There the first statement must be a write: SQLite
    refuses at once to go on from reading to writing when another has written meanwhile.
    Raises SettingsError where the home cannot be used, and SchemaTooNew.
    """
    _make(home)
    refuse_network(home)
    connection = sqlite3.connect(home / "node.db", timeout=BUSY, isolation_level=None, check_same_thread=False)
    try:
        database = sqlite_utils.Database(connection)
        _prepare(database, home)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise SettingsError(
            f"{home / 'node.db'} cannot be used: {error}. It holds what this node has still to deliver; if it cannot be mended, "
            "move it away, and those jobs are rendered again when their leases end."
        ) from error
    except BaseException:
        connection.close()
        raise
    return database


@contextmanager
def own_home(home: Path) -> Iterator[None]:
    """Inside, no other agent has this home. Raises SettingsError where one has; its death gives it free."""
    _make(home)
    lock = Lock.take(home / "agent.lock")
    if lock is None:
        raise SettingsError(
            f"A node is running already with the home {home}. To run two on one machine, give each its own: set "
            "FRAMEKILN_HOME and FRAMEKILN_NODE. To render more at once, give the one more slots."
        )
    try:
        yield
    finally:
        lock.release()


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"The node's home {home} cannot be made: {error.strerror}. Set FRAMEKILN_HOME.") from error


def _prepare(database: sqlite_utils.Database, home: Path) -> None:
    steps, migrations = _steps(), Migrations("node")
    for name, step in steps.items():
        migrations(name=name)(step)
    with Lock.wait(home / "node.lock"):  # threads and processes open a new home at the same moment
        database.execute("pragma journal_mode = wal").fetchall()
        database.execute("pragma synchronous = full")
        if strange := {one.name for one in migrations.applied(database)} - steps.keys():
            told = ", ".join(sorted(strange))
            raise SchemaTooNew(f"{home / 'node.db'} was made by a newer Framekiln (it has {told}). Update this one.")
        if migrations.pending(database):
            migrations.apply(database)
