"""The layers panel: what is chosen there and done with it is done in the document, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from pytestqt.qtbot import QtBot

from app.project import Project
from app.selection import Selection
from app.widgets.inspector.schema import layer_kinds
from app.widgets.layer_kinds import FROM_FILE, new_layer
from app.widgets.layer_tree import PATH, entries_of
from app.widgets.layer_view import mark_area
from app.widgets.layers import LayersTree
from render_engine.document.load import parse_document

DOCUMENT: dict[str, Any] = {
    "framekiln": 1,
    "duration": 4,
    "props": {"title": {"type": "string", "default": "From a prop"}},
    "layers": [
        {"type": "background", "fill": "black"},
        {
            "type": "group",
            "id": "box",
            "layers": [{"type": "text", "text": "${title}"}, {"type": "shape", "id": "dot"}],
        },
        {"type": "image", "source": "photos/beach.jpg"},
        {"type": "sequence", "scenes": [{"duration": 1, "layers": []}, {"duration": 1, "id": "end", "layers": []}]},
    ],
}


@pytest.fixture
def tree(qtbot: QtBot, tmp_path: Path) -> Iterator[LayersTree]:
    project = Project(recovery=tmp_path / "recovery")
    project.new(DOCUMENT, tmp_path)
    tree = LayersTree(project, Selection())
    qtbot.addWidget(tree)
    tree.resize(300, 500)
    tree.show()
    tree.view.expandAll()
    yield tree
    project.close()


def names(tree: LayersTree, parent: QModelIndex | None = None) -> list[str]:
    model = tree.view.tree
    parent = parent or QModelIndex()
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def layers(tree: LayersTree) -> list[dict[str, Any]]:
    assert tree.project.document
    found: list[dict[str, Any]] = tree.project.document["layers"]
    return found


def test_the_top_layer_comes_first_and_has_a_name_that_says_what_it_is(tree: LayersTree) -> None:
    assert names(tree) == ["Sequence", "beach.jpg", "box", "Background"]
    assert names(tree, tree.view.tree.index_of("layers[1]")) == ["dot", "From a prop"]
    assert names(tree, tree.view.tree.index_of("layers[3]")) == ["Scene 1", "end"]


def test_a_document_that_is_broken_in_places_shows_the_rest() -> None:
    broken = {
        "layers": [3, {"type": 4}, {"type": "group", "layers": "?"}, {"type": "text", "text": "here"}],
        "props": 1,
    }
    assert next(entry.name for entry in entries_of(broken)) == "here"


def test_every_kind_of_layer_that_can_be_added_can_be_drawn_at_once(tmp_path: Path) -> None:
    for kind in layer_kinds():
        layer = new_layer(kind, "file.png" if kind in FROM_FILE else "")
        parse_document({"framekiln": 1, "duration": 4, "layers": [layer]}, {}, files_from=tmp_path)


def test_what_is_chosen_is_shared_both_ways(tree: LayersTree) -> None:
    tree.selection.select(["layers[1].layers[0]"])
    assert [index.data(PATH) for index in tree.view.selectedIndexes()] == ["layers[1].layers[0]"]
    tree.view.setCurrentIndex(tree.view.tree.index_of("layers[2]"))
    assert tree.selection.layers == ("layers[2]",)


def test_a_new_layer_comes_above_the_chosen_one_and_is_chosen(tree: LayersTree) -> None:
    tree.selection.select(["layers[1].layers[0]"])
    tree.deeds.add_kind("text")
    assert tree.selection.layers == ("layers[1].layers[1]",)
    assert layers(tree)[1]["layers"][1]["type"] == "text"
    tree.project.undo()
    assert len(layers(tree)[1]["layers"]) == 2


def test_a_file_beside_the_document_is_named_relative_to_it(tree: LayersTree, tmp_path: Path) -> None:
    tree.deeds.add_kind("image", str(tmp_path / "media" / "a.png"))
    assert layers(tree)[-1]["source"] == "media/a.png"


def test_layers_are_dragged_into_a_group_and_stay_chosen(tree: LayersTree) -> None:
    model = tree.view.tree
    tree.selection.select(["layers[2]", "layers[0]"])
    data = model.mimeData(tree.view.selectedIndexes())
    group = model.index_of("layers[1]")
    assert model.canDropMimeData(data, Qt.DropAction.MoveAction, 0, 0, group)
    model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, group)
    assert [layer["type"] for layer in layers(tree)] == ["group", "sequence"]
    assert [layer["type"] for layer in layers(tree)[0]["layers"]] == ["text", "shape", "background", "image"]
    assert set(tree.selection.layers) == {"layers[0].layers[2]", "layers[0].layers[3]"}
    tree.project.undo()
    assert tree.project.document == DOCUMENT


def test_a_group_is_not_dragged_into_itself_nor_anything_into_a_picture(tree: LayersTree) -> None:
    model = tree.view.tree
    data = model.mimeData([model.index_of("layers[1]")])
    for target in ("layers[1]", "layers[2]"):
        assert not model.canDropMimeData(data, Qt.DropAction.MoveAction, -1, -1, model.index_of(target))


def test_a_drag_to_a_row_puts_the_layer_there(tree: LayersTree) -> None:
    model = tree.view.tree
    data = model.mimeData([model.index_of("layers[0]")])
    model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert names(tree)[0] == "Background"


def test_renaming_writes_the_id_and_mattes_follow(tree: LayersTree) -> None:
    model = tree.view.tree
    assert model.setData(model.index_of("layers[2]"), "photo")
    assert layers(tree)[2]["id"] == "photo"
    assert names(tree)[1] == "photo"


def test_copies_groups_and_deletions_are_each_one_step_back(tree: LayersTree) -> None:
    tree.selection.select(["layers[0]", "layers[2]"])
    tree.deeds.duplicate()
    assert tree.selection.layers == ("layers[1]", "layers[4]")
    assert [layer["type"] for layer in layers(tree)] == ["background"] * 2 + ["group", "image", "image", "sequence"]
    tree.project.undo()
    tree.selection.select(["layers[0]", "layers[2]"])
    tree.deeds.group()
    assert [layer["type"] for layer in layers(tree)] == ["group", "group", "sequence"]
    tree.deeds.ungroup()
    tree.project.undo()
    tree.project.undo()
    tree.selection.select(["layers[0]", "layers[1]"])
    tree.deeds.delete()
    assert [layer["type"] for layer in layers(tree)] == ["image", "sequence"]
    assert tree.selection.layers == ()
    tree.project.undo()
    assert tree.project.document == DOCUMENT


def test_the_eye_solo_and_lock_of_a_row_are_clicked(tree: LayersTree, qtbot: QtBot) -> None:
    row = tree.view.visualRect(tree.view.tree.index_of("layers[2]"))

    def click(place: int) -> None:
        at: QPoint = mark_area(row, place).center()
        qtbot.mouseClick(tree.view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    click(0)
    assert layers(tree)[2]["hidden"] is True
    click(1)
    click(2)
    assert (tree.project.solo, tree.project.locked) == ({"layers[2]"}, {"layers[2]"})
    click(0)
    assert "hidden" not in layers(tree)[2]


def test_groups_that_were_opened_stay_open_when_layers_move(tree: LayersTree) -> None:
    tree.view.collapseAll()
    tree.view.expand(tree.view.tree.index_of("layers[1]"))
    tree.selection.select(["layers[0]"])
    tree.deeds.delete()
    assert tree.view.isExpanded(tree.view.tree.index_of("layers[0]"))
    assert not tree.view.isExpanded(tree.view.tree.index_of("layers[2]"))


def test_kinds_are_found_by_typing(tree: LayersTree, qtbot: QtBot) -> None:
    tree.choose_what_to_add()
    qtbot.keyClicks(tree.picker.search, "bar ch")
    qtbot.keyClick(tree.picker.search, Qt.Key.Key_Return)
    assert layers(tree)[-1]["type"] == "bar_chart"


def test_a_template_offers_to_become_a_document(tree: LayersTree) -> None:
    tree.project.open("launch-video")
    assert not tree.add_button.isEnabled()
    assert tree.make_button.isVisible()
