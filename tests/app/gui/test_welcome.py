"""The first page, as a newcomer meets it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImageReader
from pytestqt.qtbot import QtBot

from app.recent import Recent
from app.thumbnails import Thumbnails
from app.widgets.welcome import Welcome
from app.widgets.welcome_recent import when_words
from render_engine.document.templates import TEMPLATES


@pytest.fixture
def thumbnails(tmp_path: Path, qtbot: QtBot) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(folder=tmp_path / "thumbnails")
    yield thumbnails
    thumbnails.stop()


@pytest.fixture
def recent(tmp_path: Path) -> Recent:
    there = tmp_path / "there.json"
    there.write_text("{}")
    recent = Recent(tmp_path / "recent.json")
    recent.add(str(tmp_path / "gone.json"), "Gone")
    recent.add(str(there), "There")
    return recent


@pytest.fixture
def page(recent: Recent, thumbnails: Thumbnails, qtbot: QtBot) -> Iterator[Welcome]:
    page = Welcome(recent, thumbnails)
    qtbot.addWidget(page)
    page.resize(1280, 720)
    page.show()
    qtbot.waitExposed(page)
    yield page
    page.hide()


def test_every_template_is_a_card_with_a_picture_that_ships(page: Welcome, thumbnails: Thumbnails) -> None:
    assert set(page.gallery.cards) == set(TEMPLATES)
    for name in TEMPLATES:
        assert QImageReader(str(thumbnails.still(name))).canRead(), f"{name}: run python -m app.thumbnail_child"


def test_a_click_begins_a_template_in_the_chosen_format(page: Welcome, qtbot: QtBot) -> None:
    told: list[Any] = []
    page.template_chosen.connect(lambda name, size: told.append((name, size)))
    page.gallery.cards["logo-reveal"].click()
    next(button for button in page.format._buttons.values() if button.text() == "9:16").click()
    qtbot.keyClick(page.gallery.cards["explainer"], Qt.Key.Key_Return)
    assert told == [("logo-reveal", None), ("explainer", (1080, 1920))]


def test_arrows_go_from_card_to_card(page: Welcome, qtbot: QtBot) -> None:
    page.activateWindow()
    cards = list(page.gallery.cards.values())
    across = page.gallery.across
    assert across > 1
    cards[0].setFocus()
    qtbot.waitUntil(cards[0].hasFocus)
    for key, at in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + across),
        (Qt.Key.Key_Left, across),
        (Qt.Key.Key_Up, 0),
    ):
        qtbot.keyClick(page.focusWidget(), key)
        assert cards[at].hasFocus()
    qtbot.keyClick(cards[0], Qt.Key.Key_Up)
    assert cards[0].hasFocus()


def test_recent_files_open_and_the_missing_can_only_be_taken_off(page: Welcome, recent: Recent, qtbot: QtBot) -> None:
    opened: list[Any] = []
    page.file_chosen.connect(opened.append)
    there, gone = page.recent.rows
    assert (there.is_missing, gone.is_missing) == (False, True)
    gone.click()
    there.click()
    assert [path.name for path in opened] == ["there.json"]
    qtbot.keyClick(gone, Qt.Key.Key_Delete)
    assert [each.name for each in recent()] == ["There"]
    assert len(page.recent.rows) == 1


def test_what_is_dropped_is_opened_or_begins_something(page: Welcome, tmp_path: Path) -> None:
    opened: list[Any] = []
    media: list[Any] = []
    page.file_chosen.connect(opened.append)
    page.files_dropped.connect(lambda files, _: media.append(files))
    (tmp_path / "film.json").write_text('{"framekiln": 1}')
    for name in ("film.json", "clip.mp4"):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        keys, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
        page.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, button, keys))
    assert opened == [tmp_path / "film.json"]
    assert media == [[tmp_path / "clip.mp4"]]


def test_a_loop_is_drawn_once_by_the_engine_and_then_plays(page: Welcome, thumbnails: Thumbnails, qtbot: QtBot) -> None:
    card = page.gallery.cards["hello-world"]
    with qtbot.waitSignal(thumbnails.ready, timeout=120_000) as ready:
        thumbnails.draw(["hello-world"])
    reader = QImageReader(ready.args[1])
    assert reader.supportsAnimation()
    assert reader.imageCount() > 20  # those that are the same are one that lasts
    page.activateWindow()
    card.setFocus()
    qtbot.waitUntil(lambda: card.is_playing)
    page.set_moving(False)
    assert not card.is_playing
    page.set_moving(True)
    qtbot.waitUntil(lambda: card.is_playing)
    card.clearFocus()
    qtbot.waitUntil(lambda: not card.is_playing)
    page.hide()
    thumbnails.draw(["hello-world"])
    assert not thumbnails.is_busy


def test_a_page_that_is_left_draws_no_more(page: Welcome, thumbnails: Thumbnails) -> None:
    thumbnails.draw(TEMPLATES)
    assert thumbnails.is_busy
    page.hide()
    assert not thumbnails.is_busy


def test_where_nothing_is_to_move_nothing_is_drawn_for_it(page: Welcome, thumbnails: Thumbnails, qtbot: QtBot) -> None:
    page.set_moving(False)
    page.hide()
    page.show()
    assert not page._settled.isActive()
    thumbnails.draw(TEMPLATES)
    page.set_moving(False)
    assert not thumbnails.is_busy


def test_how_long_ago_is_said_in_one_unit() -> None:
    day = 86_400
    assert [when_words(seconds) for seconds in (5, 300, 3 * 3600, 12 * day)] == [
        "just now",
        "5 min ago",
        "3 h ago",
        "12 d ago",
    ]
    assert when_words(90 * day) == time.strftime("%d %b %Y", time.localtime(time.time() - 90 * day))


def test_a_damaged_list_is_an_empty_one(tmp_path: Path, thumbnails: Thumbnails, qtbot: QtBot) -> None:
    file = tmp_path / "recent.json"
    file.write_text(json.dumps({"what": 1}))
    page = Welcome(Recent(file), thumbnails)
    qtbot.addWidget(page)
    assert page.recent.rows == []
