"""Rows and columns: every child's place in px."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest

from render_engine.errors import DocumentError, FontError
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


def text(words: str, **fields: object) -> dict[str, object]:
    return {"type": "text", "text": words, "size": 10, **fields}


WORDS = "A text that goes on for quite a while and then some more"


def sizes(*children: dict[str, object], **fields: object) -> list[tuple[float, float]]:
    """Of a stack, then of its layers."""
    content = scene({"type": "stack", "layers": list(children), **fields}).nodes[0].content
    return [(content.width, content.height), *((node.content.width, node.content.height) for node in content.nodes)]


def test_text_wraps_to_the_room_and_makes_its_parents_higher() -> None:
    (free, line), *_ = sizes(text(WORDS))
    outer, inner = sizes(text(WORDS), size=[100, None])
    assert free > 200
    assert outer == (100, inner[1])
    assert 80 < inner[0] <= 100
    assert inner[1] == 3 * line
    nested = {"type": "stack", "padding": 5, "layers": [text(WORDS)]}
    assert sizes(nested, size=[110, None])[0] == (110, 3 * line + 10)


def test_text_in_a_row_yields_to_what_does_not() -> None:
    (_, whole), words, rigid = sizes(text(WORDS), box(40, 20), direction="row", size=[120, None])
    assert rigid == (40, 20)
    assert words[0] == pytest.approx(80)
    assert whole == words[1] > 40


def test_text_with_a_width_of_its_own_keeps_it() -> None:
    assert sizes(text(WORDS, width=150), size=[100, None])[1][0] == 150


def test_the_first_words_of_a_document_without_room_stay_on_one_line() -> None:
    assert sizes(text(WORDS), direction="row")[1][0] > 200  # a marquee is wider than the frame


def test_grow_goes_through_levels() -> None:
    inner = {
        "type": "stack",
        "direction": "row",
        "flex": {"grow": 1},
        "layers": [box(10, 5, flex={"grow": 1}), box(10, 5)],
    }
    found = boxes(box(20, 10), inner, direction="row", size=[100, None], align="start")
    assert found == [(0, 0, 20, 10), (20, 0, 90, 5), (90, 0, 100, 5)]


def test_shapes_share_the_room_and_shrink_where_told() -> None:
    half = {"grow": 1, "basis": 0}
    assert boxes(box(20, 10, flex=half), box(60, 10, flex=half), direction="row", size=[100, None]) == [
        (0, 0, 50, 10),
        (50, 0, 100, 10),
    ]
    found = boxes(box(60, 10, flex={"shrink": 1}), box(60, 10), direction="row", size=[100, None])
    assert found == [(0, 0, 40, 10), (40, 0, 100, 10)]


def test_rows_wrap_with_gaps_between_rows_and_columns() -> None:
    found = boxes(*[box(40, 10)] * 3, direction="row", wrap=True, size=[100, None], gap=[7, 5], align="start")
    assert found == [(0, 0, 40, 10), (45, 0, 85, 10), (0, 17, 40, 27)]


def test_reverse_begins_at_the_other_end() -> None:
    assert boxes(*TWO, direction="row-reverse", size=[100, None], align="start") == [(80, 0, 100, 10), (40, 0, 80, 30)]


def test_margins_and_own_alignment() -> None:
    found = boxes(
        box(20, 10, flex={"margin": [1, 2, 3, 4], "align": "end"}), box(40, 30), direction="row", align="start"
    )
    assert found == [(4, 17, 24, 27), (26, 0, 66, 30)]


def test_baselines_of_texts_in_a_row_meet() -> None:
    layer = {"type": "stack", "direction": "row", "align": "baseline", "layers": [text("a"), text("b", size=30)]}
    nodes = scene(layer).nodes[0].content.nodes
    small, large = (node.transform.at(0)[5] + node.content.baseline for node in nodes)
    assert small == pytest.approx(large)


def test_absolute_layers_take_no_room_and_stand_where_they_say() -> None:
    badge = box(10, 10, flex={"absolute": True}, position=["100%", 0])
    assert boxes(box(40, 30), badge, align="start") == [(0, 0, 40, 30), (35, -5, 45, 5)]


def test_a_missing_font_is_told_with_the_layer_that_names_it() -> None:
    with pytest.raises(FontError) as told:
        sizes(box(1, 1), text("a", font="Nowhere"))
    assert told.value.where is not None
    assert told.value.where.startswith("layers[0].layers[1]")


def test_sound_is_heard_once_though_its_layer_is_measured() -> None:
    video = {"type": "video", "source": "bigbuckbunny.mp4", "flex": {"grow": 1}}
    nested = {"type": "stack", "layers": [video]}
    whole = {"type": "stack", "align": "stretch", "size": [200, 100], "layers": [nested]}
    assert len(scene(whole, base=Path("resources/media")).audio) == 1


def test_a_hundred_texts_are_laid_out_at_once() -> None:
    rows = [{"type": "stack", "direction": "row", "layers": [text(f"{WORDS} {k}")]} for k in range(100)]
    start = process_time()
    sizes(*rows, size=[100, None])
    assert process_time() - start < 5


def test_flex_outside_a_stack_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"layers\[0\]\.layers\[0\]\.flex: only a stack"):
        scene({"type": "group", "layers": [box(1, 1, flex={"grow": 1})]})


def lefts(at: float, *children: dict[str, object], **fields: object) -> list[float]:
    """Of a row that moves up."""
    row = {"type": "stack", "direction": "row", "layers": list(children), "position": [0, 0], "anchor": ["left", "top"]}
    shapes = drawn({**row, "reflow": "smooth", **fields}, at=at)
    return [round(op.bounds[0] + 1, 2) for op in shapes]


def test_layers_move_up_by_a_spring_when_one_goes_and_make_room_when_one_comes() -> None:
    goes = [box(20, 10), box(30, 10, end=1), box(40, 10)]
    assert lefts(0.9, *goes) == [0, 20, 50]
    assert lefts(1, *goes) == [0, 50]  # nothing jumps
    on_the_way = lefts(1.2, *goes)[1]
    assert 20 < on_the_way < 50
    assert lefts(3.5, *goes) == [0, 20]
    comes = [box(20, 10), box(30, 10, start=1), box(40, 10)]
    assert lefts(0.9, *comes) == [0, 20]
    assert lefts(1, *comes)[:2] == [0, 20]
    assert lefts(3.5, *comes) == [0, 20, 50]


def test_layers_make_way_for_one_that_grows() -> None:
    grows = {"keyframes": [{"at": 1, "value": [20, 10]}, {"at": 1.5, "value": [60, 10]}]}
    row = [{**box(0, 0), "size": grows, "anchor": ["left", "top"]}, box(30, 10)]
    assert lefts(1, *row) == [0, 20]
    assert 20 < lefts(1.3, *row)[1] < 60
    assert lefts(3.9, *row) == [0, 60]


def test_a_position_that_moves_while_layers_move_up_is_refused() -> None:
    moving = {"keyframes": [{"at": 0, "value": [3, -2]}, {"at": 1, "value": [0, 0]}]}
    with pytest.raises(DocumentError, match="put what moves into a group"):
        lefts(0, box(1, 1, position=moving))


@pytest.mark.parametrize("spring", ["bouncy", "gentle", {"mass": 1, "damping": 25, "stiffness": 120}])
def test_what_moves_up_never_jumps(spring: object) -> None:
    row = [box(20, 10, end=0.5), box(30, 10, start=0.3, end=0.8), box(40, 10)]
    content = (
        scene({"type": "stack", "direction": "row", "layers": row, "reflow": spring, "fill": "red"}).nodes[0].content
    )
    places = [content.nodes[-1].transform.position.at(k / 1000)[0] for k in range(3000)]
    assert max(abs(b - a) for a, b in pairwise(places)) < 1
    sizes = [content.size.at(k / 1000)[0] for k in range(3000)]
    assert max(abs(b - a) for a, b in pairwise(sizes)) < 1
