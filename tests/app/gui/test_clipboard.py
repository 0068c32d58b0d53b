"""Cut, copy and paste of layers and keyframes, in a real window."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tests.app.gui.windows import SQUARE, document, opened, window

__all__ = ["window"]

FADE = {"keyframes": [{"at": 0, "value": 0, "easing": "easeOut"}, {"at": 0.5, "value": 1}]}
LAYERS = [
    {**SQUARE, "id": "ground"},
    {**SQUARE, "id": "square", "start": 0.2, "opacity": FADE},
    {"type": "group", "id": "box", "layers": []},
]


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    film = tmp_path / "film.json"
    film.write_text(json.dumps(document(layers=LAYERS, duration=2)))
    opened(qtbot, window, film)
    qtbot.waitUntil(lambda: window.player.film is not None)
    return window


def do(window: MainWindow, name: str) -> None:
    assert window.commands.all[name].isEnabled(), name
    window.commands.all[name].trigger()


def layers(window: MainWindow) -> list[dict[str, Any]]:
    assert window.project.document
    found: list[dict[str, Any]] = window.project.document["layers"]
    return found


def test_a_layer_is_pasted_above_the_chosen_one_with_an_id_of_its_own(shown: MainWindow) -> None:
    shown.selection.select(["layers[1]"])
    do(shown, "copy")
    shown.selection.select(["layers[0]"])
    do(shown, "paste")
    assert [each["id"] for each in layers(shown)] == ["ground", "square 2", "square", "box"]
    assert layers(shown)[1]["opacity"] == FADE
    assert shown.selection.layers == ("layers[1]",)
    do(shown, "undo")
    assert [each["id"] for each in layers(shown)] == ["ground", "square", "box"]


def test_what_is_cut_goes_into_an_empty_group(shown: MainWindow) -> None:
    shown.selection.select(["layers[0]", "layers[1]"])
    do(shown, "cut")
    assert [each["id"] for each in layers(shown)] == ["box"]
    shown.selection.select(["layers[0]"])
    do(shown, "paste")
    assert [each["id"] for each in layers(shown)[0]["layers"]] == ["ground", "square"]


def test_keyframes_are_pasted_at_the_playhead_into_the_chosen_layers(shown: MainWindow) -> None:
    view = shown.timeline.view
    shown.selection.select(["layers[1]"])
    view.select_keys(["layers[1].opacity.keyframes[0]", "layers[1].opacity.keyframes[1]"])
    do(shown, "copy")
    shown.selection.select(["layers[0]", "layers[1]"])
    shown.player.seek(10)
    do(shown, "paste")
    assert layers(shown)[0]["opacity"]["keyframes"] == [
        {"at": 1, "value": 0, "easing": "easeOut"},
        {"at": 1.5, "value": 1},
    ]
    assert [each["at"] for each in layers(shown)[1]["opacity"]["keyframes"]] == [0, 0.5, 0.8, 1.3]
    assert len(view.selected_keys()) == 4
    do(shown, "undo")
    assert layers(shown) == LAYERS


def test_text_that_says_a_layer_is_pasted_as_one_and_other_text_is_refused(shown: MainWindow, qtbot: QtBot) -> None:
    shown.selection.clear()
    QGuiApplication.clipboard().setText('{"type": "text", "text": "From an editor"}')
    do(shown, "paste")
    assert layers(shown)[-1] == {"type": "text", "text": "From an editor"}
    QGuiApplication.clipboard().setText("a shopping list")
    with qtbot.waitSignal(shown.project.problem) as told:
        do(shown, "paste")
    assert "no layers or keyframes" in told.args[0]
    assert len(layers(shown)) == 4


def test_a_marker_is_chosen_and_deleted(shown: MainWindow) -> None:
    shown.player.seek(5)
    do(shown, "add-marker")
    [mark] = [mark for mark in shown.timeline.view.rows.marks if mark.path]
    shown.timeline.view.choose_mark(mark.path)
    do(shown, "timeline-delete")
    assert "markers" not in (shown.project.document or {})


def test_a_scene_is_pasted_as_a_group_of_what_is_in_it(shown: MainWindow) -> None:
    sequence = {"type": "sequence", "scenes": [{"duration": 1, "layers": [SQUARE]}]}
    shown.project.edit("Add", lambda draft: draft["layers"].append(sequence))
    shown.selection.select(["layers[3].scenes[0]"])
    do(shown, "copy")
    shown.selection.clear()
    do(shown, "paste")
    assert layers(shown)[4] == {"type": "group", "layers": [SQUARE]}


@pytest.mark.parametrize("text", ["", "words", "{}", '{"layers": [{"size": 3}]}', "[1]"])
def test_what_is_no_layer_is_not_pasted_and_told(qtbot: QtBot, shown: MainWindow, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    with qtbot.waitSignal(shown.project.problem):
        do(shown, "paste")
    assert layers(shown) == LAYERS
