"""What the window asks: nothing is lost by leaving, by a crash, by two who write one file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tests.app.gui.windows import SQUARE, color, document, film, opened, window

__all__ = ["film", "window"]

EDITS = """
import sys
import app.kept_copy
import app.project
app.kept_copy.AFTER = 1
from PySide6.QtCore import QTimer
from app.main_window import MainWindow

begin = MainWindow.begin

def begin_and_edit(self):
    begin(self)
    self.project.edit("Fill", lambda draft: draft["layers"][0].update(fill="#00ff00"))

MainWindow.begin = begin_and_edit
from app.cli.main import run
sys.exit(run(["app", sys.argv[1]]))
"""


def asked() -> QMessageBox | None:
    return next(
        (each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()), None
    )


def answer(qtbot: QtBot, words: str) -> None:
    qtbot.waitUntil(lambda: asked() is not None)
    box = asked()
    assert box
    next(button for button in box.buttons() if words in button.text().replace("&", "")).click()


def answer_soon(words: str) -> None:
    """Of a question that is waited for."""

    def click() -> None:
        box = asked()
        if box is None:
            QTimer.singleShot(20, click)
        else:
            next(button for button in box.buttons() if words in button.text().replace("&", "")).click()

    QTimer.singleShot(0, click)


def test_a_window_that_is_killed_is_recovered_at_the_next_start(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    """The whole app, by its command, ended by the system without a word."""
    kept = Path(os.environ["FRAMEKILN_HOME"]) / "app" / "recovery"
    shown_nowhere = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen([sys.executable, "-c", EDITS, str(film)], start_new_session=True, env=shown_nowhere) as other:
        qtbot.waitUntil(lambda: any(kept.glob("[!.]*.json")))
        window.questions.offer_recovery()
        assert asked() is None  # it lives
        os.kill(other.pid, signal.SIGKILL)
    assert json.loads(film.read_text())["layers"][0]["fill"] == "#ff0000"
    window.questions.offer_recovery()
    box = asked()
    assert box
    assert "film.json" in box.text()
    answer(qtbot, "Recover")
    qtbot.waitUntil(lambda: window.player.last_shown is not None and color(window) == "#00ff00")
    assert window.project.path == film
    assert window.isWindowModified()
    window.commands.all["undo"].trigger()
    qtbot.waitUntil(lambda: color(window) == "#ff0000")


def test_what_is_put_off_is_offered_again_and_what_is_thrown_away_is_not(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = Path(os.environ["FRAMEKILN_HOME"]) / "app" / "recovery"
    folder.mkdir(parents=True)
    for k in range(2):
        state = {"source": f"film{k}.json", "document": document(), "props": {}, "size": None}
        fields = {"origin": "", "name": f"film{k}", "when": 10.0 + k, "process": 1, "began": 5.0, "state": state}
        (folder / f"{k}.json").write_text(json.dumps(fields))
    window.questions.offer_recovery()
    answer(qtbot, "Throw")
    answer(qtbot, "Later")
    qtbot.waitUntil(lambda: asked() is None)
    assert [each.name for each in folder.iterdir()] == ["0.json"]


def test_a_template_is_saved_before_the_window_goes(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(qtbot, window, "hello-world")
    window.project.edit_props("Words", {"title": "Kept"})
    out = tmp_path / "kept.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    answer_soon("Save")
    assert window.may_leave()
    assert "Kept" in out.read_text()
    assert not window.project.is_modified


def test_leaving_can_be_taken_back(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    window.project.edit("Fill", lambda draft: draft["layers"][0].update(fill="#00ff00"))
    answer_soon("Cancel")
    assert not window.close()
    assert window.isVisible()


@pytest.mark.parametrize(("words", "fill"), [("Keep mine", "#00ff00"), ("Take theirs", "#0000ff")])
def test_who_wrote_one_file_at_once_is_asked(
    qtbot: QtBot, window: MainWindow, film: Path, words: str, fill: str
) -> None:
    opened(qtbot, window, film)
    window.project.edit("Fill", lambda draft: draft["layers"][0].update(fill="#00ff00"))
    film.write_text(json.dumps(document(layers=[{**SQUARE, "fill": "#0000ff"}])))
    answer(qtbot, words)
    window.commands.all["save"].trigger()
    qtbot.waitUntil(lambda: color(window) == fill)
    assert json.loads(film.read_text())["layers"][0]["fill"] == fill
