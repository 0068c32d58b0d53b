"""What a node removes by and by: old results, and what nobody refers to; never what somebody still needs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.database import Database, open_database
from sync.housekeeping import EVERY, FIRST, Housekeeping
from sync.inputs.upload import input_key
from sync.jobs import NewJob, new_id
from sync.node import _Storages
from sync.queue import Artifact, Queue
from sync.secrets import Secrets
from sync.settings import Settings
from sync.storage.collect import DAY
from tests.sync.fakes import FakeClock
from tests.sync.queueing import claimed, movable_clock, node, pass_time


@dataclass
class House:
    database: Database
    settings: Settings
    clock: FakeClock

    def __post_init__(self) -> None:
        self.queue = Queue(self.database)
        self.storages = _Storages(self.settings, Secrets())
        self.housekeeping = Housekeeping(self.queue, self.storages, self.settings, self.clock)
        node(self.queue)

    def put(self, key: str) -> str:
        """An object of this moment."""
        stored = self.storages.own.put_bytes(key, b"0", media_type="video/mp4")
        os.utime(self.path(stored.key), (self.clock.wall(),) * 2)
        return key

    def put_input(self, name: str) -> str:
        """Its sha256, as far as the queue knows."""
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        self.put(input_key("local", sha256))
        return sha256

    def path(self, key: str) -> Path:
        return Path(self.storages.own.address) / key

    def has(self, sha256: str) -> bool:
        return self.path(input_key("local", sha256)).exists()

    def job(self, *inputs: str, payload_object: str | None = None) -> str:
        new = NewJob(label="film", payload={"source": new_id()}, inputs=inputs, payload_object=payload_object)
        return self.queue.submit(new)[0].id

    def end(self, storage: str | None = None) -> str:
        """The first job that waits succeeds with a video; its key."""
        _, held = claimed(self.queue)
        key, there = f"local/{held.id}/abc/film.mp4", storage or self.storages.own.address
        if storage is None:
            self.put(key)
        self.queue.uploading(held)
        self.queue.add_artifact(held, Artifact("video", there, key, "film.mp4", 1, "abc", "video/mp4"))
        self.queue.succeed(held, {})
        return key

    def schedule(self, **action: object) -> None:
        facts = {"id": "daily", "project": "local", "kind": "schedule", "name": "daily", "node": None, "trigger": "{}"}
        self.database.run("add_automation", **facts, action=json.dumps(action), next_fire=None)

    def after(self, days: float) -> None:
        pass_time(self.database, int(days * DAY * 1000))
        self.clock.wait(days * DAY)
        self.housekeeping.step()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = open_database(str(tmp_path / "queue.db"))
    movable_clock(database)
    yield House(database, Settings(home=tmp_path / "home", keep_results=30), FakeClock())
    database.close()


def test_results_go_after_their_time_and_younger_ones_stay(house: House) -> None:
    house.job()
    old = house.end()
    house.after(20)
    second = house.job()
    young = house.end()
    house.after(11)
    assert (house.path(old).exists(), house.path(young).exists()) == (False, True)
    assert [row["key"] for row in house.queue.artifacts(second)] == [young]
    assert house.database.execute("select key from artifacts") == [{"key": young}]


def test_without_a_limit_results_stay_for_ever(house: House) -> None:
    house.housekeeping.settings = house.settings.model_copy(update={"keep_results": None})
    house.job()
    key = house.end()
    house.after(5000)
    assert house.path(key).exists()
    assert len(house.database.execute("select key from artifacts")) == 1


def test_inputs_of_what_has_not_ended_and_of_schedules_stay(house: House) -> None:
    waiting, payload, scheduled, planned = (house.put_input(name) for name in ("a", "b", "c", "d"))
    house.job(waiting, payload_object=payload)
    house.schedule(inputs=[scheduled], payload_object=planned)
    house.after(1000)
    assert all(house.has(each) for each in (waiting, payload, scheduled, planned))


def test_inputs_go_a_week_after_their_last_job_has_ended(house: House) -> None:
    shared, own = house.put_input("shared"), house.put_input("own")
    house.job(shared, own)
    house.after(100)
    house.end()
    house.after(6)
    assert (house.has(shared), house.has(own)) == (True, True)
    house.job(shared)
    house.after(2)
    assert (house.has(shared), house.has(own)) == (True, False)


def test_what_nobody_refers_to_goes_after_a_week(house: House) -> None:
    lost, late = house.put("local/job/abc/film.mp4"), "local/job/def/film.mp4"
    foreign = house.put("another project/job/abc/film.mp4")
    house.after(6)
    house.put(late)
    assert house.path(lost).exists(), "an upload may still become a result"
    house.after(2)
    assert (house.path(lost).exists(), house.path(late).exists(), house.path(foreign).exists()) == (False, True, True)


def test_an_old_result_in_a_storage_that_is_not_reached_is_told_once_and_left_to_others(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.job()
    there = house.end("s3://elsewhere/films")
    house.job()
    here = house.end()
    for _ in range(3):
        house.after(31)
    assert not house.path(here).exists()
    assert house.database.execute("select key from artifacts") == [{"key": there}]
    assert len([each for each in caplog.records if "elsewhere" in each.message]) == 1


def test_it_is_done_each_hour_and_by_several_nodes_at_once(house: House) -> None:
    house.job()
    old = house.end()
    pass_time(house.database, int(31 * DAY * 1000))
    house.housekeeping.step()
    house.clock.wait(FIRST - 1)
    house.housekeeping.step()
    assert house.path(old).exists(), "a node that was just started has better things to do"
    other = Housekeeping(house.queue, house.storages, house.settings, FakeClock())
    house.path(old).unlink()  # another node did, and has not told the queue yet
    house.clock.wait(1)
    house.housekeeping.step()
    other.forget_results()
    assert house.database.execute("select key from artifacts") == []
    house.job()
    again = house.end()
    pass_time(house.database, int(31 * DAY * 1000))
    house.housekeeping.step()
    assert house.path(again).exists()
    house.clock.wait(EVERY)
    house.housekeeping.step()
    assert not house.path(again).exists()
