"""The command palette: a few letters and Enter, by the keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from app import theme
from app.preferences import Preferences
from app.widgets.palette import Palette, found, name_of
from app.widgets.palette_match import match

NAMES = ("&Open…", "&Save", "Save &as…", "Undo", "Render…", "Go to start", "Title and action safe", "Show in folder")


@pytest.fixture
def window(qapp, qtbot):
    theme.apply(qapp, "dark")
    made = QMainWindow()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


@pytest.fixture
def actions(window):
    made = []
    for name in NAMES:
        action = QAction(theme.icon("play"), name, window)
        action.setObjectName(name)
        made.append(action)
    made[1].setShortcut("Ctrl+S")
    return made


@pytest.fixture
def palette(window, actions, tmp_path):
    made = Palette(lambda: actions, Preferences.open(tmp_path), window)
    made.open()
    yield made
    made.close()


def shown(palette):
    return [palette.model.index(row).data() for row in range(palette.model.rowCount())]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("save", "Save"),
        ("sa", "Save"),
        ("saveas", "Save as…"),
        ("SAF", "Title and action safe"),
        ("gts", "Go to start"),
        ("sif", "Show in folder"),
        ("réndér", "Render…"),
    ],
)
def test_a_few_letters_find_what_is_meant(actions, typed, best):
    assert found(typed, actions, ())[0].name == best


def test_letters_that_are_not_there_find_nothing(actions):
    assert match("zz", "Save") is None
    assert match("evas", "Save") is None
    assert found("zz", actions, ()) == []


def test_the_letters_that_were_found_are_known():
    assert match("gts", "Go to start").letters == {0, 3, 6}


def test_marks_of_menus_are_not_part_of_a_name(window):
    assert name_of(QAction("Save &as…", window)) == "Save as…"
    assert name_of(QAction("Cut && paste", window)) == "Cut & paste"


def test_what_was_used_lately_comes_first(actions):
    assert found("", actions, ["Undo", "Render…"])[0].name == "Undo"
    assert [each.name for each in found("", actions, ["Undo", "Render…"])][:2] == ["Undo", "Render…"]


def test_what_cannot_be_done_now_comes_last_and_is_not_run(palette, actions, qtbot):
    actions[3].setEnabled(False)
    palette.open()
    assert shown(palette)[-1] == "Undo"
    qtbot.keyClicks(palette.field, "undo")
    ran = []
    actions[3].triggered.connect(lambda: ran.append(1))
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert not ran


def test_enter_runs_and_remembers(palette, actions, qtbot):
    qtbot.keyClicks(palette.field, "rend")
    with qtbot.waitSignal(actions[4].triggered):
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    palette.open()
    assert palette.field.text() == ""
    assert shown(palette)[0] == "Render…"


def test_arrows_go_round(palette, qtbot):
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentIndex().data() == "Save"
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentIndex().data() == "Show in folder"


def test_escape_closes_and_runs_nothing(palette, actions, qtbot):
    ran = []
    for action in actions:
        action.triggered.connect(lambda: ran.append(1))
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert not ran


def test_nothing_found_is_said(palette, qtbot):
    qtbot.keyClicks(palette.field, "qqq")
    assert palette.nothing.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_a_reader_of_screens_hears_the_shortcut(palette):
    assert palette.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Save, Ctrl+S"


def test_it_is_drawn_within_its_window(palette, window):
    assert palette.grab().toImage().width() > 0
    assert palette.height() < window.height()
