"""The queue's dock on a real queue in a file, and on the app's own renders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.cli.opened import opened_queue
from app.export.farm import Farm
from app.export.renders import Renders
from app.export.when_finished import COMMANDS, WhenFinished
from app.widgets.queue_dock import QueueDock
from sync.jobs import NewJob
from sync.queue import Held, Queue

from .test_export import DOCUMENT, LONG, an_export


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
    renders, farm = Renders(), Farm()
    made = QueueDock(renders, farm, WhenFinished(renders, run=lambda command: None))
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    yield made
    farm.close()
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
    qtbot.waitUntil(lambda: titles(dock) == ["launch", "intro"], timeout=LONG)
    choose(dock, "intro")
    dock.doing["pause"].trigger()
    qtbot.waitUntil(lambda: state(dock, "intro") == "paused", timeout=LONG)
    assert dock.current
    assert dock.current.title == "intro"
    dock.doing["resume"].trigger()
    qtbot.waitUntil(lambda: state(dock, "intro") == "queued", timeout=LONG)
    dock.activateWindow()
    dock.list.setFocus()
    qtbot.waitUntil(dock.list.hasFocus)
    qtbot.keyClick(dock.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: state(dock, "intro") == "cancelled", timeout=LONG)
    dock.doing["retry"].trigger()
    qtbot.waitUntil(lambda: titles(dock).count("intro") == 2, timeout=LONG)


def test_a_job_is_dragged_in_front_of_another(qtbot: QtBot, dock: QueueDock, queue: Queue) -> None:
    submit(queue, "a", "b", "c", "d")
    qtbot.waitUntil(lambda: titles(dock) == ["a", "b", "c", "d"], timeout=LONG)
    dragged = dock.model.mimeData([dock.model.index(3)])
    dock.model.dropMimeData(dragged, Qt.DropAction.MoveAction, 1, 0, dock.model.index(-1))
    qtbot.waitUntil(lambda: titles(dock) == ["a", "d", "b", "c"], timeout=LONG)
    choose(dock, "a")
    dock.doing["down"].trigger()
    qtbot.waitUntil(lambda: titles(dock) == ["d", "a", "b", "c"], timeout=LONG)
    choose(dock, "d")
    dragged = dock.model.mimeData([dock.list.currentIndex()])
    dock.model.dropMimeData(dragged, Qt.DropAction.MoveAction, -1, 0, dock.model.index(-1))
    qtbot.waitUntil(lambda: titles(dock) == ["a", "b", "c", "d"], timeout=LONG)


def test_a_failed_job_tells_its_error(qtbot: QtBot, dock: QueueDock, queue: Queue) -> None:
    submit(queue, "broken")
    queue.fail(held(queue), "input", "clip.mov is not there", final=True, backoff=0)
    qtbot.waitUntil(lambda: state(dock, "broken") == "failed", timeout=LONG)
    choose(dock, "broken")
    qtbot.waitUntil(dock.details.isVisible, timeout=LONG)
    assert dock.error.text() == "clip.mov is not there"
    assert dock.details.isVisible()


def test_a_job_that_waits_for_a_node_says_so(qtbot: QtBot, dock: QueueDock, queue: Queue) -> None:
    submit(queue, "alone")
    qtbot.waitUntil(lambda: titles(dock) == ["alone"], timeout=LONG)
    choose(dock, "alone")
    qtbot.waitUntil(lambda: "no node is at work" in dock.error.text(), timeout=LONG)


def test_a_queue_that_goes_away_is_told_and_found_again(
    qtbot: QtBot, dock: QueueDock, queue: Queue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    submit(queue, "kept")
    qtbot.waitUntil(lambda: titles(dock) == ["kept"], timeout=LONG)
    (tmp_path / "file").touch()
    monkeypatch.setenv("FRAMEKILN_QUEUE", str(tmp_path / "file" / "queue.db"))
    dock.farm.reopen()
    qtbot.waitUntil(dock.strip.isVisible, timeout=LONG)
    assert "asked again" in dock.trouble.text()
    monkeypatch.delenv("FRAMEKILN_QUEUE")
    qtbot.waitUntil(lambda: not dock.strip.isVisible() and titles(dock) == ["kept"], timeout=LONG)


def test_renders_of_the_app_stand_in_the_same_list(qtbot: QtBot, dock: QueueDock, tmp_path: Path) -> None:
    done = dock.renders.finished
    with qtbot.waitSignal(done, timeout=LONG):
        dock.renders.add(an_export(tmp_path, "good.mp4"))
    with qtbot.waitSignal(done, timeout=LONG):
        dock.renders.add(an_export(tmp_path, "bad.mp4", document=DOCUMENT | {"layers": [{"type": "nothing"}]}))
    qtbot.waitUntil(lambda: titles(dock) == ["bad.mp4", "good.mp4"], timeout=LONG)
    choose(dock, "bad.mp4")
    assert "layers[0].type" in dock.error.text()
    choose(dock, "good.mp4")
    assert dock.doing["open"].isEnabled()
    (tmp_path / "good.mp4").unlink()
    with qtbot.waitSignal(dock.problem) as told:
        dock.doing["open"].trigger()
    assert "not there any more" in told.args[0]


def test_sleep_comes_after_the_last_render_once_and_is_asked_before(
    qtbot: QtBot, queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr("sys.platform", "linux")
    renders = Renders()
    after = WhenFinished(renders, run=ran.append)
    due: list[tuple[str, str]] = []
    after.due.connect(lambda choice: due.append((choice, renders.all[-1].state)))
    after.choose("sleep")
    for name in ("a.mp4", "b.mp4"):
        renders.add(an_export(tmp_path, name))
    qtbot.waitUntil(lambda: bool(due), timeout=LONG)
    assert due == [("sleep", "done")]
    assert ran == []
    after.do("sleep")
    assert ran == [COMMANDS["linux"]["sleep"]]
    assert after.choice == "notify"
    renders.close()
