"""Fields as a hand uses them: keys, drags, drops."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.thumbnails import RESOURCES
from app.widgets.fields.choice import ChoiceField
from app.widgets.fields.color import ColorField
from app.widgets.fields.color_picker import ColorPicker
from app.widgets.fields.field import Field
from app.widgets.fields.file import FileField
from app.widgets.fields.kinds import field_for
from app.widgets.fields.number import Limits, NumberField, calculate
from app.widgets.fields.pair import PairField
from app.widgets.fields.record import RecordField
from app.widgets.fields.row import FieldRow
from app.widgets.fields.rows import RowsField
from app.widgets.fields.switch import SwitchField
from app.widgets.fields.text import LineField, TextField
from app.widgets.fields.words import in_words

LEFT = Qt.MouseButton.LeftButton
PLAIN, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Heard:
    def __init__(self, field: Field) -> None:
        self.values: list[Any] = []
        self.ends = 0
        field.changed.connect(self.values.append)
        field.finished.connect(self._end)

    def _end(self) -> None:
        self.ends += 1


def shown(qtbot: QtBot, field: Field) -> Heard:
    qtbot.addWidget(field)
    field.resize(280, field.sizeHint().height())
    field.show()
    qtbot.waitExposed(field)
    return Heard(field)


def dragged(widget: Any, by: int, keys: Qt.KeyboardModifier = PLAIN) -> None:
    start = QPoint(40, widget.height() // 2)
    QTest.mousePress(widget, LEFT, keys, start)
    for part in (1, 2, 3, 4):
        to = start + QPoint(by * part // 4, 0)
        move = _moved(widget, to, keys)
        widget.mouseMoveEvent(move)
    QTest.mouseRelease(widget, LEFT, keys, start + QPoint(by, 0))


def _moved(widget: Any, to: QPoint, keys: Qt.KeyboardModifier) -> Any:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    at = QPointF(to)
    return QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), LEFT, LEFT, keys)


@pytest.mark.parametrize(
    ("text", "value"), [("1920/2", 960), (" -(3 + 0,5)*4 ", -14), ("1e3", 1000), ("7", 7), ("+.5", 0.5)]
)
def test_sums_are_typed(text: str, value: float) -> None:
    assert calculate(text) == value


@pytest.mark.parametrize(
    "text", ["", "1/0", "width", "__import__('os')", "9**9**9", "True", "1,2,3", "1e999", "(" * 500]
)
def test_what_is_no_sum_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the text itself is the message
        calculate(text)


def test_a_number_is_typed_and_held_within_its_limits(qtbot: QtBot) -> None:
    field = NumberField(limits=Limits(least=0, most=100))
    heard = shown(qtbot, field)
    field.set_value(5)
    field.edit.setFocus()
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "3*50")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert heard.values == [100]
    assert field.edit.text() == "100"
    assert heard.ends == 1


def test_what_is_no_number_leaves_it_as_it_was(qtbot: QtBot) -> None:
    field = NumberField()
    heard = shown(qtbot, field)
    field.set_value(5)
    field.edit.setFocus()
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "wide")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert (heard.values, field.edit.text()) == ([], "5")


@pytest.mark.parametrize(("keys", "value"), [(PLAIN, 20), (SHIFT, 11), (CTRL, 110)])
def test_a_number_is_dragged_as_one_gesture(qtbot: QtBot, keys: Qt.KeyboardModifier, value: float) -> None:
    field = NumberField(limits=Limits(least=0, most=1000))
    heard = shown(qtbot, field)
    field.set_value(10)
    dragged(field.edit, 40, keys)
    assert heard.values[-1] == value
    assert len(heard.values) > 1
    assert heard.ends == 1
    assert not field.edit.hasFocus()


def test_a_click_on_a_number_begins_to_type(qtbot: QtBot) -> None:
    field = NumberField()
    heard = shown(qtbot, field)
    field.set_value(10)
    field.window().activateWindow()
    qtbot.mouseClick(field.edit, LEFT)
    qtbot.waitUntil(field.edit.hasFocus)
    assert field.edit.selectedText() == "10"
    assert heard.values == []


def test_arrows_step_a_number(qtbot: QtBot) -> None:
    field = NumberField(limits=Limits(least=0, most=2, step=0.01))
    heard = shown(qtbot, field)
    field.set_value(1.1)
    for keys in (PLAIN, CTRL, SHIFT):
        qtbot.keyClick(field.edit, Qt.Key.Key_Up, keys)
    assert heard.values == [1.11, 1.21, 1.211]


def test_a_number_that_may_be_nothing_is_emptied(qtbot: QtBot) -> None:
    field = NumberField(nullable=True)
    heard = shown(qtbot, field)
    field.set_value(4)
    field.edit.setFocus()
    field.edit.selectAll()
    qtbot.keyClick(field.edit, Qt.Key.Key_Delete)
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert heard.values == [None]


def test_the_label_scrubs_too(qtbot: QtBot) -> None:
    field = NumberField()
    row = FieldRow("Width", field)
    qtbot.addWidget(row)
    row.show()
    field.set_value(1)
    heard = Heard(field)
    start = QPoint(5, 5)
    QTest.mousePress(row.label, LEFT, PLAIN, start)
    row.eventFilter(row.label, _moved(row.label, start + QPoint(40, 0), PLAIN))
    QTest.mouseRelease(row.label, LEFT, PLAIN, start + QPoint(40, 0))
    assert (heard.values, heard.ends) == ([11], 1)


def test_words_are_told_as_they_are_typed(qtbot: QtBot) -> None:
    field = LineField()
    heard = shown(qtbot, field)
    qtbot.keyClicks(field.edit, "Hi")
    assert heard.values == ["H", "Hi"]
    field.set_value("Hello")
    assert heard.values == ["H", "Hi"]


def test_a_long_text_is_as_high_as_it_needs_and_no_longer_than_it_may(qtbot: QtBot) -> None:
    field = TextField(longest=60)
    shown(qtbot, field)
    before = field.edit.height()
    field.set_value("one\ntwo\nthree\nfour")
    assert field.edit.height() > before
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "x" * 70)
    assert field.value == "x" * 60


def test_a_switch_follows_the_space_bar(qtbot: QtBot) -> None:
    field = SwitchField()
    heard = shown(qtbot, field)
    qtbot.keyClick(field.switch, Qt.Key.Key_Space)
    assert (heard.values, field.value) == ([True], True)


def test_a_value_that_is_no_choice_is_kept(qtbot: QtBot) -> None:
    field = ChoiceField(choices=["top", "bottom"])
    heard = shown(qtbot, field)
    field.set_value("middle")
    assert field.value == "middle"
    qtbot.keyClick(field.combo, Qt.Key.Key_Up)
    assert heard.values == ["bottom"]


def test_of_a_long_colour_the_beginning_is_seen(qtbot: QtBot) -> None:
    field = ColorField(nullable=True)
    shown(qtbot, field)
    field.set_value("rgba(120, 130, 140, 0.25)")
    assert field.edit.cursorPosition() == 0


def test_colours_are_typed_in_any_way(qtbot: QtBot) -> None:
    field = ColorField(nullable=True)
    heard = shown(qtbot, field)
    qtbot.keyClicks(field.edit, "ff8800")
    assert heard.values == []
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert heard.values == ["#ff8800"]
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "teal")
    assert field.value == "teal"
    assert field.swatch.color == QColor("#008080")
    field.edit.selectAll()
    qtbot.keyClick(field.edit, Qt.Key.Key_Delete)
    assert heard.values[-1] is None


def test_the_picker_is_worked_by_keys_and_gives_up_on_escape(qtbot: QtBot) -> None:
    field = ColorField()
    heard = shown(qtbot, field)
    field.set_value("#336699")
    field.pick()
    picker = field.findChild(ColorPicker)
    assert picker
    qtbot.keyClick(picker.hue, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(picker.alpha, Qt.Key.Key_Left, SHIFT)
    assert QColor(field.swatch.color or "black").hue() != QColor("#336699").hue()
    assert str(field.value).endswith("e6")
    picker.entry.selectAll()
    qtbot.keyClicks(picker.entry, "#00ff00")
    assert field.value == "#00ff00"
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert heard.values[-1] == "#336699"
    assert heard.ends == 1


def test_a_grey_keeps_its_hue_in_the_picker(qtbot: QtBot) -> None:
    field = ColorField()
    qtbot.addWidget(field)
    picker = ColorPicker(QColor("#336699"), (), (), field)
    told: list[QColor] = []
    picker.picked.connect(told.append)
    picker.square.moved.emit(0.0, 0.5)
    picker.square.moved.emit(1.0, 0.0)
    assert abs(told[-1].hue() - QColor("#336699").hue()) <= 1


def test_a_file_is_dropped_and_shown_small(qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    image = QImage(900, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    image.save(str(picture))
    field = FileField(nullable=True)
    heard = shown(qtbot, field)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    field.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    assert heard.values == [str(picture)]
    qtbot.waitUntil(lambda: not field.button.image.isNull())
    assert field.button.image.width() <= 3 * 56 * 2
    field.clear.click()
    assert field.value is None


def test_a_frame_of_a_video_is_shown(qtbot: QtBot) -> None:
    field = FileField()
    shown(qtbot, field)
    field.set_value(str(RESOURCES / "media" / "bigbuckbunny.mp4"))
    qtbot.waitUntil(lambda: not field.button.image.isNull())
    image = field.button.image
    assert 100 < image.width() <= 192
    assert image.width() > image.height()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert middle.value() > 20
    field.hide()


def test_rows_are_added_moved_and_removed_within_their_number(qtbot: QtBot) -> None:
    field = field_for({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3})
    assert isinstance(field, RowsField)
    heard = shown(qtbot, field)
    field.set_value(["a", "b"])
    field.add.click()
    assert heard.values[-1] == ["a", "b", "b"]
    assert not field.add.isEnabled()
    qtbot.keyClick(field.cards[2], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    field.cards[0].remove.click()
    field.cards[0].remove.click()
    assert heard.values[-1] == ["b"]
    assert not field.cards[0].remove.isEnabled()


def test_a_problem_deep_inside_is_shown_where_it_is(qtbot: QtBot) -> None:
    texts = {name: {"type": "string", "maxLength": 60} for name in ("label", "change")}
    item = {"type": "object", "properties": {**texts, "value": {"type": "number"}}}
    schema = {"type": "array", "items": {"$ref": "#/$defs/Point"}}
    field = field_for(schema, {"Point": item})
    qtbot.addWidget(field)
    field.set_value([{"label": "Q1", "value": 1}, {"label": "Q2", "value": 2}])
    row = FieldRow("Chart", field)
    qtbot.addWidget(row)
    row.set_problem("too large", (1, "value"))
    assert isinstance(field, RowsField)
    inner = field.cards[1].field
    assert isinstance(inner, RecordField)
    assert inner.rows["value"].problem.text() == "too large"
    assert row.problem.text() == ""
    row.set_problem(None)
    assert inner.rows["value"].problem.isHidden()


def test_a_small_object_is_edited_in_its_line(qtbot: QtBot) -> None:
    item = {"type": "object", "properties": {"label": {"type": "string", "maxLength": 16}, "value": {"type": "number"}}}
    field = field_for({"type": "array", "items": item})
    assert isinstance(field, RowsField)
    heard = shown(qtbot, field)
    field.set_value([{"label": "Q1", "value": 1}])
    pair = field.cards[0].field
    assert isinstance(pair, PairField)
    pair.fields["value"].set_value(1)
    qtbot.keyClick(pair.fields["value"].focusProxy(), Qt.Key.Key_Up)
    assert heard.values == [[{"label": "Q1", "value": 2}]]


def test_names_are_words() -> None:
    assert [in_words(name) for name in ("maxCharsPerLine", "metrics_title", "url", "DM Sans", "accentColor")] == [
        "Max chars per line",
        "Metrics title",
        "URL",
        "DM Sans",
        "Accent colour",
    ]
