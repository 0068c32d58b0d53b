"""Both databases do the same, and say the same when they do not."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from render_engine.errors import FramekilnError
from sync.database import Database, Step, Value, open_database, step, unencrypted
from sync.database.libsql import PAUSE, TRIES, LibsqlDatabase
from sync.database.network import file_system, refuse_network
from sync.database.sqlite import SqliteDatabase
from sync.errors import QueueRefused, QueueUnreachable, SettingsError, StatementRefused
from sync.statements import parse, statements
from tests.sync.fakes import FakeClock
from tests.sync.proxy import Proxy, proxy_to
from tests.sync.servers import Sqld, queue_token

HUNDRED = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 100) "


@pytest.fixture
def database(database_address: str, queue_token: str) -> Iterator[Database]:
    with closing(open_database(database_address, token=queue_token)) as opened:
        yield opened


def signature(name: str) -> Step:
    return step("add_signature", signature=name, needs="[]")


def signatures(database: Database) -> list[Value]:
    """But the one that needs nothing, which is there from the start."""
    return [row["signature"] for row in database.run("signatures") if row["signature"]]


# ------------------------------------------------------------------------------------------------------------- the same


def test_every_statement_is_understood(database: Database) -> None:
    for each in statements().values():
        assert database.execute(f"explain {each.sql}", dict.fromkeys(each.parameters)), each.name


@pytest.mark.parametrize(
    "value", [None, 0, -1, 2**53 + 1, 2**63 - 1, 0.1, 1e300, "", "Zoë’s 🎬\n", b"", b"\x00\xff\x10"]
)
def test_a_value_comes_back_as_it_was(database: Database, value: Value) -> None:
    (row,) = database.execute("select :value as value, typeof(:value) as type", {"value": value})
    assert row["value"] == value
    assert type(row["value"]) is type(value)


def test_what_was_written_is_returned(database: Database) -> None:
    database.execute("create table t (a, b)")
    rows = database.execute(HUNDRED + "insert into t select i, 'x' from n returning a, b || 'y' as c")
    assert rows == [{"a": i, "c": "xy"} for i in range(1, 101)]


def test_a_batch_gives_the_rows_of_each_step(database: Database) -> None:
    _, rows = database.batch(signature("gpu"), step("signatures"))
    assert {"signature": "gpu", "needs": "[]"} in rows


def test_a_batch_whose_second_step_is_refused_leaves_nothing(database: Database) -> None:
    refused = step("add_inputs", id="x", inputs="no JSON")
    with pytest.raises(StatementRefused, match="malformed JSON"):
        database.batch(signature("before"), refused, signature("after"))
    assert signatures(database) == []
    database.batch(signature("next"))
    assert signatures(database) == ["next"]


def test_the_databases_own_words_are_passed_on(database: Database) -> None:
    database.execute("create table t (a unique)")
    database.execute("create trigger no before delete on t begin select raise(abort, 'nothing leaves'); end")
    database.execute("insert into t values (1)")
    with pytest.raises(StatementRefused, match=r"^nothing leaves$"):
        database.execute("delete from t")
    with pytest.raises(StatementRefused, match=r"^UNIQUE constraint failed: t\.a$"):
        database.execute("insert into t values (1)")


def test_what_refers_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(StatementRefused, match="FOREIGN KEY"):
        database.execute("insert into job_inputs values ('nobody', 'abc')")


def test_threads_share_one(database: Database) -> None:
    def add(name: str) -> None:
        for i in range(10):
            database.batch(signature(f"{name} {i}"), step("counts"))

    threads = [threading.Thread(target=add, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert signatures(database) == [f"{name} {i}" for name in "abcd" for i in range(10)]


def test_our_own_mistakes_are_not_sent(database: Database) -> None:
    with pytest.raises(KeyError):
        database.run("no_such_statement")
    with pytest.raises(AssertionError, match="needs"):
        database.run("add_signature", signature="x")
    with pytest.raises(AssertionError, match="frames"):
        database.run("add_signature", signature="x", needs="[]", frames=1)
    with pytest.raises(AssertionError, match="not a number"):
        database.run("add_signature", signature=float("nan"), needs="[]")


def test_a_statement_is_what_stands_below_its_name() -> None:
    text = "-- about all\n\n-- name: one\n-- it's :not a parameter\nselect ':nor', :this -- :nor\n;\n-- name: two\nselect 1\n"
    one, two = parse(text).values()
    assert (one.sql.split(), one.parameters) == (["select", "':nor',", ":this"], {"this"})
    assert (two.name, two.sql, two.parameters) == ("two", "select 1", frozenset())


# --------------------------------------------------------------------------------------------------------------- SQLite


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "queue.db"


def test_nothing_is_lost_at_a_power_cut_and_others_are_waited_for(file: Path) -> None:
    with closing(open_database(str(file))) as database:
        told = [*database.execute("pragma journal_mode"), *database.execute("pragma synchronous")]
        assert told == [{"journal_mode": "wal"}, {"synchronous": 2}]
        assert database.execute("pragma busy_timeout") == [{"timeout": 5000}]


def test_a_queue_that_stays_locked_is_told(file: Path) -> None:
    open_database(str(file)).close()
    with (
        closing(SqliteDatabase(str(file), FakeClock(), busy=0.05)) as database,
        closing(sqlite3.connect(file)) as other,
    ):
        other.execute("begin immediate")
        for write in (
            lambda: database.run("add_signature", signature="x", needs="[]"),
            lambda: database.batch(signature("x")),
        ):
            with pytest.raises(QueueUnreachable, match="locked by another program"):
                write()
        assert signatures(database) == []
        other.rollback()
        database.batch(signature("x"))
        assert signatures(database) == ["x"]


def test_a_full_disk_is_told_and_nothing_half_written(file: Path) -> None:
    with closing(open_database(str(file))) as database:
        (pages,) = database.execute("pragma page_count")
        database.execute(f"pragma max_page_count = {pages['page_count']}")
        with pytest.raises(QueueUnreachable, match="disk is full"):
            database.batch(signature("small"), signature("x" * 1_000_000))
        assert signatures(database) == []


@pytest.mark.parametrize(
    "content", [b"notes of a meeting, which are longer than the header of a database is. " * 9, b"\0" * 5000]
)
def test_a_file_that_is_no_database_is_left_alone(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(QueueRefused, match=r"queue\.db is damaged, or no SQLite file"):
        open_database(str(file))
    assert file.read_bytes() == content


def test_a_damaged_queue_is_told(file: Path) -> None:
    with closing(open_database(str(file))) as database:
        for i in range(500):
            database.batch(signature(f"{i} " + "x" * 500))
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xaa" * (len(whole) - 8192))
    with pytest.raises(QueueRefused, match="damaged"), closing(open_database(str(file))) as database:
        signatures(database)


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder"):
        open_database(str(tmp_path))
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be made"):
        open_database(str(tmp_path / "file" / "queue.db"))


def test_what_a_stranger_wrote_into_it_can_be_read(file: Path) -> None:
    """Text that is not UTF-8, written by another program, must not stop a node."""
    with closing(open_database(str(file))) as database:
        database.execute("insert into signatures values (cast(x'66ff' as text), '[]')")
        assert signatures(database) == ["f�"]


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /mnt/films rw - nfs4 server:/films rw,vers=4.2
31 22 0:41 / /mnt/our\\040share rw master:2 - cifs //nas/share rw
32 30 0:42 / /mnt/films/local rw - xfs /dev/vdb rw
33 22 0:43 / /home/me/far rw - fuse.sshfs me@there: rw
34 22 0:44 / /mnt/twice rw - nfs a:/ rw
35 22 0:45 / /mnt/twice rw - ext4 /dev/vdc rw
36 22 0:46 / /mnt/ntfs rw - fuseblk /dev/sdb rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mnt/films/queue.db", "nfs4"),
        ("/mnt/films/a/b/q.db", "nfs4"),
        ("/mnt/our share/q.db", "cifs"),
        ("/home/me/far/q.db", "fuse.sshfs"),
    ],
)
def test_a_queue_on_a_network_file_system_is_refused(path: str, kind: str) -> None:
    with pytest.raises(SettingsError, match=rf"{kind}.*libSQL"):
        refuse_network(Path(path), MOUNTS)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/q.db", "ext4"),
        ("/mnt/filmsofours/q.db", "ext4"),
        ("/mnt/films/local/q.db", "xfs"),
        ("/mnt/twice/q.db", "ext4"),
        ("/mnt/ntfs/q.db", "fuseblk"),
    ],
)
def test_a_disk_of_this_machine_is_not(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind
    refuse_network(Path(path), MOUNTS)


def test_this_machine_says_where_a_file_is(tmp_path: Path) -> None:
    assert file_system(tmp_path)


# --------------------------------------------------------------------------------------------------------------- libSQL


@pytest.fixture
def proxy(sqld: Sqld) -> Iterator[Proxy]:
    with proxy_to(sqld.port) as between:
        yield between


@contextmanager
def through(proxy: Proxy, clock: FakeClock, timeout: float = 10.0) -> Iterator[LibsqlDatabase]:
    opened = LibsqlDatabase(proxy.address, queue_token(), clock, timeout)
    with closing(opened):
        opened.execute("create table if not exists signatures (signature text primary key, needs text)")
        yield opened


@pytest.mark.parametrize(
    "write",
    [
        lambda database: database.run("add_signature", signature="x", needs="[]"),
        lambda database: database.batch(signature("x"), step("signatures")),
    ],
)
def test_an_answer_that_is_lost_is_asked_for_again(proxy: Proxy, write: Callable[[Database], object]) -> None:
    clock = FakeClock()
    with through(proxy, clock) as database:
        proxy.cut_answers(TRIES - 1)
        write(database)
        assert proxy.answers_cut == TRIES - 1
        assert signatures(database) == ["x"]
    assert 0 < clock.passed <= PAUSE * 5


def test_a_whole_queue_over_a_line_that_drops_every_other_answer(proxy: Proxy) -> None:
    proxy.cut_every = 2
    with closing(open_database(proxy.address, token=queue_token(), clock=FakeClock())) as database:
        for i in range(10):
            database.batch(signature(str(i)), step("counts"))
        assert len(signatures(database)) == 10
        assert database.execute("select count(*) as rows from schema_version") == [{"rows": 1}]
    assert proxy.answers_cut >= 10


def test_a_server_that_is_away_is_told_and_found_again(proxy: Proxy) -> None:
    clock = FakeClock()
    with through(proxy, clock) as database:
        proxy.down()
        with pytest.raises(QueueUnreachable, match="does not answer"):
            signatures(database)
        assert clock.passed > 0, "it was tried more than once"
        proxy.up()
        assert signatures(database) == []


def test_a_server_that_starts_anew_is_no_error(sqld: Sqld, proxy: Proxy) -> None:
    """What is kept open for the next request is known to the old one only."""
    with through(proxy, FakeClock()) as database:
        database.batch(signature("x"))
        sqld.restart()
        assert signatures(database) == ["x"]


def test_a_server_that_is_too_slow_does_not_hold_us(proxy: Proxy) -> None:
    with through(proxy, FakeClock(), timeout=0.3) as database:
        proxy.delay = 0.6
        with pytest.raises(QueueUnreachable, match="timed out"):
            signatures(database)


TOKENS = {
    "missing": (None, "wants a token, and there is none"),
    "expired": (queue_token(seconds=-60), "has expired"),
    "another's": ("eyJhbGciOiJFZERTQSJ9.eyJhIjoicncifQ.c2lnbmF0dXJl", "is not one of its own"),
    "read-only": (queue_token("ro"), "read only"),
    "mispasted": (queue_token() + "\n", "not a token"),
}


@pytest.mark.parametrize("which", TOKENS)
def test_a_token_that_does_not_do_is_told_and_never_shown(sqld: Sqld, which: str) -> None:
    token, words = TOKENS[which]
    with pytest.raises(QueueRefused, match=words) as refused:
        open_database(sqld.address, token=token, clock=FakeClock())
    assert "FRAMEKILN_QUEUE_TOKEN" in str(refused.value)
    assert token is None or token.strip() not in repr(refused.getrepr(style="long"))


def test_a_token_that_may_only_read_is_enough_to_look(sqld: Sqld) -> None:
    open_database(sqld.address, token=queue_token()).close()
    with closing(open_database(sqld.address, token=queue_token("ro"), clock=FakeClock())) as database:
        assert database.run("counts") == []
        with pytest.raises(QueueRefused, match="read only"):
            database.batch(signature("x"))


@contextmanager
def server_that_says(status: int, body: str) -> Iterator[tuple[str, list[str]]]:
    """Its address, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def error(code: str) -> str:
    return json.dumps({"baton": None, "results": [{"type": "error", "error": {"message": "because", "code": code}}]})


@pytest.mark.parametrize(
    ("status", "body", "kind", "words", "tries"),
    [
        (503, "", QueueUnreachable, "503", TRIES),
        (500, '{"error": "out of memory"}', QueueUnreachable, "out of memory", TRIES),
        (429, "", QueueUnreachable, "429", TRIES),
        (200, "<html>Welcome to the hotel", QueueUnreachable, "no libSQL server", TRIES),
        (200, "[]", QueueUnreachable, "no libSQL server", TRIES),
        (302, "", QueueUnreachable, "no libSQL server", TRIES),
        (200, error("TRANSACTION_TIMEOUT"), QueueUnreachable, "because", TRIES),
        (200, error("SQLITE_BUSY"), QueueUnreachable, "because", TRIES),
        (404, "", QueueRefused, "no queue", 1),
        (200, error("BLOCKED"), QueueRefused, "because", 1),
        (200, error("SQLITE_CONSTRAINT"), StatementRefused, "because", 1),
    ],
)
def test_what_passes_is_tried_three_times_and_what_does_not_once(
    status: int, body: str, kind: type[FramekilnError], words: str, tries: int
) -> None:
    with server_that_says(status, body) as (address, asked), pytest.raises(kind, match=words):
        open_database(address, clock=FakeClock())
    assert len(asked) == tries


# ------------------------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "address",
    [
        "ftp://there/queue",
        "libsql://",
        "libsql://me:geheim@there",
        "libsql://there?authToken=geheim",
        "libsql://there:geheim",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_secrets(address: str) -> None:
    with pytest.raises(SettingsError, match="queue") as refused:
        open_database(address)
    assert "geheim" not in str(refused.value)


def test_what_travels_in_the_clear_is_known() -> None:
    assert unencrypted("http://farm.example:8080")
    assert not any(
        map(unencrypted, ("http://127.0.0.1:8080", "https://farm.example", "libsql://farm.example", "queue.db"))
    )
