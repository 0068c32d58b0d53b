"""What is being edited, without a window."""

import json
import resource
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from pytestqt.qtbot import QtBot

from app.document_edits import (
    Document,
    group_layers,
    insert_layer,
    layer_paths,
    move_layer,
    path_of,
    remove_layers,
    set_hidden,
    set_value,
    trim_start,
    walk,
)
from app.preview.messages import Opened
from app.preview.player import Player
from app.project import Project
from render_engine.document.load import load_document

TEXT = """{
    "framekiln": 1, "size": [160, 90], "fps": 10, "duration": 2,
    "layers": [
        { "type": "shape",  "fill": "blue" },
        {"type": "text", "id": "word", "text": "a"}
    ]
}"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a film.json"
    path.write_text(TEXT)
    return path


@pytest.fixture
def project(qtbot: QtBot, tmp_path: Path) -> Iterator[Project]:
    project = Project(recovery=tmp_path / "recovery")
    yield project
    project.close()


@pytest.fixture
def told(project: Project) -> list[str]:
    """Problems, in the order in which they were told."""
    texts: list[str] = []
    project.problem.connect(texts.append)
    return texts


def opacity(value: float) -> "Change":
    return lambda document: set_value(document, "layers[0].opacity", value)


Change = type(lambda document: None)


def test_a_change_can_be_taken_back_and_done_again(project: Project, file: Path) -> None:
    assert project.open(str(file))
    before = project.document
    assert project.edit("Opacity", opacity(0.5))
    assert (project.is_modified, project.undo_stack.undoText()) == (True, "Opacity")
    project.undo()
    assert project.document is before
    assert not project.is_modified
    project.redo()
    assert project.document["layers"][0]["opacity"] == 0.5
    assert before["layers"][0] == {"type": "shape", "fill": "blue"}


def test_a_drag_is_one_step_and_the_next_drag_another(project: Project, file: Path) -> None:
    project.open(str(file))
    for drag in (0.1, 0.6):
        for k in range(4):
            project.edit("Opacity", opacity(drag + k / 10), merge="layers[0].opacity")
        project.finish()
    assert project.undo_stack.count() == 2
    project.undo()
    assert project.document["layers"][0]["opacity"] == pytest.approx(0.4)


def test_a_drag_back_to_where_it_began_leaves_no_step(project: Project, file: Path) -> None:
    project.open(str(file))
    project.edit("Opacity", opacity(0.5), merge="o")
    project.edit("Opacity", lambda document: document["layers"][0].pop("opacity"), merge="o")
    assert project.undo_stack.count() == 0
    assert not project.is_modified


def test_an_edit_that_changes_nothing_is_no_step(project: Project, file: Path) -> None:
    project.open(str(file))
    project.edit("Fill", lambda document: set_value(document, "layers[0].fill", "blue"))
    assert not project.is_modified


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {3, 4}, b"x", Path(), "half \ud800"])
def test_what_is_not_json_does_not_get_in(project: Project, told: list[str], file: Path, value: object) -> None:
    project.open(str(file))
    before = project.document
    assert not project.edit("Opacity", lambda document: set_value(document, "layers[0].opacity", value))
    assert project.document is before
    assert told[0].startswith("Opacity: ")


def test_what_is_like_json_becomes_json(project: Project, file: Path) -> None:
    project.open(str(file))
    assert project.edit("Size", lambda document: set_value(document, "layers[0].size", (1, {"a": (3,)})))
    assert project.document["layers"][0]["size"] == [1, {"a": [3]}]


def test_a_place_that_is_not_there_is_told(project: Project, told: list[str], file: Path) -> None:
    project.open(str(file))
    assert not project.edit("Hide", lambda document: set_hidden(document, "layers[7]", hidden=True))
    assert "layers[7]" in told[0]
    assert not project.is_modified


def test_what_is_handed_to_an_edit_can_be_used_on(project: Project, file: Path) -> None:
    project.open(str(file))
    stroke = {"width": 1}
    project.edit("Stroke", lambda document: set_value(document, "layers[0].stroke", stroke))
    stroke["width"] = 99
    assert project.document["layers"][0]["stroke"] == {"width": 1}


def test_selections_follow_layers_through_edits_and_back(project: Project, file: Path) -> None:
    project.open(str(file))
    moves: list[dict[str, str | None]] = []
    project.layers_moved.connect(moves.append)
    project.set_locked("layers[1]", on=True)
    project.edit("Lower", lambda document: move_layer(document, "layers[1]", "", 0) and None)
    assert moves == [{"layers[0]": "layers[1]", "layers[1]": "layers[0]"}]
    assert project.locked == {"layers[0]"}
    project.undo()
    assert project.locked == {"layers[1]"}
    project.edit("Delete", lambda document: remove_layers(document, ["layers[0]"]))
    assert moves[-1] == {"layers[0]": None, "layers[1]": "layers[0]"}
    assert project.locked == {"layers[0]"}


def test_a_soloed_layer_is_alone_in_the_preview_and_not_in_the_render(project: Project, file: Path) -> None:
    project.open(str(file))
    project.set_solo("layers[1]", on=True)
    assert project.source().document["layers"][0]["hidden"] is True
    assert project.source(as_seen=False).document is None
    project.set_solo("layers[1]", on=False)
    assert project.source().document is None
    assert not project.is_modified


def test_props_and_size_are_steps_too(project: Project) -> None:
    project.open("hello-world")
    project.edit_props("Words", {"title": "H"}, merge="title")
    project.edit_props("Words", {"title": "Hi"}, merge="title")
    project.set_size("Format", (1080, 1920))
    project.undo()
    assert (project.props, project.size, project.undo_stack.count()) == ({"title": "Hi"}, None, 2)
    project.undo()
    assert project.props == {}


def test_a_file_saved_unchanged_keeps_its_bytes(project: Project, file: Path) -> None:
    project.open(str(file))
    project.edit("Opacity", opacity(0.5))
    project.edit("Opacity", lambda document: document["layers"][0].pop("opacity"))
    assert project.is_modified
    assert project.save()
    assert file.read_text() == TEXT
    assert not project.is_modified


def test_a_saved_file_is_the_document_in_the_hand_of_its_writer(project: Project, file: Path) -> None:
    project.open(str(file))
    file.chmod(0o640)
    project.edit("Opacity", opacity(0.5))
    assert project.save()
    assert json.loads(file.read_text()) == project.document
    assert file.read_text() == TEXT.replace('"blue" }', '"blue", "opacity": 0.5 }')
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["a film.json"]


def test_a_link_stays_a_link(project: Project, file: Path) -> None:
    link = file.with_name("link.json")
    link.symlink_to(file)
    project.open(str(link))
    project.edit("Opacity", opacity(0.5))
    assert project.save()
    assert link.is_symlink()
    assert "opacity" in file.read_text()


def test_a_read_only_file_is_told_and_can_be_saved_elsewhere(project: Project, told: list[str], file: Path) -> None:
    project.open(str(file))
    project.edit("Opacity", opacity(0.5))
    file.chmod(0o444)
    assert not project.save()
    assert "read-only" in told[0]
    assert (file.read_text(), project.is_modified) == (TEXT, True)
    assert project.save_as(file.with_name("b.json"))
    assert (project.is_modified, project.name) == (False, "b")


def test_a_full_disk_is_told_and_nothing_is_lost(project: Project, told: list[str], file: Path) -> None:
    project.open(str(file))
    project.edit("Words", lambda document: set_value(document, "layers[1].text", "word " * 1000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # Python ignores the signal: the write fails
    try:
        assert not project.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert told[0].startswith("The disk is full: “a film.json” does not fit")
    assert (file.read_text(), project.is_modified) == (TEXT, True)
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["a film.json"]
    assert project.save()


def test_what_a_document_names_is_named_from_its_new_folder(project: Project, tmp_path: Path) -> None:
    (tmp_path / "old" / "media").mkdir(parents=True)
    (tmp_path / "new").mkdir()
    (tmp_path / "old" / "media" / "a.png").write_bytes(b"x")
    (tmp_path / "old" / "media" / "f.ttf").write_bytes(b"x")
    document = {
        "framekiln": 1,
        "fonts": {"F": ["media/f.ttf"], "Inter": "media/none.ttf"},
        "props": {
            "logo": {"type": "file", "default": "media/a.png"},
            "word": {"type": "string", "default": "media/a.png"},
        },
        "layers": [
            {"type": "image", "source": "media/a.png"},
            {"type": "image", "source": "${logo}"},
            {"type": "image", "source": "asset://0/a.png"},
            {"type": "image_sequence", "source": "media/%04d.png"},
            {"type": "text", "text": "media/a.png"},
        ],
    }
    old, new = tmp_path / "old" / "a.json", tmp_path / "new" / "b.json"
    old.write_text(json.dumps(document))
    project.open(str(old))
    project.edit("Words", lambda document: set_value(document, "layers[4].text", "media/a.png!"))
    assert project.save_as(new)
    saved = json.loads(new.read_text())
    assert [layer.get("source") for layer in saved["layers"]] == [
        "../old/media/a.png",
        "${logo}",
        "asset://0/a.png",
        "../old/media/%04d.png",
        None,
    ]
    assert saved["fonts"] == {"F": ["../old/media/f.ttf"], "Inter": "media/none.ttf"}
    assert saved["props"]["logo"]["default"] == "../old/media/a.png"
    assert (saved["props"]["word"]["default"], saved["layers"][4]["text"]) == ("media/a.png", "media/a.png!")
    project.undo()
    assert project.save()
    assert json.loads(new.read_text())["layers"][0]["source"] == "../old/media/a.png"


def test_a_template_becomes_a_document_with_its_words(project: Project, qtbot: QtBot, tmp_path: Path) -> None:
    project.open("hello-world")
    assert (project.kind, project.is_editable) == ("template", False)
    project.edit_props("Words", {"title": "Grüß Gott"})
    with qtbot.waitSignal(project.saved):
        assert project.save_as(tmp_path / "own.json")
    assert (project.kind, project.name, project.is_modified) == ("document", "own", False)
    assert "Grüß Gott" in (tmp_path / "own.json").read_text()
    load_document(tmp_path / "own.json")
    project.undo()
    project.undo()
    assert (project.document, project.props) == (None, {})


def test_the_media_of_a_template_come_along(project: Project, qtbot: QtBot, tmp_path: Path) -> None:
    project.open("logo-reveal")
    for name in ("one", "two"):
        (tmp_path / name).mkdir(exist_ok=True)
    with qtbot.waitSignal(project.saved):
        project.save_as(tmp_path / "one" / "own.json")
    assert (tmp_path / "one" / "media" / "framekiln-logo.svg").is_file()
    assert '"media/framekiln-logo.svg"' in (tmp_path / "one" / "own.json").read_text()
    assert project.save_as(tmp_path / "two" / "own.json")
    assert '"../one/media/framekiln-logo.svg"' in (tmp_path / "two" / "own.json").read_text()


def test_a_template_that_refuses_its_props_says_why(project: Project, qtbot: QtBot) -> None:
    project.open("hello-world", {"txt": "?"})
    with qtbot.waitSignal(project.problem) as problem:
        project.make_document()
    assert "txt" in problem.args[0]
    assert project.kind == "template"


def test_what_a_program_makes_is_edited_by_its_props_only(project: Project, told: list[str], tmp_path: Path) -> None:
    (tmp_path / "film.py").write_text("def compose(word: str = 'a'): ...")
    assert project.open(f"{tmp_path / 'film.py'}:compose")
    assert (project.kind, project.name) == ("python", "film.py:compose")
    assert not project.edit("Opacity", opacity(0.5))
    assert "Make it a document" in told[0]
    project.edit_props("Words", {"word": "b"})
    assert project.source().props == {"word": "b"}


def test_a_file_that_is_not_there_leaves_what_is_open(project: Project, told: list[str], file: Path) -> None:
    project.open(str(file))
    assert not project.open(str(file.with_name("b film.json")))
    assert "a film.json" in told[0]
    assert project.path == file


def test_what_is_edited_is_what_the_preview_opens(project: Project, qtbot: QtBot, file: Path) -> None:
    player = Player()
    try:
        project.open(str(file))
        project.edit("Duration", lambda document: set_value(document, "duration", 3))
        with qtbot.waitSignal(player.opened) as opened:
            player.open(project.source())
        film: Opened = opened.args[0]
        assert (film.frames, film.width) == (30, 160)
    finally:
        player.close()


@pytest.mark.parametrize("seed", range(4))
def test_any_row_of_edits_can_be_taken_back_and_done_again(project: Project, file: Path, seed: int) -> None:
    project.open(str(file))
    random = Random(seed)
    project.edit("Names", lambda document: document["layers"][0].update(id="bar"))
    followed = {name: path for path, name in _names(project).items()}
    project.layers_moved.connect(lambda moved: followed.update({k: moved.get(v, v) for k, v in followed.items()}))
    states = [project.document]
    for _ in range(60):
        paths = layer_paths(project.document)
        change, path, other = random.choice(CHANGES), random.choice([*paths, "layers[99]"]), random.choice([*paths, ""])
        project.edit("Edit", lambda document, change=change, path=path, other=other: change(document, path, other))
        if project.document is not states[-1]:
            states.append(project.document)
        assert {name: path for name, path in followed.items() if path} == {n: p for p, n in _names(project).items()}
    assert json.loads(json.dumps(states[-1], allow_nan=False)) == states[-1]
    for state in reversed(states):
        assert project.document is state
        assert all(_names(project)[path] == name for name, path in followed.items() if path)
        project.undo()
    assert json.loads(TEXT) == project.document
    for state in states:
        project.redo()
        assert project.document is state


CHANGES = [
    lambda document, path, other: move_layer(document, path, other, 0),
    lambda document, path, other: remove_layers(document, [path]),
    lambda document, path, other: group_layers(document, [path]),
    lambda document, path, other: group_layers(document, [path, other or path]),
    lambda document, path, other: insert_layer(document, {"type": "shape"}, other, 1),
    lambda document, path, other: set_value(document, f"{path}.opacity", 0.5),
    lambda document, path, other: trim_start(document, path, 0.5),
]


def _names(project: Project) -> dict[str, str]:
    return {path_of(steps): layer["id"] for steps, layer in walk(project.document) if "id" in layer}


def test_nothing_but_the_project_is_written_to(project: Project, file: Path) -> None:
    project.open(str(file))
    document: Document = project.document
    project.edit("Opacity", opacity(0.5))
    project.undo()
    assert json.loads(TEXT) == document
    assert [path.name for path in file.parent.iterdir()] == ["a film.json"]
