"""Rows and columns: every child's place in px."""

from __future__ import annotations

import pytest

from render_engine.errors import DocumentError
from render_engine.matrix import map_box
from tests.render.drawing import drawn, scene

Box = tuple[float, float, float, float]


def box(width: float, height: float, **fields: object) -> dict[str, object]:
    return {"type": "shape", "size": [width, height], **fields}


def boxes(*children: dict[str, object], **fields: object) -> list[Box | None]:
    """Of a stack in the top left corner."""
    layer = {"type": "stack", "layers": list(children), "position": [0, 0], "anchor": ["left", "top"], **fields}
    return [map_box(op.matrix, op.path.box) for op in drawn(layer)]  # type: ignore[union-attr]  # shapes all of them


TWO = (box(20, 10), box(40, 30))


def test_row_puts_one_beside_another() -> None:
    assert boxes(*TWO, direction="row", gap=5, align="start") == [(0, 0, 20, 10), (25, 0, 65, 30)]


def test_column_puts_one_under_another() -> None:
    assert boxes(*TWO, gap=5, align="start") == [(0, 0, 20, 10), (0, 15, 40, 45)]


@pytest.mark.parametrize(("align", "top"), [("start", 0), ("center", 10), ("end", 20)])
def test_align_is_across(align: str, top: float) -> None:
    assert boxes(*TWO, direction="row", align=align)[0] == (0, top, 20, top + 10)


def test_stretch_makes_children_as_high_as_the_row() -> None:
    assert boxes(*TWO, direction="row", align="stretch") == [(0, 0, 20, 30), (20, 0, 60, 30)]


@pytest.mark.parametrize(
    ("justify", "lefts"),
    [
        ("start", [0, 20]),
        ("center", [20, 40]),
        ("end", [40, 60]),
        ("space-between", [0, 60]),
        ("space-around", [10, 50]),
    ],
)
def test_justify_is_along_where_there_is_room(justify: str, lefts: list[float]) -> None:
    found = boxes(*TWO, direction="row", size=[100, None], justify=justify)
    assert [place[0] for place in found if place] == lefts


def test_size_follows_the_children_with_padding() -> None:
    layer = {"type": "stack", "direction": "row", "gap": 4, "padding": [1, 2, 3, 5], "layers": list(TWO)}
    content = scene(layer).nodes[0].content
    assert (content.width, content.height) == (20 + 4 + 40 + 7, 30 + 4)
    assert boxes(*TWO, direction="row", align="start", padding=[1, 2, 3, 5])[0] == (5, 1, 25, 11)
    assert boxes(*TWO, direction="row", align="start", padding=[3, 7])[0] == (7, 3, 27, 13)


def test_least_and_most_size() -> None:
    content = (
        scene({"type": "stack", "min_size": ["50%", None], "max_size": [None, 35], "layers": list(TWO)})
        .nodes[0]
        .content
    )
    assert (content.width, content.height) == (100, 35)


def test_panel_lies_behind_and_is_as_large_as_the_stack() -> None:
    found = boxes(*TWO, direction="row", padding=10, fill="red", align="start")
    assert found[0] == (0, 0, 80, 50)
    assert found[1] == (10, 10, 30, 20)


def test_position_of_a_child_is_an_offset_and_moves() -> None:
    moving = {"keyframes": [{"at": 0, "value": [3, -2]}, {"at": 1, "value": [0, 0]}]}
    assert boxes(box(20, 10, position=moving), box(40, 30), align="start")[0] == (3, -2, 23, 8)


def test_anchor_of_a_child_changes_no_place() -> None:
    for anchor in (["left", "top"], ["right", "bottom"], ["center", "center"]):
        assert boxes(box(20, 10, anchor=anchor), align="start") == [(0, 0, 20, 10)]


def test_child_that_is_not_shown_yet_keeps_its_room_and_a_hidden_one_does_not() -> None:
    assert boxes(box(20, 10, start=1), box(40, 30), align="start") == [(0, 10, 40, 40)]
    assert boxes(box(20, 10, hidden=True), box(40, 30), align="start") == [(0, 0, 40, 30)]


def test_stacks_stand_in_stacks() -> None:
    inner = {"type": "stack", "direction": "row", "align": "start", "layers": list(TWO)}
    assert boxes(box(10, 5), inner, align="start") == [(0, 0, 10, 5), (0, 5, 20, 15), (20, 5, 60, 35)]


def test_percent_of_a_child_is_of_the_room_inside_the_padding() -> None:
    child = {"type": "shape", "size": ["100%", 10]}
    assert boxes(child, size=[100, 50], padding=10, align="start") == [(10, 10, 90, 20)]


def test_matte_in_a_stack_is_refused_with_advice() -> None:
    with pytest.raises(DocumentError, match=r"layers\[0\]\.layers\[1\]\.matte.*put both into a group"):
        boxes(box(1, 1, id="a"), box(2, 2, matte={"layer": "a"}))


def test_empty_stack_draws_nothing() -> None:
    assert boxes() == []
