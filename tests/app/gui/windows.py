"""A real window over a film of 64×36 px with one square, for tests that use it as a person does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.main_window import MainWindow
from app.preferences import Preferences

SQUARE = {"type": "shape", "shape": "rect", "size": [64, 36], "fill": "#ff0000", "position": [32, 18]}


def document(**fields: object) -> dict[str, Any]:
    usual = {"framekiln": 1, "size": [64, 36], "fps": 10, "duration": 1, "background": "#000", "layers": [SQUARE]}
    return {**usual, **fields}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.json"
    path.write_text(json.dumps(document(), indent=2))
    return path


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    theme.apply(qapp, "dark")
    made = MainWindow(Preferences.open(tmp_path / "data"))
    made.exporting.ahead.enable(False)
    made.show()
    yield made
    made.project.undo_stack.setClean()
    made.close()


def opened(qtbot: QtBot, window: MainWindow, source: Path | str) -> None:
    with qtbot.waitSignal(window.player.shown):
        window.open_source(str(source))


def color(window: MainWindow) -> str:
    """In the middle of what is shown."""
    shown = window.player.last_shown
    assert shown
    return shown.image.pixelColor(shown.image.width() // 2, shown.image.height() // 2).name()
