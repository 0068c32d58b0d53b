"""The window as a person uses it: open, see, change, take back, play, render, leave. Real processes, a real engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.main_window import LAYOUT, MainWindow
from tests.app.gui.windows import SQUARE, color, document, film, opened, window
from tests.render.encoding import decoded

__all__ = ["film", "window"]


def test_it_begins_with_templates_and_nothing_else(window: MainWindow) -> None:
    assert window.middle.currentWidget() is window.welcome
    assert not any(dock.isVisible() for dock in window.docks.values())
    assert not window.commands.all["render"].isEnabled()


def test_what_is_opened_is_seen_and_listed(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    assert color(window) == "#ff0000"
    assert [each.source for each in window.recent()] == [str(film)]
    assert "film" in window.windowTitle()
    assert window.docks["layers"].isVisible()


def test_an_edit_is_seen_and_can_be_taken_back(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    with qtbot.waitSignal(window.player.shown):
        window.project.edit("Fill", lambda draft: draft["layers"][0].update(fill="#00ff00"))
    qtbot.waitUntil(lambda: color(window) == "#00ff00")
    assert window.isWindowModified()
    window.commands.all["undo"].trigger()
    qtbot.waitUntil(lambda: color(window) == "#ff0000")
    assert not window.isWindowModified()


def test_what_is_saved_elsewhere_is_seen_at_once(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    window.player.seek(7)
    film.write_text(json.dumps(document(layers=[{**SQUARE, "fill": "#0000ff"}])))
    qtbot.waitUntil(lambda: color(window) == "#0000ff")
    assert window.player.frame == 7


def test_what_breaks_is_told_in_place_and_the_last_picture_stays(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    with qtbot.waitSignal(window.player.failed) as told:
        window.project.edit("Break", lambda draft: draft["layers"][0].update(fill="no colour"))
    assert told.args[0].problems[0].path == "layers[0].fill"
    assert color(window) == "#ff0000"
    window.commands.all["undo"].trigger()
    qtbot.waitUntil(lambda: not window.canvas.card.isVisible())


def test_a_preview_that_dies_is_started_again(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    with qtbot.waitSignal(window.player.opened):
        window.player.process.kill()
    assert color(window) == "#ff0000"
    assert any("preview" in toast.text for toast in window.toasts.shown)


def test_it_plays_to_the_end_and_stops(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.player.speed == 0 and window.player.frame == 9)


def test_a_rendered_file_is_three_steps_from_an_open_film(
    qtbot: QtBot, window: MainWindow, film: Path, tmp_path: Path
) -> None:
    opened(qtbot, window, film)
    window.project.edit("Fill", lambda draft: draft["layers"][0].update(fill="#00ff00"))
    qtbot.waitUntil(lambda: color(window) == "#00ff00")
    window.render_button.click()
    dialog = next(each for each in QApplication.topLevelWidgets() if type(each).__name__ == "RenderDialog")
    (tmp_path / "out").mkdir()
    dialog.take_folder(tmp_path / "out")  # type: ignore[attr-defined]
    with qtbot.waitSignal(window.exporting.renders.finished) as done:
        dialog.render_button.click()  # type: ignore[attr-defined]
    assert (done.args[0].state, done.args[0].error) == ("done", "")
    (made,) = (tmp_path / "out").glob("*.mp4")
    frames = decoded(made)
    assert len(frames) == 10
    assert frames[0][18, 32].argmax() == 1  # green, as it was edited and not as it is in the file


def test_a_template_shows_its_words_and_no_empty_docks(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.player.shown):
        window.open_template("hello-world", (640, 360))
    assert not window.docks["layers"].isVisible()
    assert window.docks["props"].isVisible()
    assert window.film
    assert (window.film.width, window.film.height) == (640, 360)


def test_a_layer_that_is_clicked_in_the_picture_shows_its_fields(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    assert not window.inspector.visibleRegion().isEmpty() or not window.props_form.visibleRegion().isEmpty()
    qtbot.waitUntil(lambda: bool(window.handles.standing.boxes))
    middle = window.canvas.to_view(QPointF(32, 18)).toPoint()
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert window.selection.layers == ("layers[0]",)
    qtbot.waitUntil(lambda: not window.inspector.visibleRegion().isEmpty())

    with qtbot.waitSignal(window.player.opened):  # the arrow is the layer's while the canvas has the focus
        qtbot.keyClick(window.canvas, Qt.Key.Key_Right)
    assert window.project.document
    assert window.project.document["layers"][0]["position"] == [33, 18]
    assert window.player.frame == 0

    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.props_form.visibleRegion().isEmpty())
    qtbot.keyClick(window.canvas, Qt.Key.Key_Right)
    assert window.player.frame == 1


def test_a_layout_of_other_docks_is_not_restored(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    state = window.saveState(LAYOUT + 1)
    window.docks["layers"].hide()
    assert not window.restoreState(state, LAYOUT)
    assert window.restoreState(window.saveState(LAYOUT), LAYOUT)
    assert window.docks["layers"].isHidden()


def test_every_command_can_be_found_and_none_shares_a_name(window: MainWindow) -> None:
    texts = [action.text() for action in window.commands.all.values()]
    assert all(texts)
    assert len(window.commands.all) > 40


def test_every_action_has_a_name_a_tooltip_and_keys_of_its_own(window: MainWindow) -> None:
    """What is meant for one part alone may have the keys of another part's."""
    near = Qt.ShortcutContext.WidgetWithChildrenShortcut
    taken: dict[str, list[str]] = {}
    for name, action in window.commands.all.items():
        assert action.text(), name
        assert action.toolTip(), name
        if action.shortcutContext() != near:
            for keys in action.shortcuts():
                taken.setdefault(keys.toString(), []).append(name)
    assert {keys: names for keys, names in taken.items() if len(names) > 1} == {}


def test_every_action_stands_in_a_menu(window: MainWindow) -> None:
    def below(menu: QMenu) -> Iterator[str]:
        for action in menu.actions():
            if inner := action.menu():
                yield from below(cast(QMenu, inner))
            else:
                yield action.objectName()

    listed = [name for top in window.menuBar().actions() for name in below(cast(QMenu, top.menu()))]
    assert set(window.commands.all) <= set(listed)
