"""The parts together: asked from the window, rendered ahead while nobody does anything, put into the queue, told at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.cli.opened import opened_queue
from app.export.ahead import Ahead, ahead_of
from app.export.dialog import RenderDialog
from app.export.exporting import Exporting
from app.export.remembered import recall
from app.export.subject import Subject
from sync.queue import Held

from .test_export import DOCUMENT, an_export

TURNING = {
    "type": "shape",
    "shape": "rect",
    "size": [9, 9],
    "fill": "red",
    "rotation": {"keyframes": [{"at": 0, "value": 0}, {"at": 600, "value": 7177.77}]},
}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "framekiln.toml"))
    (tmp_path / "home").mkdir()


class Window(QMainWindow):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self.subject: Subject | None = Subject(
            str(folder / "film.json"), "My Film", 64, 36, "10", 20, {}, DOCUMENT, folder=folder
        )
        self.exporting = Exporting(self, lambda: self.subject, self.say)
        self.exporting.ahead.enable(False)
        self.statusBar().addPermanentWidget(self.exporting.status)

    def say(self, text: str, kind: str = "info", action: Any = None) -> None:
        self.said.append((kind, text))


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Window]:
    made = Window(tmp_path)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.exporting.close()


def asked(qtbot: QtBot, window: Window) -> RenderDialog:
    window.exporting.ask()
    (dialog,) = window.findChildren(RenderDialog)
    qtbot.waitUntil(dialog.isVisible)
    window.exporting.ask()  # pressed twice: still one
    assert len(window.findChildren(RenderDialog)) == 1
    return dialog


def test_three_presses_make_a_file(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    dialog = asked(qtbot, window)
    with qtbot.waitSignal(window.exporting.renders.finished):
        qtbot.mouseClick(dialog.render_button, Qt.MouseButton.LeftButton)
        assert window.exporting.status.bar.isVisible()
    assert (tmp_path / "my-film.mp4").exists()
    assert window.said == [("ok", "my-film.mp4 is rendered")]
    assert not window.exporting.status.bar.isVisible()


def test_an_edited_document_is_put_into_the_queue(qtbot: QtBot, window: Window) -> None:
    dialog = asked(qtbot, window)
    with qtbot.waitSignal(window.exporting.queued) as queued:
        dialog.queue_button.click()
    with opened_queue() as queue:
        job = queue.job(queued.args[0])
        assert job.label == "film"
        assert '"duration":2' in (job.payload or "").replace(" ", "")
        assert window.said[-1][1].startswith("film is in the queue. It waits: no node")
        queue.hello("studio", "one", version="1", system="Linux", capabilities=("x264",), slots=1)
        queue.meets("studio", job.needs)
        claimed = queue.claim("studio", "claim-1", 60_000)
        assert claimed
        mine = Held(claimed.id, claimed.token, "studio", 60_000)
        queue.uploading(mine)
        queue.succeed(mine, {})
    qtbot.waitUntil(lambda: window.said[-1] == ("ok", "film is rendered"))


def test_with_nothing_open_it_says_so(window: Window) -> None:
    window.subject = None
    window.exporting.ask()
    assert window.said == [("info", "Open something first, then it can be rendered.")]


def test_what_is_drawn_ahead_is_not_drawn_again(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    assert window.subject
    asked = ahead_of(window.subject, recall())
    ahead = Ahead(lambda: asked, idle=1)
    qtbot.waitUntil(lambda: ahead._done == asked)
    ahead.close()
    assert not asked.output.exists()
    export = an_export(tmp_path, preset=None)
    drawn: list[int] = []
    window.exporting.renders.changed.connect(lambda _: drawn.append(window.exporting.renders.all[0].frames))
    with qtbot.waitSignal(window.exporting.renders.finished) as done:
        window.exporting.renders.add(export)
    assert done.args[0].state == "done"
    assert done.args[0].drawn == 0


def test_a_touch_ends_drawing_ahead_at_once(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    asked = an_export(tmp_path, document=DOCUMENT | {"duration": 600, "layers": [TURNING]})
    ahead = Ahead(lambda: asked, idle=1)
    qtbot.waitUntil(lambda: ahead.part > 0)
    ahead._timer.setInterval(100_000)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    assert not ahead.working
    ahead.close()


@pytest.mark.parametrize("damage", ['{"folder": 5, "preset": ["draft"], "suffix": ".mov"}', "[]", "{"])
def test_what_was_remembered_and_is_damaged_hinders_nobody(window: Window, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(damage)
    remembered = recall(file)
    assert (remembered.folder, remembered.preset) == ("", None)
    assert window.subject
    assert ahead_of(window.subject, remembered).preset is None
