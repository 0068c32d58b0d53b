"""What a stranger writes into the queue by hand: refused by the database where it would stop others, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sync.database import Database, open_database
from sync.errors import NodeError
from sync.queue import Queue
from tests.sync.queueing import claimed, new_job, node

ROW: dict[str, Any] = {
    "id": "by hand",
    "client_id": "by hand",
    "label": "film",
    "payload": '{"source": "hello-world"}',
    "payload_hash": "",
    "rank": 0,
    "created_at": 0,
}
REFUSED: dict[str, dict[str, Any]] = {
    "text for a number": {"rank": "the first, please"},
    "text for a time": {"not_before": "tomorrow"},
    "a state that there is not": {"state": "nearly done"},
    "a priority that there is not": {"priority": "now!"},
    "metadata that are no JSON": {"metadata": "{", "webhook": "https://example.com/hook"},
    "nothing to render": {"payload": None},
    "a payload of 100 MB": {"payload": "x" * 100_000_000},
    "a payload of 100 MB behind a zero": {"payload": "{}\0" + "x" * 1_000_000},
}


@pytest.fixture
def database(database_address: str, queue_token: str | None) -> Iterator[Database]:
    opened = open_database(database_address, token=queue_token)
    yield opened
    opened.close()


def write(database: Database, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    database.execute(f"insert into jobs ({names}) values ({values})", row)


@pytest.mark.parametrize("name", REFUSED)
def test_a_row_that_would_stop_others_is_refused(database: Database, name: str) -> None:
    queue = Queue(database)
    good, _ = queue.submit(new_job())
    with pytest.raises(NodeError):
        write(database, ROW | REFUSED[name])
    assert [row["id"] for row in queue.jobs()] == [good.id]
    node(queue)
    assert claimed(queue)[0].id == good.id


def test_a_row_that_is_whole_is_a_job_like_any_other(database: Database) -> None:
    write(database, ROW)
    queue = Queue(database)
    node(queue)
    assert claimed(queue)[0].id == "by hand"
