"""One look in two schemes: everything can be read, icons are sharp and follow the scheme, the style sheet is understood."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase, QIcon, QImage
from PySide6.QtWidgets import QDockWidget, QMainWindow, QSpinBox, QToolButton, QVBoxLayout, QWidget

import app
from app import theme
from app.preferences import Preferences
from app.widgets.section import Section
from app.widgets.toast import MOST, Toasts

GROUNDS = ("canvas", "ground", "panel", "raised", "overlay", "hover")
WORDS = ("text", "text-2", "text-3", "accent-text", "danger", "warn", "ok", "info")


@pytest.fixture(params=["dark", "light"])
def scheme(request, qapp):
    theme.apply(qapp, request.param)
    yield request.param
    theme.apply(qapp, "dark")


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_every_text_can_be_read_on_every_ground(scheme, word, ground):
    assert theme.contrast(theme.color(word), theme.color(ground)) >= 4.5


@pytest.mark.parametrize(
    ("word", "ground"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-hover"),
        ("on-accent", "accent-pressed"),
        ("text", "accent-soft"),
        ("accent-text", "accent-soft"),
        *((name, f"{name}-soft") for name in ("danger", "warn", "ok", "info")),
    ],
)
def test_words_on_colours_can_be_read(scheme, word, ground):
    assert theme.contrast(theme.color(word), theme.color(ground)) >= 4.5


def test_what_is_focused_and_what_can_be_ticked_stands_out(scheme):
    for name in ("accent", "text-3", *(name for name in theme.TOKENS if name.startswith("kind-"))):
        assert theme.contrast(theme.color(name), theme.color("panel")) >= 3, name


def test_grounds_are_told_apart(scheme):
    grounds = [theme.color(name).lightness() for name in ("canvas", "ground", "panel", "raised")]
    assert grounds == sorted(set(grounds))


def test_colours_are_named_in_the_style_sheet_and_never_written(scheme):
    written = (theme.RESOURCES / "style.qss").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", written)
    assert "@" not in theme.style_sheet()
    for name in re.findall(r"url\(theme:([\w-]+)\.svg\)", written):
        assert name in theme._IN_SHEET


def test_qt_understands_the_style_sheet(qapp, qtlog, scheme):
    button = QToolButton()
    button.ensurePolished()
    assert not [record.message for record in qtlog.records if "style" in record.message.lower()]


def test_the_interface_is_set_in_our_font(scheme, qapp):
    assert "Inter" in QFontDatabase.families()
    assert qapp.font().family() == "Inter"
    assert qapp.font().pixelSize() == theme.TEXT


def test_every_icon_and_colour_that_a_widget_names_is_there():
    """In all of app/, so that none is missed until somebody opens that corner."""
    text = "".join(file.read_text(encoding="utf-8") for file in Path(app.__file__).parent.rglob("*.py"))
    icons = re.findall(r'theme\.(?:icon|pixmap)\(\s*"([^"]+)"|paint_icon\([^,]+,\s*"([^"]+)"', text)
    assert {first or second for first, second in icons} - set(theme.icon_names()) == set()
    assert set(re.findall(r'theme\.color\(\s*"([^"]+)"', text)) - set(theme.TOKENS) == set()


def test_icons_are_drawn_alike():
    assert len(theme.icon_names()) >= 60
    for name in theme.icon_names():
        root = ElementTree.fromstring(theme._source(name))
        assert root.get("viewBox") == "0 0 24 24", name
        assert root.get("stroke-width") == "1.75", name
        assert {each.get("fill") for each in root.iter()} <= {None, "none", "currentColor"}, name


def test_each_icon_shows_something_within_its_edges(qapp):
    for name in theme.icon_names():
        image = theme.pixmap(name, 24, "text", 2).toImage()
        edge = [image.pixelColor(x, y).alpha() for x in range(48) for y in (0, 47)]
        assert not any(edge), name
        assert sum(image.pixelColor(x, y).alpha() > 0 for x in range(48) for y in range(48)) > 60, name


def test_an_icon_is_as_sharp_as_the_screen(qapp):
    pixmap = theme.icon("play", 16).pixmap(QSize(16, 16), 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (32, 2.0)


def test_an_icon_on_a_button_follows_the_scheme(qapp):
    theme.apply(qapp, "dark")
    icon = theme.icon("stop", 16, "text")
    dark = _ink(icon.pixmap(16, 16).toImage())
    theme.apply(qapp, "light")
    light = _ink(icon.pixmap(16, 16).toImage())
    theme.apply(qapp, "dark")
    assert dark > 200 > 60 > light


def test_an_icon_says_its_state(qapp):
    icon = theme.icon("loop")
    states = {
        theme.color(name).name(): icon.pixmap(QSize(16, 16), mode, state)
        for name, mode, state in (
            ("text-2", QIcon.Mode.Normal, QIcon.State.Off),
            ("text", QIcon.Mode.Active, QIcon.State.Off),
            ("disabled", QIcon.Mode.Disabled, QIcon.State.On),
            ("accent-text", QIcon.Mode.Normal, QIcon.State.On),
        )
    }
    for name, pixmap in states.items():
        image = pixmap.toImage()
        strongest = max((image.pixelColor(x, y) for x in range(16) for y in range(16)), key=lambda each: each.alpha())
        assert strongest.name() == name


def test_the_desktop_is_followed_only_when_it_is_asked_for(qapp):
    theme.apply(qapp, "light")
    assert theme.scheme() == "light"
    theme.apply(qapp, "system")
    assert theme.scheme() == ("light" if qapp.styleHints().colorScheme().name == "Light" else "dark")
    theme.apply(qapp, "dark")
    assert theme.scheme() == "dark"


def test_numbers_stand_off_the_edge_of_their_field(qapp, qtbot):
    theme.apply(qapp, "dark")
    spin = QSpinBox()
    qtbot.addWidget(spin)
    spin.ensurePolished()
    assert spin.lineEdit().textMargins().left() >= 4


def test_figures_of_times_are_as_wide_as_each_other(qapp):
    theme.apply(qapp, "dark")
    from PySide6.QtGui import QFontMetricsF

    used = QFontMetricsF(theme.font(13, tabular=True))
    assert used.horizontalAdvance("1111") == pytest.approx(used.horizontalAdvance("0808"))


def test_a_section_opens_and_closes_by_its_title(qapp, qtbot):
    section = Section("Transform", is_open=False)
    qtbot.addWidget(section)
    section.show()
    assert not section.content.isVisible()
    with qtbot.waitSignal(section.toggled) as told:
        section._title.click()
    assert told.args == [True]
    assert section.content.isVisible()


def test_errors_stay_until_they_are_read_and_messages_do_not_pile_up(qapp, qtbot):
    window = QToolButton()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    toasts = Toasts(window)
    toasts.problem("The disk is full")
    toasts.problem("The disk is full")
    assert [each.text for each in toasts.shown] == ["The disk is full"]
    assert not toasts.shown[0]._timer.isActive()
    toasts.show("Saved", "ok")
    assert toasts.shown[1]._timer.isActive()
    for number in range(4):
        toasts.show(f"Message {number}")
    assert len(toasts.shown) == MOST
    assert all(window.rect().contains(each.geometry()) for each in toasts.shown)


def test_messages_stand_over_a_part_and_cover_nothing_beneath_it(qapp, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(800, 600)
    part, beneath = QWidget(), QWidget()
    beneath.setFixedHeight(150)
    middle = QWidget()
    rows = QVBoxLayout(middle)
    rows.addWidget(part, 1)
    rows.addWidget(beneath)
    window.setCentralWidget(middle)
    window.show()
    toasts = Toasts(window)
    toasts.stand_over(part)
    toasts.show("Saved", "ok")
    for width, height in ((800, 600), (1000, 500)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: not beneath.geometry().intersects(toasts.shown[0].geometry()))
        assert toasts.shown[0].geometry().intersects(part.geometry())
    part.hide()
    qtbot.waitUntil(lambda: toasts.shown[0].geometry().bottom() > 500 - 60)


def test_what_the_app_remembers_is_there_again(qapp, tmp_path):
    preferences = Preferences.open(tmp_path)
    preferences.set(scheme="light", idle_rendering=False)
    preferences.remember_folder("open", str(tmp_path))
    preferences.remember_command("save")
    again = Preferences.open(tmp_path)
    assert again.values == preferences.values
    assert again.folder_of("open") == str(tmp_path)


def test_only_what_differs_is_told(qapp, tmp_path, qtbot):
    preferences = Preferences.open(tmp_path)
    with qtbot.waitSignal(preferences.changed) as told:
        preferences.set(scheme="dark", notify=True)
    assert told.args == [frozenset({"scheme"})]


def test_a_damaged_memory_is_put_aside_and_said(qapp, tmp_path):
    (tmp_path / "preferences.json").write_text("{ not")
    preferences = Preferences.open(tmp_path)
    assert preferences.scheme == "system"
    assert "damaged" in preferences.told
    assert (tmp_path / "preferences.damaged.json").read_text() == "{ not"


def test_values_of_another_version_are_left_out(qapp, tmp_path):
    (tmp_path / "preferences.json").write_text('{"scheme": "sepia", "notify": "yes", "later": 1, "resolution": "2"}')
    values = Preferences.open(tmp_path).values
    assert (values.scheme, values.notify, values.resolution) == ("system", True, "2")


def test_a_memory_that_cannot_be_written_is_said(qapp, tmp_path, qtbot):
    (tmp_path / "file").write_text("")
    preferences = Preferences(tmp_path / "folder" / "preferences.json")
    (tmp_path / "folder").write_text("in the way")
    with qtbot.waitSignal(preferences.trouble):
        preferences.set(scheme="light")


def _ink(image: QImage) -> int:
    return (
        image.pixelColor(8, 4).lightness()
        if image.pixelColor(8, 4).alpha() > 128
        else image.pixelColor(4, 8).lightness()
    )


def test_docks_stand_on_their_own_ground(qapp, qtbot):
    """A widget of our own class paints no ground, unless it is asked to."""

    class Part(QWidget):
        pass

    theme.apply(qapp, "dark")
    window, dock = QMainWindow(), QDockWidget("Part")
    qtbot.addWidget(window)
    dock.setWidget(Part())
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.resize(400, 300)
    window.show()
    image = dock.widget().grab().toImage()
    assert image.pixelColor(image.width() // 2, image.height() // 2) == theme.color("panel")
