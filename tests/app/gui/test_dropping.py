"""Files that are dragged from the file manager: onto the first page, the picture, the timeline, a field."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import resources
from app.main_window import MainWindow
from app.python_functions import with_function
from tests.app.gui.windows import film, opened, window

__all__ = ["film", "window"]
MEDIA = Path(resources.__file__).parent / "media"


def drop(onto: QWidget, at: QPointF, *files: Path) -> None:
    """As the system tells it: the drag enters, moves, and is let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    point = at.toPoint()
    QApplication.sendEvent(onto, QDragEnterEvent(point, action, data, button, keys))
    QApplication.sendEvent(onto, QDragMoveEvent(point, action, data, button, keys))
    QApplication.sendEvent(onto, QDropEvent(at, action, data, button, keys))


def picture(path: Path, width: int, height: int) -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill("#00ff00")
    image.save(str(path))
    return path


def layers(window: MainWindow) -> list[dict[str, Any]]:
    assert window.project.document
    found: list[dict[str, Any]] = window.project.document["layers"]
    return found


def test_media_on_the_timeline_begin_where_they_are_let_go(
    qtbot: QtBot, window: MainWindow, film: Path, tmp_path: Path
) -> None:
    opened(qtbot, window, film)
    view = window.timeline.view
    shutil.copy(MEDIA / "music-calm.m4a", tmp_path / "calm.m4a")
    at = QPointF(view.x_of(0.53), view.top + 5)
    drop(view.viewport(), at, tmp_path / "calm.m4a", picture(tmp_path / "small.png", 8, 8))
    assert layers(window)[1:] == [
        {"type": "audio", "source": "calm.m4a", "start": 0.5},
        {"type": "image", "source": "small.png", "start": 0.5},
    ]
    assert window.selection.layers == ("layers[1]", "layers[2]")
    assert view.snap is None
    window.commands.all["undo"].trigger()
    assert len(layers(window)) == 1


def test_a_picture_on_the_canvas_stands_where_it_is_let_go_and_fits(
    qtbot: QtBot, window: MainWindow, film: Path, tmp_path: Path
) -> None:
    opened(qtbot, window, film)
    at = window.canvas.mapTo(window, window.canvas.to_view(QPointF(20, 10)).toPoint())
    drop(window, QPointF(at), picture(tmp_path / "large.png", 640, 360))
    assert layers(window)[1] == {
        "type": "image",
        "source": "large.png",
        "size": ["100%", "100%"],
        "fit": "contain",
        "position": [20, 10],
    }


def test_what_no_layer_can_show_is_told(qtbot: QtBot, window: MainWindow, film: Path, tmp_path: Path) -> None:
    opened(qtbot, window, film)
    (tmp_path / "notes.doc").write_text("words")
    window.take_files([tmp_path / "notes.doc"])
    assert len(layers(window)) == 1
    assert "notes.doc" in window.toasts.shown[-1].text


def test_a_video_on_the_first_page_begins_a_film_of_its_size_and_length(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.player.opened):
        drop(window.welcome, QPointF(9, 9), MEDIA / "bigbuckbunny.mp4")
    found = window.player.film
    assert found
    assert (found.width, found.height) == (1280, 720)
    assert found.frames > 150
    assert window.project.folder == MEDIA


def test_several_media_on_the_first_page_follow_each_other(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    for name in ("bigbuckbunny.mp4", "music-calm.m4a"):
        shutil.copy(MEDIA / name, tmp_path / name)
    still = picture(tmp_path / "still.png", 64, 36)
    with qtbot.waitSignal(window.player.opened):
        drop(window.welcome, QPointF(9, 9), still, tmp_path / "music-calm.m4a", tmp_path / "bigbuckbunny.mp4")
    first, second = layers(window)
    assert [[layer["source"] for layer in scene["layers"]] for scene in first["scenes"]] == [
        ["still.png"],
        ["bigbuckbunny.mp4"],
    ]
    assert second == {"type": "audio", "source": "music-calm.m4a"}
    found = window.player.film
    assert found
    assert found.frames > 30 * (3 + 5), "the picture's three seconds, and the whole video"


def test_a_composition_is_opened_and_a_python_file_by_its_function(
    qtbot: QtBot, window: MainWindow, film: Path, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.player.opened):
        drop(window.welcome, QPointF(9, 9), film)
    assert window.project.path == film
    program = tmp_path / "film.py"
    program.write_text(
        "from render_engine.document.composition import Composition\n"
        "def colour(): return 'red'\n"
        "def film() -> Composition:\n"
        "    return Composition(size=(64, 36), duration=1, layers=[{'type': 'background', 'fill': colour()}])\n"
    )
    with qtbot.waitSignal(window.player.opened):
        drop(window, QPointF(QPoint(500, 300)), program)
    assert window.project.origin == f"{program}:film"


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("def compose(): ...\ndef other(): ...", "compose"),
        ("def make() -> Composition: ...\ndef other(): ...", "make"),
        ("def _helper(): ...\ndef only(): ...", "only"),
        ("def one(): ...\ndef two(): ...", None),
        ("def broken(", "compose"),
    ],
)
def test_the_function_that_composes_is_found_without_running_anything(
    tmp_path: Path, text: str, function: str | None
) -> None:
    file = tmp_path / "film.py"
    file.write_text(text)
    assert with_function(str(file)) == (f"{file}:{function}" if function else str(file))
