"""The props of what is open, as a person fills them in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import template_facts as facts_module
from app.preview.messages import Problem
from app.preview.player import Player
from app.project import Project
from app.template_facts import template_facts
from app.widgets.fields.choice import ChoiceField
from app.widgets.fields.color import ColorField
from app.widgets.fields.file import FileField
from app.widgets.fields.json_text import JsonField
from app.widgets.fields.number import NumberField
from app.widgets.fields.rows import RowsField
from app.widgets.fields.switch import SwitchField
from app.widgets.fields.text import LineField, TextField
from app.widgets.props_form import PropsForm
from app.widgets.props_palette import PaletteField
from render_engine.document.templates import TEMPLATES

DOCUMENT: dict[str, Any] = {
    "framekiln": 1,
    "size": [320, 180],
    "duration": 1,
    "props": {
        "headline": {"type": "string", "default": "Hi", "max_length": 20, "help": "The first words."},
        "size": {"type": "number", "default": 12, "min": 4, "max": 40},
        "count": {"type": "integer", "default": 3},
        "bold": {"type": "boolean", "default": True},
        "ink": {"type": "color", "default": "#ff0000"},
        "side": {"type": "choice", "choices": ["left", "right"], "default": "left"},
        "photo": {"type": "file", "required": True},
        "points": {"type": "list", "default": ["a", "b"]},
        "anything": {"type": "object", "default": {"a": {"b": 1}}},
        "broken": "not a prop",
    },
    "layers": [],
}


@pytest.fixture
def project(qtbot: QtBot, tmp_path: Path) -> Iterator[Project]:
    project = Project(recovery=tmp_path / "recovery")
    yield project
    project.close()


@pytest.fixture
def form(qtbot: QtBot, project: Project) -> PropsForm:
    form = PropsForm(project)
    qtbot.addWidget(form)
    form.resize(320, 900)
    form.show()
    qtbot.waitExposed(form)
    return form


def opened(form: PropsForm, source: Path | str, qtbot: QtBot) -> None:
    form.project.open(str(source))
    qtbot.waitUntil(lambda: form.is_whole)


def line(form: PropsForm, name: str) -> Any:
    field = form.rows[name].field
    assert isinstance(field, (LineField, TextField))
    return field.edit


def test_what_ships_of_templates_is_what_they_are() -> None:
    assert facts_module.FILE.read_text("utf-8") == facts_module.text(), "run python -m app.template_facts"


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_prop_of_a_template_has_a_field_with_its_default(
    form: PropsForm, project: Project, name: str, qtbot: QtBot
) -> None:
    opened(form, name, qtbot)
    schema = template_facts()[name].props
    assert set(form.rows) == set(schema["properties"])
    for prop, row in form.rows.items():
        assert row.field.value == schema["properties"][prop].get("default"), prop
        assert row.field.accessibleName()
        assert not isinstance(row.field, JsonField), prop
    assert project.props == {}


def test_typing_is_one_undo_until_the_field_is_left(form: PropsForm, project: Project, qtbot: QtBot) -> None:
    opened(form, "hello-world", qtbot)
    edit = line(form, "badge")
    for words in ("One", "Two"):
        edit.setFocus()
        edit.selectAll()
        qtbot.keyClicks(edit, words)
        edit.editingFinished.emit()
    assert project.props == {"badge": "Two"}
    project.undo()
    assert project.props == {"badge": "One"}
    assert edit.text() == "One"
    project.undo()
    assert project.props == {}
    assert not project.is_modified


def test_a_default_that_comes_back_is_no_longer_given(form: PropsForm, project: Project, qtbot: QtBot) -> None:
    opened(form, "hello-world", qtbot)
    row = form.rows["badge"]
    assert row.back.isHidden()
    qtbot.keyClicks(line(form, "badge"), "!")
    assert not row.back.isHidden()
    row.back.click()
    assert project.props == {}
    assert row.field.value == "Made with Framekiln"
    qtbot.keyClicks(line(form, "badge"), "!")
    qtbot.keyClick(line(form, "badge"), Qt.Key.Key_Backspace)
    assert project.props == {}


def test_a_palette_is_chosen_and_shows_in_the_single_colours(form: PropsForm, project: Project, qtbot: QtBot) -> None:
    opened(form, "hello-world", qtbot)
    palette, accent = form.rows["palette"].field, form.rows["accent"].field
    assert isinstance(palette, PaletteField)
    assert isinstance(accent, ColorField)
    palette.cards["ocean"].click()
    assert project.props == {"palette": "ocean"}
    assert accent.edit.placeholderText() == "#14b8a6"
    assert accent.value is None
    assert "#14b8a6" in accent.palette_colors


@pytest.mark.parametrize(("text", "size"), [("9:16", (1080, 1920)), ("1:1", (1080, 1080)), ("16:9", None)])
def test_a_format_is_one_click(form: PropsForm, project: Project, text: str, size: Any, qtbot: QtBot) -> None:
    opened(form, "hello-world", qtbot)
    next(button for button in form.format._buttons.values() if button.text() == text).click()
    assert project.size == size


def test_any_other_format_is_typed(form: PropsForm, project: Project, qtbot: QtBot) -> None:
    opened(form, "hello-world", qtbot)
    assert form.format.custom
    form.format.custom.click()
    edit = form.format.width_field.edit
    edit.selectAll()
    qtbot.keyClicks(edit, "3840/2+80")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert project.size == (2000, 1080)
    assert not form.format.numbers.isHidden()


def test_a_document_keeps_its_format_itself(form: PropsForm, project: Project, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "film.json"
    path.write_text(json.dumps(DOCUMENT))
    opened(form, path, qtbot)
    next(button for button in form.format._buttons.values() if button.text() == "4:5").click()
    assert project.document is not None
    assert project.document["size"] == [1080, 1350]
    assert project.size is None


def test_declared_props_have_fields_of_their_types(
    form: PropsForm, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "film.json"
    path.write_text(json.dumps(DOCUMENT))
    opened(form, path, qtbot)
    kinds = {name: type(row.field) for name, row in form.rows.items()}
    assert kinds == {
        "headline": LineField,
        "size": NumberField,
        "count": NumberField,
        "bold": SwitchField,
        "ink": ColorField,
        "side": ChoiceField,
        "photo": FileField,
        "points": RowsField,
        "anything": JsonField,
    }
    assert not form.rows["photo"].star.isHidden()
    assert "The first words." in form.rows["headline"].label.toolTip()


def test_a_problem_is_shown_at_its_prop(form: PropsForm, project: Project, qtbot: QtBot) -> None:
    opened(form, "investor-update", qtbot)
    form.set_problems(
        [
            Problem("props.company", "it is too short", "Write a name."),
            Problem("props.metrics[1].value", "expected a number"),
            Problem("props.metrix", "there is no prop “metrix”"),
            Problem("layers[0]", "not of a prop"),
        ]
    )
    assert form.rows["company"].problem.text() == "it is too short. Write a name."
    metrics = form.rows["metrics"].field
    assert isinstance(metrics, RowsField)
    assert metrics.cards[1].head.isChecked()
    assert form.notice.text() == "there is no prop “metrix”"
    form.set_problems(())
    assert form.rows["company"].problem.isHidden()
    assert form.notice.isHidden()


def test_problems_of_the_real_preview_land_at_their_props(form: PropsForm, project: Project, qtbot: QtBot) -> None:
    project.open("hello-world", {"title": "", "accent": "no colour"})
    qtbot.waitUntil(lambda: form.is_whole)
    player = Player()
    try:
        with qtbot.waitSignal(player.failed) as failed:
            player.open(project.source())
        form.set_problems(failed.args[0].problems)
    finally:
        player.close()
    assert form.rows["title"].problem.text()
    assert "no colour" in form.rows["accent"].problem.text()


def test_files_go_to_the_props_that_they_fit(form: PropsForm, project: Project, tmp_path: Path, qtbot: QtBot) -> None:
    opened(form, "launch-video", qtbot)
    files = [tmp_path / name for name in ("song.mp3", "clip.mov", "sign.svg", "letter.docx")]
    left = form.take_files(files)
    assert project.props == {
        "music": str(files[0]),
        "picture": str(files[1]),
        "logo": str(files[2]),
    }
    assert left == [files[3]]
    assert "letter.docx" in form.notice.text()
    project.undo()
    assert project.props == {}


def test_captions_go_to_the_captions(form: PropsForm, project: Project, tmp_path: Path, qtbot: QtBot) -> None:
    opened(form, "captioned-video", qtbot)
    form.take_files([tmp_path / "talk.srt", tmp_path / "talk.mp4"])
    assert {name: Path(str(file)).name for name, file in project.props.items()} == {
        "captions": "talk.srt",
        "video": "talk.mp4",
    }


def test_a_python_function_has_a_form_too(form: PropsForm, project: Project, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "film.py"
    file.write_text(
        "from render_engine.document.composition import Composition\n"
        "print('words of its own')\n"
        "def film(title: str = 'Hi', seconds: float = 2.5) -> Composition:\n"
        "    return Composition(size=(64, 36), duration=seconds, layers=[])\n"
    )
    project.open(f"{file}:film")
    qtbot.waitUntil(lambda: set(form.rows) == {"title", "seconds"})
    assert form.rows["seconds"].field.value == 2.5
