"""`framekiln schedule`, as a person uses it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import run
from sync.database import open_database
from sync.queue import Queue
from sync.schedules import Schedules
from tests.sync.fakes import FakeClock


@pytest.fixture(autouse=True)
def _configured(
    tmp_path: Path, database_address: str, queue_token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRAMEKILN_STORAGE", str(tmp_path / "storage"))
    monkeypatch.setenv("FRAMEKILN_QUEUE", database_address)
    if queue_token:
        monkeypatch.setenv("FRAMEKILN_QUEUE_TOKEN", queue_token)


class Person:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def types(self, *words: str) -> tuple[int, str]:
        code = run(["schedule", *words])
        told = self._capsys.readouterr()
        return code, told.out + told.err

    def reads(self, *words: str) -> Any:
        return json.loads(self.types(*words, "--json")[1])


@pytest.fixture
def person(capsys: pytest.CaptureFixture[str]) -> Person:
    return Person(capsys)


def test_a_schedule_is_added_listed_disabled_enabled_and_removed(person: Person) -> None:
    code, told = person.types("add", "0 6 * * mon-fri", "hello-world", "--name", "morning", "--timezone", "Asia/Tokyo")
    assert code == 0
    assert "morning" in told
    assert told.count(" 06:00, in ") == 3, "its next times, by the clock there"
    assert "framekiln node" in told, "somebody has to make the jobs"
    (listed,) = person.reads("list")
    assert (listed["cron"], listed["timezone"], listed["enabled"]) == ("0 6 * * mon-fri", "Asia/Tokyo", True)
    assert listed["next_fire"].endswith("T21:00:00.000Z")
    assert "06:00, in" in person.types()[1]
    person.types("disable", "morning")
    assert person.reads("list")[0]["next_fire"] is None
    assert "disabled" in person.types("list")[1]
    assert "06:00, in" in person.types("enable", "morning")[1]
    assert person.types("remove", "morning")[0] == 0
    assert person.reads("list") == []


def test_its_jobs_are_what_was_asked_for(person: Person, database_address: str, queue_token: str | None) -> None:
    asked = ["hello-world", "--set", "title=Good morning", "--preset", "draft", "--priority", "high"]
    person.types("add", "* * * * *", *asked, "--metadata", "shop=7", "-o", "today.mp4", "--to", "/results")
    database = open_database(database_address, token=queue_token)
    database.execute("update automations set next_fire = (select now from clock) / 60000 * 60000")
    assert Schedules(database, FakeClock()).step() == 1
    queue = Queue(database)
    job = queue.job(str(queue.jobs()[0]["id"]))
    database.close()
    payload = json.loads(str(job.payload))
    assert (payload["props"]["title"], payload["options"], payload["output"]) == (
        "Good morning",
        {"preset": "draft"},
        "today.mp4",
    )
    assert (job.priority, job.storage, job.label) == ("high", "/results", "hello-world")
    assert json.loads(job.metadata)["shop"] == "7"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("0 25 * * *", "hello-world"), "“25” is not an? hour"),
        (("0 6 * * *", "hello-world", "--timezone", "Europe/Viena"), "Did you mean “Europe/Vienna”"),
        (("0 6 * * *", "no-such-template"), "no template"),
        (("0 6 * * *", "hello-world", "--set", "titel=Hi"), "title"),
        (("0 6 * * *", "hello-world", "--id", "mine"), "--id"),
        (("0 6 * * *", "hello-world", "--name", " "), "--name"),
        (("0 6 * * *", "hello-world", "--webhook", "https://example.com"), "FRAMEKILN_WEBHOOK_SECRET"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_added(person: Person, words: tuple[str, ...], told: str) -> None:
    code, said = person.types("add", *words)
    assert code == 2
    assert len(said.splitlines()) == 1
    assert re.search(told, said)
    assert person.reads("list") == []


def test_a_name_that_is_taken_is_told_before_anything_is_uploaded(person: Person, tmp_path: Path) -> None:
    person.types("add", "0 6 * * *", "hello-world")
    code, told = person.types("add", "0 7 * * *", "hello-world")
    assert code == 2
    assert "--name" in told
    assert [each["cron"] for each in person.reads("list")] == ["0 6 * * *"]
