"""What schedules promise, on both databases; time is the database's, moved by hand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from render_engine.errors import BadInput
from sync.automations import Automation, Automations
from sync.cron import cron
from sync.database import Database, open_database
from sync.queue import Queue
from sync.schedules import Schedules, action_of, add, enable, new_job
from tests.sync.fakes import FakeClock
from tests.sync.queueing import movable_clock
from tests.sync.queueing import new_job as film


def at(text: str) -> int:
    return int(datetime.fromisoformat(text + "Z").timestamp() * 1000)


@pytest.fixture
def database(database_address: str, queue_token: str | None) -> Iterator[Database]:
    database = open_database(database_address, token=queue_token)
    movable_clock(database)
    set_time(database, "2026-11-21T12:00")
    yield database
    database.close()


def set_time(database: Database, text: str) -> None:
    database.execute("update moved set now = :now", {"now": at(text)})


def at_six(database: Database, **fields: Any) -> Automation:
    return add(Automations(database), "morning", cron("0 6 * * *", "Europe/Vienna"), film(**fields))


def look(database: Database) -> int:
    """As a node does that looks for the first time."""
    return Schedules(database, FakeClock()).step()


def morning(database: Database) -> Automation:
    return Automations(database).named("schedule", "morning")


def test_a_schedule_makes_its_job_when_it_is_time_and_not_before(database: Database) -> None:
    schedule = at_six(database, needs=("gpu",), priority="high", metadata={"shop": "7"}, inputs=("ab" * 32,))
    set_time(database, "2026-11-22T04:59:59")
    assert look(database) == 0
    set_time(database, "2026-11-22T05:00")
    assert look(database) == 1
    (row,) = Queue(database).jobs()
    job = Queue(database).job(str(row["id"]))
    assert job.client_id == f"automation:{schedule.id}:2026-11-22T05:00:00Z"
    assert (job.origin, job.origin_id, job.needs, job.priority) == ("schedule", schedule.id, ("gpu",), "high")
    assert json.loads(job.metadata) == {
        "shop": "7",
        "schedule": "morning",
        "scheduled_for": "2026-11-22T05:00:00Z",
    }
    assert database.execute("select sha256 from job_inputs") == [{"sha256": "ab" * 32}]


def test_it_goes_on_with_its_next_time(database: Database) -> None:
    at_six(database)
    for day in (22, 23, 24):
        set_time(database, f"2026-11-{day}T05:00:03")
        assert (look(database), look(database)) == (1, 0)
    after = morning(database)
    assert (after.last_fire, after.next_fire) == (at("2026-11-24T05:00"), at("2026-11-25T05:00"))
    assert after.last_job in {row["id"] for row in Queue(database).jobs()}


def test_a_node_that_looks_often_asks_seldom(database: Database) -> None:
    clock = FakeClock()
    schedules = Schedules(database, clock)
    assert schedules.step() == 0
    at_six(database)
    set_time(database, "2026-11-22T05:00")
    assert schedules.step() == 0
    clock.wait(7)
    assert schedules.step() == 1


def test_ten_nodes_fire_once(database: Database, database_address: str, queue_token: str | None) -> None:
    at_six(database)
    set_time(database, "2026-11-25T05:00")
    nodes = [open_database(database_address, token=queue_token) for _ in range(10)]
    together, fired = threading.Barrier(10), []

    def fire(node: Database) -> None:
        together.wait()
        fired.append(look(node))

    threads = [threading.Thread(target=fire, args=(node,)) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for node in nodes:
        node.close()
    assert sorted(fired) == [0] * 9 + [1]
    assert len(Queue(database).jobs()) == 1


def test_nodes_that_see_it_due_at_different_times_make_one_job(database: Database) -> None:
    """One has read the row, and then waits until another has fired it, for a later time."""
    at_six(database)
    set_time(database, "2026-11-22T05:00")
    slow = Schedules(database, FakeClock())
    (row,) = database.run("automations_due")
    set_time(database, "2026-11-23T05:00")
    assert look(database) == 1
    assert not slow._fire(row)
    assert len(Queue(database).jobs()) == 1


def test_missed_runs_are_made_up_for_by_one_that_says_so(database: Database) -> None:
    at_six(database)
    set_time(database, "2026-11-25T04:00")
    assert look(database) == 1
    (row,) = Queue(database).jobs()
    told = json.loads(str(row["metadata"]))
    assert (told["missed_runs"], told["scheduled_for"]) == (2, "2026-11-24T05:00:00Z")
    assert morning(database).next_fire == at("2026-11-25T05:00")


def test_a_repeat_of_the_firing_changes_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is lost after the commit, and the client sends the batch again."""
    at_six(database)
    set_time(database, "2026-11-22T05:00")
    batch = database.batch
    monkeypatch.setattr(database, "batch", lambda *steps: (batch(*steps), batch(*steps))[1])
    look(database)
    assert len(Queue(database).jobs()) == 1
    assert morning(database).next_fire == at("2026-11-23T05:00")


def test_a_disabled_schedule_rests_and_makes_up_for_nothing(database: Database) -> None:
    at_six(database)
    enable(Automations(database), "morning", enabled=False)
    set_time(database, "2026-11-25T12:00")
    assert look(database) == 0
    assert enable(Automations(database), "morning", enabled=True).next_fire == at("2026-11-26T05:00")
    assert look(database) == 0


def test_a_removed_schedule_makes_nothing_more(database: Database) -> None:
    at_six(database)
    (row,) = database.execute("select *, 0 as now from automations")
    Automations(database).remove("schedule", "morning")
    set_time(database, "2026-11-25T12:00")
    assert look(database) == 0
    assert not Schedules(database, FakeClock())._fire(row)
    assert Queue(database).jobs() == []


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ({"label": "x"}, "payload"),
        ({"label": "x", "payload": {}, "priority": "soon"}, "priority"),
        ({"label": "x", "payload": {}, "needs": 5}, "needs"),
        ({"label": "x", "payload": {}, "colour": "red"}, "colour"),
        ({"label": "x", "payload": {}, "needs": ["a,b"]}, "a,b"),
        ({"label": "x", "payload": {"text": "x" * 300_000}}, "bytes"),
    ],
)
def test_an_action_that_is_refused_is_told_in_its_row_and_tried_at_the_next_time(
    database: Database, action: dict[str, Any], told: str
) -> None:
    at_six(database)
    database.execute("update automations set action = :action", {"action": json.dumps(action)})
    set_time(database, "2026-11-22T05:00")
    assert look(database) == 0
    after = morning(database)
    assert told in (after.last_error or "")
    assert after.next_fire == at("2026-11-23T05:00")
    assert database.run("automations_due") == []


@pytest.mark.parametrize("trigger", ["nonsense", "[]", "{}", '{"cron": "0 25 * * *", "timezone": "UTC"}'])
def test_a_trigger_that_is_none_rests_with_its_reason(database: Database, trigger: str) -> None:
    at_six(database)
    add(Automations(database), "another", cron("0 6 * * *", "UTC"), film())
    database.execute("update automations set trigger = :trigger where name = 'morning'", {"trigger": trigger})
    set_time(database, "2026-11-22T06:00")
    assert look(database) == 1, "the other one fires"
    (row,) = database.execute("select next_fire, last_error from automations where name = 'morning'")
    assert row["next_fire"] is None
    assert row["last_error"]
    Automations(database).remove("schedule", "morning")


def test_an_action_is_a_job_again() -> None:
    job = film(
        needs=("gpu",), priority="low", storage="r2://films", webhook="https://example.com/hook", inputs=("ab" * 32,)
    )
    again = new_job(json.loads(json.dumps(action_of(job))), "local")
    assert action_of(again) == action_of(job)


def test_a_payload_in_storage_is_named_and_not_repeated() -> None:
    action = action_of(film("x" * 1000, payload_object="cd" * 32))
    assert (action["payload"], action["payload_object"]) == ({"object": "cd" * 32}, "cd" * 32)


def test_inputs_of_a_schedule_are_wanted_as_long_as_it_is_there(database: Database) -> None:
    at_six(database, inputs=("ab" * 32,), payload_object="cd" * 32)
    add(Automations(database), "by hand", cron("0 6 * * *", "UTC"), film())
    database.execute("update automations set action = 'nonsense' where name = 'by hand'")
    assert {row["sha256"] for row in database.run("inputs_wanted", lately=0)} == {"ab" * 32, "cd" * 32}
    Automations(database).remove("schedule", "morning")
    assert database.run("inputs_wanted", lately=0) == []


def test_a_name_is_taken_once(database: Database) -> None:
    at_six(database)
    with pytest.raises(BadInput, match="already"):
        at_six(database)
    with pytest.raises(BadInput, match="framekiln schedule list"):
        Automations(database).remove("schedule", "evening")
    with pytest.raises(BadInput, match="no watch called"):
        Automations(database).remove("watch", "morning")
