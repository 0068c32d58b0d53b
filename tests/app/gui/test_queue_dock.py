"""The queue's dock on a real queue in a file, and on the app's own renders."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.cli.opened import opened_queue
from app.export import farm
from app.export.farm import Farm
from app.export.looker import MOST_LEFT
from app.export.renders import Renders
from app.export.when_finished import COMMANDS, Afterwards, WhenFinished
from app.widgets.queue_dock import QueueDock
from sync.jobs import NewJob
from sync.queue import Held, Queue

from .test_export import DOCUMENT, an_export


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "framekiln.toml"))
    (tmp_path / "home").mkdir()
    with opened_queue() as opened:
        yield opened


@pytest.fixture
def dock(qtbot: QtBot, queue: Queue) -> Iterator[QueueDock]:
    renders, there = Renders(), Farm()
    made = QueueDock(renders, there, WhenFinished(renders, there, run=lambda command: None))
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    yield made
    there.close()
    renders.close()


def submit(queue: Queue, *names: str) -> list[str]:
    return [queue.submit(NewJob(label=name, payload={"template": name}))[0].id for name in names]


def titles(dock: QueueDock) -> list[str]:
    return [item.title for item in dock.model.items]


def choose(dock: QueueDock, title: str) -> None:
    dock.list.setCurrentIndex(dock.model.index(titles(dock).index(title)))


def state(dock: QueueDock, title: str) -> str:
    return next((item.state for item in dock.model.items if item.title == title), "gone")


def held(queue: Queue, node: str = "studio") -> Held:
    queue.hello(node, "one", version="1", system="Linux", capabilities=(), slots=1)
    queue.meets(node, ())
    job = queue.claim(node, "claim-1", 60_000)
    assert job
    return Held(job.id, job.token, node, 60_000)


def test_an_empty_queue_says_what_to_do(qtbot: QtBot, dock: QueueDock) -> None:
    assert dock.render_button.isVisible()
    with qtbot.waitSignal(dock.render_asked):
        dock.render_button.click()


def test_jobs_of_the_queue_are_shown_paused_resumed_cancelled_and_retried(
    qtbot: QtBot, dock: QueueDock, queue: Queue
) -> None:
    submit(queue, "launch", "intro")
    qtbot.waitUntil(lambda: titles(dock) == ["launch", "intro"])
    choose(dock, "intro")
    dock.doing["pause"].trigger()
    qtbot.waitUntil(lambda: state(dock, "intro") == "paused")
    assert dock.current
    assert dock.current.title == "intro"
    dock.doing["resume"].trigger()
    qtbot.waitUntil(lambda: state(dock, "intro") == "queued")
    dock.activateWindow()
    dock.list.setFocus()
    qtbot.waitUntil(dock.list.hasFocus)
    qtbot.keyClick(dock.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: state(dock, "intro") == "cancelled")
    dock.doing["retry"].trigger()
    qtbot.waitUntil(lambda: titles(dock).count("intro") == 2)


def test_a_job_is_dragged_in_front_of_another(qtbot: QtBot, dock: QueueDock, queue: Queue) -> None:
    submit(queue, "a", "b", "c", "d")
    qtbot.waitUntil(lambda: titles(dock) == ["a", "b", "c", "d"])
    dragged = dock.model.mimeData([dock.model.index(3)])
    dock.model.dropMimeData(dragged, Qt.DropAction.MoveAction, 1, 0, dock.model.index(-1))
    qtbot.waitUntil(lambda: titles(dock) == ["a", "d", "b", "c"])
    choose(dock, "a")
    dock.doing["down"].trigger()
    qtbot.waitUntil(lambda: titles(dock) == ["d", "a", "b", "c"])
    choose(dock, "d")
    dragged = dock.model.mimeData([dock.list.currentIndex()])
    dock.model.dropMimeData(dragged, Qt.DropAction.MoveAction, -1, 0, dock.model.index(-1))
    qtbot.waitUntil(lambda: titles(dock) == ["a", "b", "c", "d"])


def test_a_failed_job_tells_its_error(qtbot: QtBot, dock: QueueDock, queue: Queue) -> None:
    submit(queue, "broken")
    queue.fail(held(queue), "input", "clip.mov is not there", final=True, backoff=0)
    qtbot.waitUntil(lambda: state(dock, "broken") == "failed")
    choose(dock, "broken")
    qtbot.waitUntil(dock.details.isVisible)
    assert dock.details.error.text() == "clip.mov is not there"
    assert dock.details.isVisible()


def test_a_job_that_waits_for_a_node_says_so(qtbot: QtBot, dock: QueueDock, queue: Queue) -> None:
    submit(queue, "alone")
    qtbot.waitUntil(lambda: titles(dock) == ["alone"])
    choose(dock, "alone")
    qtbot.waitUntil(lambda: "no node is at work" in dock.details.error.text())
    assert "under Node" in dock.details.error.text()
    held(queue)
    qtbot.waitUntil(lambda: dock.details.isHidden())


def test_a_queue_that_goes_away_is_told_and_found_again(
    qtbot: QtBot, dock: QueueDock, queue: Queue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    submit(queue, "kept")
    qtbot.waitUntil(lambda: titles(dock) == ["kept"])
    (tmp_path / "file").touch()
    monkeypatch.setenv("FRAMEKILN_QUEUE", str(tmp_path / "file" / "queue.db"))
    dock.farm.reopen()
    qtbot.waitUntil(dock.strip.isVisible)
    assert "asked again" in dock.trouble.text()
    monkeypatch.delenv("FRAMEKILN_QUEUE")
    qtbot.waitUntil(lambda: not dock.strip.isVisible() and titles(dock) == ["kept"])


def test_a_queue_that_never_answers_holds_up_nobody(
    qtbot: QtBot, dock: QueueDock, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(queue, "kept")
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("FRAMEKILN_QUEUE", f"http://127.0.0.1:{server.getsockname()[1]}")
        dock.farm.reopen()
        server.settimeout(60)
        silent, _ = server.accept()  # it is asked now, and says nothing
        monkeypatch.delenv("FRAMEKILN_QUEUE")
        dock.farm.reopen()
        qtbot.waitUntil(lambda: titles(dock) == ["kept"])
        (left,) = (looker for looker in farm._left if looker.is_busy)
        silent.close()
    qtbot.waitUntil(lambda: not left.is_busy)


def test_many_jobs_are_counted_and_the_ended_ones_are_in_sight(qtbot: QtBot, dock: QueueDock, queue: Queue) -> None:
    submit(queue, "broken")
    queue.fail(held(queue), "input", "clip.mov is not there", final=True, backoff=0)
    submit(queue, *(f"film {number}" for number in range(MOST_LEFT + 30)))
    qtbot.waitUntil(lambda: f"{MOST_LEFT + 30} waiting" in dock.summary.text())
    assert state(dock, "broken") == "failed"
    assert len(dock.model.items) == MOST_LEFT + 1


def test_renders_of_the_app_stand_in_the_same_list(qtbot: QtBot, dock: QueueDock, tmp_path: Path) -> None:
    done = dock.renders.finished
    with qtbot.waitSignal(done):
        dock.renders.add(an_export(tmp_path, "good.mp4"))
    with qtbot.waitSignal(done):
        dock.renders.add(an_export(tmp_path, "bad.mp4", document=DOCUMENT | {"layers": [{"type": "nothing"}]}))
    qtbot.waitUntil(lambda: titles(dock) == ["bad.mp4", "good.mp4"])
    choose(dock, "bad.mp4")
    assert "layers[0].type" in dock.details.error.text()
    choose(dock, "good.mp4")
    assert dock.doing["open"].isEnabled()
    (tmp_path / "good.mp4").unlink()
    with qtbot.waitSignal(dock.problem) as told:
        dock.doing["open"].trigger()
    assert "not there any more" in told.args[0]


def test_sleep_comes_after_the_last_render_and_the_last_job_and_can_be_stopped(
    qtbot: QtBot, dock: QueueDock, queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr("sys.platform", "linux")
    renders, after = dock.renders, WhenFinished(dock.renders, dock.farm, run=ran.append)
    due: list[str] = []
    after.due.connect(due.append)
    after.choose("sleep")
    (job,) = submit(queue, "film")
    dock.farm.follow(job)
    for name in ("a.mp4", "b.mp4"):
        renders.add(an_export(tmp_path, name))
    qtbot.waitUntil(lambda: all(render.ended for render in renders.all))
    assert due == []
    mine = held(queue)
    queue.uploading(mine)
    queue.succeed(mine, {})
    qtbot.waitUntil(lambda: due == ["sleep"])
    assert (after.choice, ran) == ("notify", [])
    refused, waited = (Afterwards("sleep", after.do, dock, seconds=2) for _ in range(2))
    refused.open()
    refused.escapeButton().click()
    assert ran == []
    waited.open()
    waited._tick()
    assert "1 s" in waited.informativeText()
    waited._tick()
    assert ran == [COMMANDS["linux"]["sleep"]]
