"""What people do to a node at work: a token that is good no more, a cancel at an odd moment, a file that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.database import open_database
from sync.inputs.cache import InputCache
from sync.jobs import Job, NewJob
from sync.node import _Storages
from sync.prepare import Prepare
from sync.runner import Task
from sync.secrets import Secrets
from sync.settings import Settings
from tests.sync.audit import faults_of_objects, faults_of_success, histories
from tests.sync.fakes import FakeClock
from tests.sync.farming import Farm, by_program, farm
from tests.sync.queueing import movable_clock
from tests.sync.servers import Sqld


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Farm]:
    database = open_database(str(tmp_path / "queue.db"))
    movable_clock(database)
    with farm(database, tmp_path / "farm") as found:
        yield found
    database.close()


def check(there: Farm) -> None:
    for history in histories(there.database).values():
        assert [*faults_of_success(history), *faults_of_objects(history)] == []


def test_a_token_that_is_refused_while_a_node_is_at_work_stops_nothing_for_good(
    sqld: Sqld, queue_token: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = open_database(sqld.address, token=queue_token, clock=FakeClock())
    movable_clock(database)
    key = (sqld.folder / "key").read_text()
    with farm(database, tmp_path / "farm") as there:
        one, id = there.node("one"), there.submit()
        there.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
        (sqld.folder / "key").write_text("A" * len(key))
        sqld.restart()
        while not one.agent.outbox.waiting():
            one.clock.wait(1)
            one.act()
        for _ in range(30):
            one.clock.wait(10)
            one.act()
        assert "refuses the token" in caplog.text
        assert queue_token not in caplog.text
        (sqld.folder / "key").write_text(key)
        sqld.restart()
        there.until(lambda: there.state(id) == "succeeded")
        assert len(there.queue.attempts(id)) == 1
        check(there)
    database.close()


def test_a_cancel_while_results_are_sent_ends_cancelled_and_leaves_no_current_video(here: Farm) -> None:
    one, id = here.node("one"), here.submit()
    one.line.lose = "add_artifact"
    here.until(lambda: one.line.lose is None)
    assert (here.state(id), [row["kind"] for row in here.queue.artifacts(id)]) == ("uploading", ["video"])
    here.queue.cancel(id)
    here.until(lambda: here.state(id) == "cancelled" and one.agent.done)
    assert [row["kind"] for row in here.queue.artifacts(id) if row["kind"] != "log"] == []
    assert here.queue.attempts(id)[0]["outcome"] == "cancelled"


def test_a_result_that_changes_before_it_is_sent_fails_the_attempt_and_the_next_one_succeeds(here: Farm) -> None:
    one, id = here.node("one"), here.submit()
    here.until(lambda: bool(one.agent.slots and one.agent.slots[0].running))
    one.line.away = True
    here.until(lambda: bool(one.agent.outbox.waiting()))
    (folder,) = one.agent.outbox.folders()
    (video,) = folder.glob("result/*.mp4")
    video.write_bytes(b"somebody wrote here")
    one.line.away = False
    here.until(lambda: here.state(id) == "succeeded")
    first, second = here.queue.attempts(id)
    assert (first["outcome"], second["outcome"]) == ("failed", "succeeded")
    assert "film.mp4" in str(first["error"])
    check(here)


def test_a_remote_queue_names_no_folder_of_a_node_but_those_it_allows(here: Farm, tmp_path: Path) -> None:
    """The queue is one that others write to: a job's --to may not be any folder of this machine."""
    shared = tmp_path / "shared"
    settings = Settings(home=tmp_path / "home", queue="libsql://studio.example", allowed_folders=(shared,))
    engine = Prepare(settings, _Storages(settings, Secrets()), InputCache(tmp_path / "inputs", 1 << 30))

    def prepare(job: Job, folder: Path, stop: Callable[[], bool]) -> Task:
        engine(job, folder, stop)
        return by_program(job, folder, stop)

    here.node("one", prepare=prepare)
    payload = {"source": "hello-world", "props": {"title": "film"}}
    bad, good = (
        here.queue.submit(NewJob(label=name, payload=payload, storage=str(folder)))[0].id
        for name, folder in (("bad", tmp_path / "etc"), ("good", shared / "films"))
    )
    here.until(lambda: here.state(bad) == "failed" and here.state(good) == "succeeded")
    assert "allowed_folders" in str(here.queue.job(bad).error)
    assert not (tmp_path / "etc").exists()
