"""The node's dock: a real node, begun, made to yield, and ended; the nodes of a real queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.cli.opened import opened_queue
from app.export.farm import Farm
from app.export.node_process import NodeProcess, Wishes
from app.widgets.node_dock import NodeDock
from app.widgets.watch_page import WatchCard, WatchDialog, WatchPage


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "framekiln.toml"))
    monkeypatch.setenv("FRAMEKILN_NODE", "desk")
    (tmp_path / "home").mkdir()


@pytest.fixture
def dock(qtbot: QtBot, tmp_path: Path) -> Iterator[NodeDock]:
    node, farm = NodeProcess(at_work=300), Farm()
    made = NodeDock(node, farm)
    qtbot.addWidget(made)
    made.resize(360, 700)
    made.show()
    yield made
    node.close()
    farm.close()


def test_a_node_is_started_seen_in_the_farm_and_stopped(qtbot: QtBot, dock: NodeDock) -> None:
    dock.button.click()
    qtbot.waitUntil(lambda: dock.node.state == "on")
    assert dock.title.text() == "desk takes jobs"
    assert dock.node.capabilities
    assert dock.node.capabilities[0] in dock.hint.text()
    qtbot.waitUntil(lambda: "desk" in [label.text() for label in dock.findChildren(QLabel)])
    assert "node desk" in dock.log.toPlainText()
    dock.button.click()
    qtbot.waitUntil(lambda: dock.node.state == "off")
    assert dock.button.text() == "Start"


def test_it_yields_while_somebody_works_and_goes_on_afterwards(qtbot: QtBot, dock: NodeDock) -> None:
    dock.node.start()
    qtbot.waitUntil(lambda: dock.node.state == "on")
    seen: list[tuple[str, bool]] = []  # it may be on again before anybody looks
    dock.node.changed.connect(lambda: seen.append((dock.node.state, dock.node.running)))
    dock.node.worked()
    assert dock.node.state == "yielding"
    qtbot.waitUntil(lambda: ("yielding", False) in seen and dock.node.state == "on")
    dock.yields.setChecked(False)
    dock.node.worked()
    assert dock.node.state == "on"


def test_what_is_wished_reaches_the_node_and_is_remembered(qtbot: QtBot, dock: NodeDock) -> None:
    dock.slots.setValue(3)
    dock.tags.setText("gpu, studio")
    dock.tags.editingFinished.emit()
    assert dock.node.wishes.words() == ["node", "--json", "--slots", "3", "--tag", "gpu", "--tag", "studio"]
    assert NodeProcess().wishes == Wishes(slots=3, tags="gpu, studio")


def test_why_a_node_did_not_start_is_told(qtbot: QtBot, dock: NodeDock) -> None:
    dock.hours.setText("at night")
    dock.hours.editingFinished.emit()
    with qtbot.waitSignal(dock.node.trouble) as told:
        dock.button.click()
    assert "at night" in told.args[0]
    assert dock.node.state == "off"


def test_a_node_of_the_farm_is_disabled_and_enabled(qtbot: QtBot, dock: NodeDock) -> None:
    with opened_queue() as queue:
        queue.hello("studio", "one", version="1", system="Linux", capabilities=("nvenc",), slots=2)
        for words in ("Disable", "Enable"):
            button = press(qtbot, dock, words)
            button.click()
            qtbot.waitUntil(lambda: bool(queue.nodes()[0]["disabled"]) == (words == "Disable"))  # noqa: B023


def press(qtbot: QtBot, dock: NodeDock, words: str) -> QPushButton:
    def found() -> list[QPushButton]:
        return [each for each in dock.findChildren(QPushButton) if each.text() == words]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[WatchPage]:
    made = WatchPage([("meme-caption", "Meme caption")])
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    yield made
    made.close_commands()


def test_a_folder_is_watched_tested_and_watched_no_more(qtbot: QtBot, page: WatchPage, tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    page.ask()
    (dialog,) = page.findChildren(WatchDialog)
    dialog.folder.setText(str(tmp_path / "nowhere"))
    dialog.button.click()
    qtbot.waitUntil(lambda: "is not a folder" in dialog.trouble.text())
    dialog.folder.setText(str(tmp_path / "drop"))
    dialog.prop.setText("picture")
    dialog.button.click()
    qtbot.waitUntil(lambda: [row["name"] for row in page.watches] == ["drop"])
    (card,) = page.findChildren(WatchCard)
    page.test(str(tmp_path / "drop"))
    qtbot.waitUntil(lambda: " ms" in card.told.text() or "two seconds" in card.told.text())
    page.remove("drop")
    qtbot.waitUntil(lambda: page.watches == [])
    assert page.pages.currentIndex() == 0
