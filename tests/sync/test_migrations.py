"""Schemas grow by numbered steps: each once, whole, by one node."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync.database import Database, open_database
from sync.database.migrations import Migration, migrate, migrations, split
from sync.errors import QueueRefused, SchemaTooNew, SettingsError, StatementRefused
from sync.local import open_local, own_home
from tests.sync.fakes import FakeClock
from tests.sync.proxy import proxy_to
from tests.sync.servers import Sqld
from tests.sync.servers import queue_token as token

OPENING = """
import sys
from contextlib import closing
from sync.database import open_database
sys.stdin.read(1)
with closing(open_database(sys.argv[1], token=sys.argv[2])) as database:
    print(database.execute("select count(*) as n from schema_version")[0]["n"])
"""

OPENING_LOCAL = """
import sys
from pathlib import Path
from sync.local import open_local
sys.stdin.read(1)
local = open_local(Path(sys.argv[1]))
print(len(local.table_names()))
local.close()
"""

OWNING = """
import sys
from pathlib import Path
from sync.local import own_home
with own_home(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(database_address: str, queue_token: str) -> Iterator[Database]:
    with closing(open_database(database_address, token=queue_token)) as opened:
        yield opened


def versions(database: Database) -> list[object]:
    return [row["version"] for row in database.execute("select version from schema_version order by version")]


def next_one(*statements: str) -> list[Migration]:
    known = migrations()
    return [*known, Migration(len(known) + 1, "next", statements)]


def at_the_same_moment(program: str, *arguments: str, count: int = 4) -> list[str]:
    """What each process said."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        for _ in range(count)
    ]
    for each in started:
        assert each.stdin
        each.stdin.write("go")
        each.stdin.flush()
    return [each.communicate(timeout=60)[0].strip() for each in started]


def test_of_nodes_that_start_at_once_one_makes_the_schema(database_address: str, queue_token: str) -> None:
    count = len(migrations())
    assert at_the_same_moment(OPENING, database_address, queue_token) == [str(count)] * 4


def test_opening_again_changes_nothing(database: Database, database_address: str, queue_token: str) -> None:
    before = database.execute("select * from schema_version")
    schema = database.execute("select name, sql from sqlite_master")
    open_database(database_address, token=queue_token).close()
    assert database.execute("select * from schema_version") == before
    assert database.execute("select name, sql from sqlite_master") == schema


def test_a_newer_framekiln_brings_an_older_queue_up(database: Database) -> None:
    migrate(database, next_one("create table t (a)", "insert into t values (1)"))
    assert database.execute("select a from t") == [{"a": 1}]
    assert versions(database) == list(range(1, len(migrations()) + 2))


def test_an_older_framekiln_refuses_a_newer_queue(database: Database, database_address: str, queue_token: str) -> None:
    migrate(database, next_one("create table t (a)"))
    with pytest.raises(SchemaTooNew, match=r"newer Framekiln.*Update"):
        open_database(database_address, token=queue_token)


def test_a_migration_that_fails_leaves_nothing_and_can_be_mended(database: Database) -> None:
    with pytest.raises(StatementRefused, match="already exists"):
        migrate(database, next_one("create table t (a)", "create table t (a)"))
    assert versions(database) == list(range(1, len(migrations()) + 1))
    migrate(database, next_one("create table t (b)"))
    assert database.execute("select b from t") == []


def test_a_migration_whose_answer_is_lost_is_done_once(sqld: Sqld) -> None:
    with proxy_to(sqld.port) as proxy:
        proxy.cut_every = 2  # of looking, making, and looking again
        with closing(open_database(proxy.address, token=token(), clock=FakeClock())) as database:
            proxy.cut_every = 0
            assert versions(database) == list(range(1, len(migrations()) + 1))
        assert proxy.answers_cut


def test_a_database_of_something_else_is_left_alone(
    database: Database, database_address: str, queue_token: str
) -> None:
    for row in database.execute("select type, name from sqlite_master where type in ('view', 'trigger')"):
        database.execute(f"drop {row['type']} {row['name']}")
    database.execute("drop table schema_version")
    schema = database.execute("select name from sqlite_master")
    with pytest.raises(QueueRefused, match="something else"):
        open_database(database_address, token=queue_token)
    assert database.execute("select name from sqlite_master") == schema


def test_a_file_is_cut_into_statements_by_what_sqlite_takes_for_one() -> None:
    trigger = "create trigger t after insert on a\nbegin\n    insert into b values (1);\n    insert into b values (';');\nend;"
    text = f"-- About; all of it.\n\ncreate table a (x); -- one\n\n-- Then;\n{trigger}\n-- The end.\n"
    table, after = split(text)
    assert "create table a (x);" in table
    assert after.endswith(trigger)


# --------------------------------------------------------------------------------------------------- a node's own database


def test_a_home_is_made_once_by_all_who_open_it_at_once(tmp_path: Path) -> None:
    said = at_the_same_moment(OPENING_LOCAL, str(tmp_path / "home"))
    assert len(set(said)) == 1
    assert said[0].isdigit()


def test_a_nodes_own_database_outlives_it_and_survives_a_power_cut(tmp_path: Path) -> None:
    with closing(open_local(tmp_path)) as local, local.atomic():
        local["uploads"].insert(
            {"storage": "s", "key": "k", "upload_id": "u", "part_size": 1, "size": 1, "sha256": "x", "started": 0.0}
        )
    with closing(open_local(tmp_path)) as local:
        assert [row["key"] for row in local["uploads"].rows] == ["k"]
        assert local.execute("pragma journal_mode").fetchone() == ("wal",)
        assert local.execute("pragma synchronous").fetchone() == (2,)


def test_a_home_of_a_newer_framekiln_is_refused(tmp_path: Path) -> None:
    with closing(open_local(tmp_path)) as local:
        local["_sqlite_migrations"].insert({"migration_set": "node", "name": "of_tomorrow", "applied_at": "now"})
    with pytest.raises(SchemaTooNew, match="of_tomorrow"):
        open_local(tmp_path)


def test_a_damaged_home_is_told(tmp_path: Path) -> None:
    (tmp_path / "node.db").write_bytes(b"no database at all, but words, and enough of them to fill a header" * 9)
    with pytest.raises(SettingsError, match=r"node\.db cannot be used"):
        open_local(tmp_path)


def test_a_home_has_one_agent_until_it_dies(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", OWNING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    with other:
        assert other.stdout
        assert other.stdout.readline() == b"mine\n"
        with pytest.raises(SettingsError, match="running already"), own_home(tmp_path):
            pass
        other.kill()
        other.wait()
    with own_home(tmp_path):
        pass
