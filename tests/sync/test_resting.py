"""What a node does while it takes nothing: it asks seldom, locks nothing, and gives back what it may not go on with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from sync.agent import POLL_LATEST, POLL_SOONEST
from sync.database import open_database
from sync.retry import backoff
from tests.sync.farming import Farm, farm
from tests.sync.queueing import movable_clock


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Farm]:
    database = open_database(str(tmp_path / "queue.db"))
    movable_clock(database)
    with farm(database, tmp_path / "farm") as found:
        yield found
    database.close()


def test_an_idle_node_asks_each_one_to_ten_seconds_and_soon_again_after_a_job(here: Farm) -> None:
    one = here.node("one")
    asked: list[float] = []
    for _ in range(1200):
        one.clock.wait(0.1)
        if one.agent._wait("poll") <= 0:
            asked.append(one.clock.now())
        one.agent.talk()
    waits = [later - before for before, later in pairwise(asked)]
    assert all(POLL_SOONEST <= wait <= POLL_LATEST + 0.11 for wait in waits)
    assert max(waits[-5:]) > 3 * min(waits[:2])
    assert len({round(wait, 1) for wait in waits[-5:]}) > 1, "nodes that started at once do not ask at once"


def test_an_idle_node_locks_nothing(here: Farm, tmp_path: Path) -> None:
    """It asks while another program holds the only lock that there is to write."""
    one = here.node("one")
    one.act()
    one.act()
    with closing(sqlite3.connect(tmp_path / "queue.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        assert not here.queue.poll("one").waiting
        other.execute("rollback")


def test_when_active_hours_end_the_job_is_given_back_uncounted_and_taken_when_they_begin(here: Farm) -> None:
    one, id = here.node("one"), here.submit(seconds=600)
    here.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
    one.agent.rest = lambda: "its active hours are over"
    here.until(lambda: here.state(id) == "queued")
    job = here.queue.job(id)
    assert (job.attempts, job.failures, job.lost_leases) == (0, 0, 0)
    assert [row["outcome"] for row in here.queue.attempts(id)] == ["given back"]
    assert "active hours are over" in str(here.queue.why_waiting(job))
    for _ in range(100):
        here.pass_(1)
        one.act()
    assert here.state(id) == "queued"
    one.agent.rest = lambda: None
    here.until(lambda: here.state(id) == "running")


def test_a_failed_job_waits_ten_seconds_then_twice_as_long_each_time_up_to_an_hour() -> None:
    assert [backoff(failures, 1.0) for failures in range(4)] == [10_000, 20_000, 40_000, 80_000]
    assert backoff(100, 1.0) == 3_600_000
    waits = {backoff(0) for _ in range(50)}
    assert 5_000 <= min(waits) < max(waits) <= 15_000
