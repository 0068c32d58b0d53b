"""A render by a card, asked for in the dialog; over a driver whose card is the host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.export.dialog import RenderDialog
from app.export.drawn_by import CARD
from app.export.items import of_render
from app.export.renders import Renders
from tests.app.gui.test_export import an_export, open_dialog
from tests.app.gui.test_export import dialog as dialog  # fixtures
from tests.app.gui.test_export import renders as renders
from tests.cuda.drivers import drivers


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in drivers(tmp_path / "driver").items():
        monkeypatch.setenv(name, value)


def test_a_card_that_is_not_here_is_listed_with_the_reason(qtbot: QtBot, dialog: RenderDialog) -> None:
    qtbot.waitUntil(lambda: dialog.encoder.count() > 1)
    why = "no NVIDIA driver: libcuda.so.1 cannot be loaded"
    assert not dialog.drawn_by.model().item(CARD).isEnabled()  # type: ignore[attr-defined]
    assert dialog.drawn_by.itemData(CARD, Qt.ItemDataRole.ToolTipRole) == why
    assert dialog.drawn_by.itemText(CARD) == "NVIDIA card — no NVIDIA driver"
    assert dialog.export.renderer is None


def test_the_card_is_chosen_by_its_name_and_the_next_dialog_begins_with_it(
    card: None, qtbot: QtBot, dialog: RenderDialog, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: dialog.encoder.count() > 1)
    dialog.drawn_by.setCurrentIndex(dialog.drawn_by.findText("Fake Card"))
    assert dialog.export.renderer == "cuda"
    dialog.queue_button.click()
    after = open_dialog(qtbot, tmp_path, dialog.encoders)
    assert after.export.renderer == "cuda"
    after.plans.close()


def test_a_render_by_the_card_says_so_in_the_queue(card: None, qtbot: QtBot, renders: Renders, tmp_path: Path) -> None:
    with qtbot.waitSignal(renders.finished) as done:
        renders.add(an_export(tmp_path, renderer="cuda"))
    (render,) = done.args
    assert (render.state, render.error) == ("done", "")
    assert "drawn by the card" in of_render(render).words
    receipt = json.loads((tmp_path / "film.mp4.receipt.json").read_text())
    assert receipt["renderer"]["got"] == "cuda"
