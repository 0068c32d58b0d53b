"""What goes wrong around an open window is shown in it, in place, and nothing that was made is lost."""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from app import theme
from app.main_window import MainWindow
from app.preferences import Preferences
from app.recovery import left_behind
from tests.app.gui.windows import SQUARE, color, document, opened

GREEN = {**SQUARE, "fill": "#00ff00"}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    path = tmp_path / "work" / "film.json"
    path.write_text(json.dumps(document(duration=60), indent=2))
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[MainWindow]:
    theme.apply(qapp, "dark")
    made = MainWindow(Preferences.open())
    made.exporting.ahead.enable(False)
    made.show()
    yield made
    made.project.undo_stack.setClean()
    made.close()


def words_on(window: MainWindow) -> str:
    """On the card over the picture."""
    return "\n".join(label.text() for label in window.canvas.card.findChildren(QLabel))


def told(window: MainWindow) -> str:
    return "\n".join(toast.text for toast in window.toasts.shown)


def fill(window: MainWindow, value: str) -> None:
    window.project.edit("Fill", lambda draft: draft["layers"][0].update(fill=value))


# -------------------------------------------------------------------------------------------------------- the document


def test_a_file_that_is_no_json_any_more_is_told_by_line_and_column(
    qtbot: QtBot, window: MainWindow, film: Path
) -> None:
    opened(qtbot, window, film)
    whole = film.read_text()
    film.write_text(whole.replace('"fps": 10,', '"fps": 10;'))
    qtbot.waitUntil(window.trouble.isVisible)
    assert "film.json" in window.trouble.text()
    assert "line 7" in window.trouble.text()
    assert color(window) == "#ff0000"
    film.write_text(whole.replace("#ff0000", "#00ff00"))
    qtbot.waitUntil(lambda: color(window) == "#00ff00")
    assert not window.trouble.isVisible()


def test_a_file_with_a_wrong_value_is_told_by_path_over_the_last_picture(
    qtbot: QtBot, window: MainWindow, film: Path
) -> None:
    opened(qtbot, window, film)
    whole = film.read_text()
    film.write_text(whole.replace("#ff0000", "no colour"))
    qtbot.waitUntil(window.canvas.card.isVisible)
    assert "layers[0].fill" in words_on(window)
    assert color(window) == "#ff0000"
    film.write_text(whole)
    qtbot.waitUntil(lambda: not window.canvas.card.isVisible())


def test_a_file_that_is_deleted_is_told_and_saving_writes_it_again(
    qtbot: QtBot, window: MainWindow, film: Path
) -> None:
    opened(qtbot, window, film)
    film.unlink()
    qtbot.waitUntil(window.trouble.isVisible)
    assert "film.json" in window.trouble.text()
    assert window.isWindowModified()
    fill(window, "#00ff00")
    qtbot.waitUntil(lambda: color(window) == "#00ff00")
    window.commands.all["save"].trigger()
    assert json.loads(film.read_text())["layers"] == [GREEN]
    assert not window.trouble.isVisible()


def test_a_folder_that_is_gone_is_told_and_what_was_made_can_be_saved_elsewhere(
    qtbot: QtBot, window: MainWindow, film: Path, tmp_path: Path
) -> None:
    opened(qtbot, window, film)
    fill(window, "#00ff00")
    film.parent.rename(tmp_path / "moved")
    qtbot.waitUntil(window.trouble.isVisible)
    window.commands.all["save"].trigger()
    assert "film.json" in told(window)
    assert window.isWindowModified()
    assert window.project.save_as(tmp_path / "rescued.json")
    assert json.loads((tmp_path / "rescued.json").read_text())["layers"] == [GREEN]


def test_a_place_where_nothing_can_be_written_is_told(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    fill(window, "#00ff00")
    assert not window.project.save_as(Path("/proc/film.json"))
    assert "/proc/film.json" in told(window)
    assert (window.project.path, window.isWindowModified()) == (film, True)


@contextmanager
def full_disk() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # Python ignores the signal: the write fails
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_the_old_file_stays_and_the_next_save_works(
    qtbot: QtBot, window: MainWindow, film: Path
) -> None:
    opened(qtbot, window, film)
    before = film.read_text()
    fill(window, "#00ff00")
    with full_disk():
        window.commands.all["save"].trigger()
        window.project.keep_copy()
    assert "The disk is full" in told(window)
    assert "No recovery copy can be kept" in told(window)
    assert (film.read_text(), window.isWindowModified()) == (before, True)
    window.commands.all["save"].trigger()
    assert json.loads(film.read_text())["layers"] == [GREEN]


# ------------------------------------------------------------------------------------------------- the preview's process


def child_of(window: MainWindow) -> int:
    return int(window.player.process._process.processId())


def kill(qtbot: QtBot, window: MainWindow) -> None:
    """As the system does when there is no memory; waits until there is another one."""
    process = child_of(window)
    with qtbot.waitSignal(window.player.opened):
        os.kill(process, signal.SIGKILL)
    assert child_of(window) != process


@pytest.mark.parametrize("doing", ["playing", "scrubbing"])
def test_a_preview_that_is_killed_comes_back_again_and_again(
    qtbot: QtBot, window: MainWindow, film: Path, doing: str
) -> None:
    opened(qtbot, window, film)
    for number in range(2):
        if doing == "playing":
            window.player.play()
            qtbot.waitUntil(lambda: window.player.frame > 0)
        else:
            for frame in range(0, 500, 7):
                window.player.seek(frame + number)
        kill(qtbot, window)
        assert color(window) == "#ff0000"
    assert "preview" in told(window)
    with qtbot.waitSignal(window.player.shown):
        window.player.seek(600)
    fill(window, "#00ff00")
    qtbot.waitUntil(lambda: color(window) == "#00ff00")


def test_a_preview_that_dies_whenever_it_opens_is_given_up_until_the_next_change(
    qtbot: QtBot, window: MainWindow, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(qtbot, window, film)
    good = window.player.process
    monkeypatch.setattr("app.preview.process.AGAIN", 1)
    deaths: list[bool] = []
    good.died.connect(lambda _how, again: deaths.append(again))
    good.started.connect(lambda: deaths[-1:] != [False] and os.kill(child_of(window), signal.SIGKILL))
    os.kill(child_of(window), signal.SIGKILL)
    qtbot.waitUntil(lambda: deaths[-1:] == [False])
    assert deaths == [True, True, False]
    assert "change the document" in told(window)
    assert color(window) == "#ff0000"
    fill(window, "#00ff00")
    qtbot.waitUntil(lambda: color(window) == "#00ff00")


def test_no_process_stays_when_the_window_is_closed_while_it_plays(
    qtbot: QtBot, window: MainWindow, film: Path
) -> None:
    opened(qtbot, window, film)
    process = psutil.Process(child_of(window))
    window.player.play()
    window.close()
    qtbot.waitUntil(lambda: not process.is_running())


# -------------------------------------------------------------------------------------------------- what the app keeps


@pytest.mark.parametrize("text", ["", "{", "[]", '{"scheme": 7, "window_state": "zzz", "folders": 3}', "\x00\xff"])
def test_damaged_preferences_hinder_no_start(
    qtbot: QtBot, qapp: QApplication, home: Path, text: str, film: Path
) -> None:
    (home / "app").mkdir(parents=True)
    for name in ("preferences.json", "recent.json"):
        (home / "app" / name).write_text(text)
    window = MainWindow(Preferences.open())
    window.exporting.ahead.enable(False)
    window.show()
    opened(qtbot, window, film)
    window.close()
    assert isinstance(json.loads((home / "app" / "preferences.json").read_text()), dict)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"state": {}},
        {"state": {"source": 5, "document": "?", "props": [], "size": [1]}},
        {"state": {"source": "/none.json", "document": {"layers": 3}, "props": {}, "size": None}},
    ],
)
def test_a_damaged_recovery_copy_hinders_no_start(
    qtbot: QtBot, window: MainWindow, home: Path, fields: dict[str, object]
) -> None:
    folder = home / "app" / "recovery"
    folder.mkdir(parents=True)
    copy = {"origin": "/none.json", "name": "none", "when": 1.0, "process": 1, "began": 1.0, **fields}
    (folder / "one.json").write_text(json.dumps(copy))
    window.questions.offer_recovery()
    for box in window.findChildren(QMessageBox):
        next(button for button in box.buttons() if button.text() == "Recover it").click()
    assert left_behind() == []
    begun = window.middle.currentWidget() is window.stage
    assert window.project.is_open == begun
