"""The inspector: every field of what is selected, made from the schema; what is changed there is in the document."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.preview.messages import Problem
from app.preview.player import Player
from app.project import Project
from app.selection import Selection
from app.widgets.fields.easing import EasingPopup
from app.widgets.fields.length import LengthField
from app.widgets.fields.moment import MomentField
from app.widgets.inspector import Inspector
from app.widgets.inspector.lists import ListGroup
from app.widgets.inspector.moving import value_at_time
from app.widgets.inspector.schema import fields_of, layer_kinds, starting
from app.widgets.inspector.slot import Slot
from app.widgets.inspector.value_row import ValueRow
from render_engine.document.load import parse_document

DOCUMENT: dict[str, Any] = {
    "framekiln": 1,
    "fps": 10,
    "duration": 4,
    "props": {"tint": {"type": "color", "default": "#06b6d4"}},
    "layers": [
        {"type": "background", "fill": "#101114"},
        {
            "type": "text",
            "text": "Hello",
            "start": 1,
            "rotation": {"keyframes": [{"at": 0, "value": 0, "easing": "easeOut"}, {"at": 2, "value": 90}]},
            "effects": [{"type": "blur", "radius": 4}, {"type": "glow"}],
            "entrance": "fadeUp",
        },
        {"type": "text", "text": "Other", "size": 40},
    ],
}


class StillPlayer(Player):
    """A film of ten frames a second, without a process: seeking only moves the playhead."""

    def __init__(self) -> None:
        super().__init__()
        self.fps = Fraction(10)

    def seek(self, frame: int) -> None:
        self._move(frame)


@pytest.fixture
def form(qtbot: QtBot, tmp_path: Path) -> Iterator[Inspector]:
    project, player = Project(recovery=tmp_path / "recovery"), StillPlayer()
    project.new(DOCUMENT, tmp_path)
    form = Inspector(project, Selection(), player)
    qtbot.addWidget(form)
    form.resize(340, 800)
    form.show()
    yield form
    player.close()
    project.close()


def choose(form: Inspector, *paths: str) -> None:
    form.selection.select(paths)
    form.build_all()


def slot(form: Inspector, place: str) -> Slot:
    every = (each for section in form.sections.values() for top in section.slots.values() for each in top.slots())
    return next(each for each in every if each.place == place)


def row(form: Inspector, place: str) -> ValueRow:
    inner = slot(form, place)._inner
    assert isinstance(inner, ValueRow)
    return inner


def layer(form: Inspector, number: int) -> dict[str, Any]:
    assert form.project.document
    found: dict[str, Any] = form.project.document["layers"][number]
    return found


def test_every_field_of_every_kind_has_a_place(form: Inspector) -> None:
    for kind in layer_kinds():
        project = form.project
        project.new({"framekiln": 1, "layers": [{"type": kind}]}, project.folder)
        choose(form, "layers[0]")
        shown = {name for section in form.sections.values() for name in section.slots}
        expected = {spec.name for spec in fields_of(layer_kinds()[kind])} - {"id", "type", "hidden"}
        assert shown == expected, kind


def test_what_is_not_set_shows_its_default_and_is_set_by_typing(form: Inspector, qtbot: QtBot) -> None:
    choose(form, "layers[1]")
    size = row(form, "size")
    assert size.field.value is None
    assert size.field.edit.placeholderText() == "64 px"  # type: ignore[attr-defined]
    assert size.back.isHidden()
    edit = size.field.edit  # type: ignore[attr-defined]
    edit.setFocus()
    qtbot.keyClicks(edit, "1920/20")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert layer(form, 1)["size"] == 96
    size.back.click()
    assert "size" not in layer(form, 1)
    form.project.undo()
    assert size.field.value == 96


def test_steps_of_one_gesture_are_one_undo(form: Inspector) -> None:
    choose(form, "layers[1]")
    field = row(form, "opacity").field
    for steps in (-10, -10, -10):
        field.scrub(steps, fine=False, coarse=False)
    field.drop()
    field.scrub(5, fine=False, coarse=False)
    assert layer(form, 1)["opacity"] == 0.75
    form.project.undo()
    assert layer(form, 1)["opacity"] == 0.7
    form.project.undo()
    assert form.project.document == DOCUMENT


def test_a_field_that_moves_shows_its_value_at_the_playhead(form: Inspector) -> None:
    choose(form, "layers[1]")
    form.player.seek(10)  # the layer begins at 1 s
    assert row(form, "rotation").field.value == 0
    form.player.seek(30)
    assert row(form, "rotation").field.value == 90
    form.player.seek(15)
    expected = value_at_time(DOCUMENT["layers"][1]["rotation"], 0.5)
    assert row(form, "rotation").field.value == expected
    assert 45 < expected < 90  # easeOut


def test_a_value_typed_between_keyframes_is_a_new_one(form: Inspector) -> None:
    choose(form, "layers[1]")
    form.player.seek(20)
    field = row(form, "rotation").field
    field.changed.emit(30)
    assert [(each["at"], each["value"]) for each in layer(form, 1)["rotation"]["keyframes"]] == [
        (0, 0),
        (1, 30),
        (2, 90),
    ]


def test_the_diamond_adds_and_takes_keyframes_and_arrows_go_to_them(form: Inspector, qtbot: QtBot) -> None:
    choose(form, "layers[1]")
    form.player.seek(15)
    keys = row(form, "opacity").keys
    assert keys
    keys.diamond.click()
    assert layer(form, 1)["opacity"] == {"keyframes": [{"at": 0.5, "value": 1}]}
    assert row(form, "opacity").keys.diamond.here  # type: ignore[union-attr]
    row(form, "opacity").keys.diamond.click()  # type: ignore[union-attr]
    assert layer(form, 1)["opacity"] == 1
    turning = row(form, "rotation").keys
    assert turning
    turning.after.click()
    assert form.player.frame == 30
    turning.before.click()
    assert form.player.frame == 10
    assert turning.diamond.here


def test_a_keyframe_is_brought_to_the_playhead(form: Inspector) -> None:
    choose(form, "layers[1]")
    form.player.seek(25)  # 1.5 s of the layer
    doing = {words: (do, possible) for words, do, possible in slot(form, "rotation").actions_here()}
    bring, possible = doing["Bring the keyframe after here"]
    assert possible
    bring()
    assert layer(form, 1)["rotation"]["keyframes"] == [
        {"at": 0, "value": 0, "easing": "easeOut"},
        {"at": 1.5, "value": 90},
    ]
    assert form.project.undo_stack.count() == 1


def test_fields_that_say_nothing_of_a_shape_are_not_shown(form: Inspector) -> None:
    form.project.edit("Add", lambda document: document["layers"].append({"type": "shape", "shape": "star"}))
    choose(form, "layers[3]")
    assert not slot(form, "points").isHidden()
    assert slot(form, "sides").isHidden()
    row(form, "shape").field.changed.emit("polygon")
    assert slot(form, "points").isHidden()
    assert not slot(form, "sides").isHidden()


def test_forms_are_kept_for_the_next_layer_of_their_kind(form: Inspector) -> None:
    choose(form, "layers[1]")
    first = form.form
    choose(form, "layers[0]")
    choose(form, "layers[2]")
    assert form.form is first
    assert row(form, "text").field.value == "Other"
    assert row(form, "size").field.value == 40


def test_nothing_is_done_while_it_is_not_seen(form: Inspector) -> None:
    choose(form, "layers[1]")
    form.hide()
    form.selection.select(["layers[2]"])
    assert row(form, "text").field.value == "Hello"
    form.show()
    assert row(form, "text").field.value == "Other"


def test_the_easing_between_two_keyframes_is_drawn_by_hand(form: Inspector, qtbot: QtBot) -> None:
    popup = EasingPopup("easeOut", form)
    told: list[Any] = []
    popup.picked.connect(told.append)
    popup.open_under(form)
    area = popup.curve._area
    at = area.bottomLeft().toPoint()
    qtbot.mousePress(popup.curve, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(popup.curve, area.center().toPoint())
    qtbot.mouseRelease(popup.curve, Qt.MouseButton.LeftButton, pos=area.center().toPoint())
    assert told
    assert told[-1][2:] == [0.3, 1.0]
    popup.close()


def test_entrances_are_chosen_by_name_and_then_have_settings(form: Inspector) -> None:
    choose(form, "layers[1]")
    row_of_delay = row(form, "entrance.delay")
    row_of_delay.field.changed.emit(0.5)
    assert layer(form, 1)["entrance"] == {"type": "fadeUp", "delay": 0.5}


def test_effects_are_added_moved_and_removed_as_cards(form: Inspector) -> None:
    choose(form, "layers[1]")
    group = slot(form, "effects")._inner
    assert isinstance(group, ListGroup)
    grain = next(each for each in group.item.variants if each.definition == "Grain")
    group.put(grain)
    assert [each["type"] for each in layer(form, 1)["effects"]] == ["blur", "glow", "grain"]
    group.reorder(2, -1)
    assert [card.title for card in group.cards] == ["Blur", "Grain", "Glow"]
    row(form, "effects[0].radius").field.changed.emit(12)
    assert layer(form, 1)["effects"][0]["radius"] == 12
    for _ in range(3):
        group.remove(0)
    assert "effects" not in layer(form, 1)


def test_a_colour_becomes_a_gradient_and_back_with_its_colour(form: Inspector) -> None:
    choose(form, "layers[0]")
    fill = slot(form, "fill")
    linear = next(each for each in fill.spec.shape.variants if each.definition == "LinearGradient")
    fill._become(linear)
    assert layer(form, 0)["fill"]["stops"][0]["color"] == "#101114"
    parse_document(form.project.document, {}, files_from=form.project.folder)  # type: ignore[arg-type]
    assert row(form, "fill.stops[0].color").field.value == "#101114"
    slot(form, "fill")._become(fill.spec.shape.variants[0])
    assert layer(form, 0)["fill"] == "#101114"


def test_a_spring_is_a_form_of_its_own_and_can_be_held(form: Inspector) -> None:
    choose(form, "layers[2]")
    slot(form, "scale").spring()
    assert layer(form, 2)["scale"] == {"spring": "snappy", "from": 0, "to": 1}
    row(form, "scale.spring").field.changed.emit("bouncy")
    assert layer(form, 2)["scale"]["spring"] == "bouncy"
    form.player.seek(40)
    slot(form, "scale").hold()
    assert layer(form, 2)["scale"] == pytest.approx(1, abs=0.01)


def test_several_layers_share_their_fields_and_mixed_ones_are_said_to_be(form: Inspector) -> None:
    choose(form, "layers[1]", "layers[2]")
    size = row(form, "size").field
    assert size.edit.placeholderText() == "mixed"  # type: ignore[attr-defined]
    size.changed.emit(50)
    assert (layer(form, 1)["size"], layer(form, 2)["size"]) == (50, 50)
    form.project.undo()
    choose(form, "layers[0]", "layers[2]")
    assert "size" not in {name for section in form.sections.values() for name in section.slots}


def test_a_prop_is_a_value_too(form: Inspector) -> None:
    choose(form, "layers[2]")
    slot(form, "color").change_to({"$prop": "tint"})
    assert "Tint" in [button.text() for button in slot(form, "color").findChildren(type(form.header.eye))]
    slot(form, "color").unset()
    assert "color" not in layer(form, 2)


def test_whatever_has_no_field_is_edited_as_json(form: Inspector) -> None:
    choose(form, "layers[1]")
    features = row(form, "features").field
    features.edit.setPlainText('{"tnum": 1}')  # type: ignore[attr-defined]
    assert layer(form, 1)["features"] == {"tnum": 1}
    effects = slot(form, "effects")
    effects.show_json(True)
    row(form, "effects").field.edit.setPlainText('[{"type": "glow"}]')  # type: ignore[attr-defined]
    assert layer(form, 1)["effects"] == [{"type": "glow"}]


def test_problems_stand_at_the_innermost_field_that_they_are_of(form: Inspector) -> None:
    choose(form, "layers[1]")
    form.set_problems(
        [Problem("layers[1].effects[0].radius", "is too large", "Try 40"), Problem("layers[2].size", "no")]
    )
    radius = row(form, "effects[0].radius").problem
    assert radius.text() == "is too large Try 40"
    assert not row(form, "size").problem.text()
    assert form.sections["Effects"].mark.text() == "1 problem"
    form.set_problems(())
    assert not radius.text()


def test_fields_are_found_by_typing(form: Inspector) -> None:
    choose(form, "layers[1]")
    form.search.setText("letter")
    form.build_all()
    shown = [s.place for section in form.sections.values() for s in section.slots.values() if not s.isHidden()]
    assert "letter_spacing" in shown
    assert "size" not in shown


def test_the_composition_itself_is_shown_where_nothing_is_selected(form: Inspector) -> None:
    choose(form)
    row(form, "duration").field.changed.emit(8)
    assert form.project.document
    assert form.project.document["duration"] == 8


def test_broken_values_are_shown_and_nothing_raises(form: Inspector) -> None:
    broken = {
        "type": "text",
        "size": "large",
        "effects": "none",
        "stroke": 3,
        "entrance": [1],
        "scale": {"from": "?", "to": []},
    }
    form.project.new({"framekiln": 1, "layers": [broken]}, form.project.folder)
    choose(form, "layers[0]")
    assert not row(form, "size").back.isHidden()


def test_what_an_added_object_begins_with_can_be_read(form: Inspector) -> None:
    for spec in fields_of("Text"):
        if spec.shape.kind == "list" and spec.shape.item:
            items = [starting(each) for each in (spec.shape.item.variants or (spec.shape.item,))]
            layer = {"type": "text", "text": "x", spec.name: items}
            if spec.name == "spans":
                del layer["text"]
            if spec.name in ("effects", "backdrop"):
                layer[spec.name] = [each for each in items if each["type"] not in ("lut",)]
            parse_document({"framekiln": 1, "duration": 1, "layers": [layer]}, {}, files_from=form.project.folder)


def test_lengths_are_px_or_percent_and_times_may_be_markers(qtbot: QtBot) -> None:
    length, moment = LengthField(nullable=True), MomentField(nullable=True)
    for field, typed, expected in (
        (length, "50%", "50%"),
        (length, "25", "25%"),
        (length, "120px", 120),
        (moment, "1.5", 1.5),
        (moment, "beat:4+0.2", "beat:4+0.2"),
        (moment, "2", 2),
    ):
        qtbot.addWidget(field)
        field.edit.setText(typed)
        field.edit.setModified(True)
        field._typed()
        assert field.value == expected
