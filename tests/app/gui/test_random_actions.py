"""Two hundred random deeds in a row, and what must be true after them, whatever they were."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import psutil
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

import resources
from app.main_window import MainWindow
from render_engine.document.load import load_source
from render_engine.film import open_scene
from tests.app.gui.random_user import RandomUser
from tests.app.gui.windows import window

__all__ = ["window"]

DEEDS = 200
MEDIA = Path(resources.__file__).parent / "media"
OFFSCREEN = "This plugin does not support"  # of the platform that draws into memory: raising, grabbing keys
FILM = {
    "framekiln": 1,
    "size": [640, 360],
    "fps": 30,
    "duration": 6,
    "background": "#101114",
    "markers": [{"at": 1, "name": "verse"}, {"at": 3, "name": "chorus"}],
    "layers": [
        {"type": "gradient", "fill": {"type": "linear", "stops": [{"offset": 0, "color": "#123"}, {"offset": 1, "color": "#456"}]}},
        {"type": "shape", "shape": "rect", "size": [64, 36], "fill": "#f00", "position": [320, 180], "start": 0.5, "end": 4},
        {"type": "text", "text": "Hello", "opacity": {"keyframes": [{"at": 0, "value": 0}, {"at": 1, "value": 1}]}},
        {"type": "group", "layers": [{"type": "text", "text": "in"}, {"type": "shape", "start": 1, "end": 2}]},
        {
            "type": "sequence",
            "scenes": [
                {"duration": 2, "layers": [{"type": "text", "text": "one"}]},
                {"duration": 2, "transition": "crossfade", "layers": [{"type": "text", "text": "two"}]},
            ],
        },
    ],
}  # fmt: skip


def prepared(folder: Path) -> tuple[Path, dict[str, Path]]:
    """A film, and files for the kinds of layers that show one."""
    film = folder / "film.json"
    film.write_text(json.dumps(FILM))
    files = {"audio": folder / "calm.m4a", "image": folder / "picture.png", "video": folder / "bunny.mp4"}
    shutil.copy(MEDIA / "music-calm.m4a", files["audio"])
    shutil.copy(MEDIA / "bigbuckbunny.mp4", files["video"])
    QImage(64, 36, QImage.Format.Format_RGB32).save(str(files["image"]))
    return film, files


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1])
@pytest.mark.qt_log_ignore(OFFSCREEN, "propagateSizeHints", extend=True)
def test_nobody_breaks_it(
    window: MainWindow, qtbot: QtBot, qtlog: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """An exception in whatever Qt calls fails the test by itself (pytest-qt)."""
    before = set(psutil.Process().children(recursive=True))
    died: list[str] = []
    window.player.process.died.connect(lambda how, _again: died.append(how))
    film, files = prepared(tmp_path)
    user = RandomUser(window, seed, tmp_path, film, files)
    user.answer_dialogs(monkeypatch)
    window.open_source(str(film))
    for _ in range(DEEDS):
        user.act()
    history = "\n".join(user.done)
    assert not died, history
    assert [each.message for each in qtlog.records if not each.ignored] == [], history  # type: ignore[attr-defined]
    goes_back_and_forth(window)
    loads(window, tmp_path / "last.json")
    assert window.player.problem is None, history
    window.project.undo_stack.setClean()
    window.close()
    qtbot.waitUntil(lambda: set(psutil.Process().children(recursive=True)) <= before)


def goes_back_and_forth(window: MainWindow) -> None:
    """All steps taken back and done again lead to the same document."""
    stack = window.project.undo_stack
    document, steps = json.dumps(window.project.document), stack.index()
    stack.setIndex(0)
    stack.setIndex(steps)
    assert json.dumps(window.project.document) == document


def loads(window: MainWindow, path: Path) -> None:
    """What was made can be saved, and the engine opens it."""
    if window.project.is_editable:
        assert window.project.save_as(path)
        open_scene(load_source(str(path)))
