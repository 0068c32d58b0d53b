"""framekiln nodes: who renders, who rests and why; and the tables of all listings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from app.cli.columns import columns
from app.cli.main import run
from sync.database import open_database
from sync.queue import Queue
from tests.sync.queueing import claimed, movable_clock, new_job, node, pass_time

MINUTE = 60_000


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "framekiln.toml"))
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path))
    monkeypatch.delenv("FRAMEKILN_QUEUE", raising=False)
    database = open_database(str(tmp_path / "queue.db"))
    movable_clock(database)
    yield Queue(database)
    database.close()


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(["nodes", *words]) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def beat(queue: Queue, name: str, state: str, reason: str | None = None, busy: int = 0) -> None:
    queue.beat(name, f"instance of {name}", busy=busy, state=state, reason=reason)


def test_with_no_node_the_command_that_starts_one_is_told(queue: Queue, capsys):
    assert "framekiln node starts one" in told(capsys)
    assert json.loads(told(capsys, "--json")) == []


def test_each_node_with_its_slots_and_what_it_can(queue: Queue, capsys):
    node(queue, "one", "gpu", "linux")
    beat(queue, "one", "active", busy=1)
    head, row = told(capsys).splitlines()
    assert head.split() == ["NAME", "STATE", "SLOTS", "SEEN", "VERSION", "CAPABILITIES"]
    assert row.split() == ["one", "active", "1/1", "0", "s", "ago", "0", "gpu", "linux"]
    (facts,) = json.loads(told(capsys, "list", "--json"))
    assert (facts["state"], facts["alive"], facts["busy"], facts["capabilities"]) == (
        "active",
        True,
        1,
        ["gpu", "linux"],
    )


def test_why_a_node_rests_is_told(queue: Queue, capsys):
    for name in ("disabled", "paused", "resting", "silent", "stopped"):
        node(queue, name)
    beat(queue, "stopped", "stopped")
    pass_time(queue.database, 5 * MINUTE)
    for name in ("disabled", "paused", "resting"):
        beat(queue, name, "active")
    beat(queue, "resting", "resting", "its active hours begin in 3 h")
    queue.pause_node("paused", 3600, "3 different jobs failed here in a row")
    queue.disable_node("disabled")
    nodes = {facts["name"]: facts for facts in json.loads(told(capsys, "--json"))}
    assert {name: facts["state"] for name, facts in nodes.items()} == {name: name for name in nodes}
    assert {name for name, facts in nodes.items() if not facts["alive"]} == {"silent", "stopped"}
    assert "framekiln nodes enable disabled" in nodes["disabled"]["why"]
    assert nodes["paused"]["why"] == "for 60 min more: 3 different jobs failed here in a row"
    assert nodes["resting"]["why"] == "its active hours begin in 3 h"
    assert nodes["silent"]["why"].startswith("not heard of for 5 min")
    assert nodes["stopped"]["why"] is None


def test_a_disabled_node_takes_nothing_until_it_is_enabled(queue: Queue, capsys):
    node(queue)
    queue.submit(new_job())
    assert "finishes" in told(capsys, "disable", "one")
    assert queue.claim("one", "a", MINUTE) is None
    assert told(capsys, "enable", "one") == "one takes jobs again\n"
    assert queue.claim("one", "b", MINUTE)


def test_enabling_ends_a_pause(queue: Queue, capsys):
    node(queue)
    queue.pause_node("one", 3600, "3 different jobs failed here in a row")
    assert json.loads(told(capsys, "enable", "one", "--json"))["state"] == "idle"


def test_a_node_is_shown_with_its_jobs(queue: Queue, capsys):
    node(queue, "one", "linux")
    queue.submit(new_job("launch"))
    job, _ = claimed(queue)
    text = told(capsys, "show", "one")
    assert f"{job.id[:8]}  launch  running 0 %" in text
    assert json.loads(told(capsys, "show", "one", "--json"))["jobs"] == [job.id]


def test_a_name_that_is_nearly_one_is_guessed(queue: Queue, capsys):
    node(queue, "render-03")
    assert "render-03" in told(capsys, "disable", "render-3", code=1)


def test_a_wrong_queue_is_told(monkeypatch, tmp_path: Path, capsys):
    monkeypatch.setenv("FRAMEKILN_QUEUE", "ftp://queue")
    assert "libsql://" in told(capsys, code=2)


# ---------------------------------------------------------------------------------------------------------- tables

HEAD = ("NAME", "AGE>", "NOTE", "NEVER")
ROWS = [("one", "5 min", "a note that is rather long", ""), ("日本語の名前", "119 s", "x\x1b[2J\ny", "")]


def test_columns_stand_under_each_other_whatever_the_script():
    head, one, two = columns(HEAD, ROWS)
    assert head == "NAME            AGE  NOTE"
    assert one == "one           5 min  a note that is rather long"
    assert two == "日本語の名前  119 s  x [2J y"


@pytest.mark.parametrize("width", range(24, 60, 5))
def test_a_table_fits_its_terminal(width: int):
    assert max(map(cell_len, columns(HEAD, ROWS, width))) <= width


def test_what_can_be_spared_goes_before_all_is_cut():
    assert columns(HEAD, ROWS, 30, spare=("AGE>",))[0] == "NAME          NOTE"
