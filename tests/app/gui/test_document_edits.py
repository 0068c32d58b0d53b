"""Changes of plain documents, without Qt."""

import json
from random import Random
from typing import Any

import pytest

from app import document_edits as edits
from app.document_copies import copied, shared
from app.document_text import document_text
from render_engine.document.load import parse_document
from render_engine.document.read import parse_json


@pytest.fixture
def document() -> dict[str, Any]:
    return {
        "framekiln": 1,
        "duration": 10,
        "layers": [
            {"type": "shape", "id": "bar"},
            {
                "type": "group",
                "start": 2,
                "layers": [{"type": "text", "id": "word", "text": "a", "end": 3}, {"type": "shape"}],
            },
            {"type": "repeat", "over": 3, "layer": {"type": "text", "text": "${index}"}},
            {
                "type": "sequence",
                "scenes": [{"layers": [{"type": "shape", "id": "in scene"}]}, {"duration": 2}],
            },
            {"type": "composition", "composition": {"framekiln": 1, "layers": [{"type": "shape", "id": "nested"}]}},
        ],
    }


def test_every_layer_has_a_path(document: dict[str, Any]) -> None:
    assert edits.layer_paths(document) == [
        "layers[0]",
        "layers[1]",
        "layers[1].layers[0]",
        "layers[1].layers[1]",
        "layers[2]",
        "layers[2].layer",
        "layers[3]",
        "layers[3].scenes[0]",
        "layers[3].scenes[0].layers[0]",
        "layers[3].scenes[1]",
        "layers[4]",
        "layers[4].composition.layers[0]",
    ]
    assert [edits.path_of(edits.steps_of(path)) for path in edits.layer_paths(document)] == edits.layer_paths(document)


def test_broken_documents_are_walked_as_far_as_they_go() -> None:
    assert edits.layer_paths({"layers": [None, 3, {"layers": {"a": 1}}, {"scenes": "x", "layer": []}]}) == [
        "layers[2]",
        "layers[3]",
    ]


def test_values_are_set_and_removed_where_they_are(document: dict[str, Any]) -> None:
    edits.set_value(document, "layers[1].layers[0].stroke.width", 4)
    assert edits.value_at(document, "layers[1].layers[0].stroke") == {"width": 4}
    edits.remove_value(document, "layers[1].layers[0].stroke")
    edits.remove_value(document, "layers[1].layers[0].stroke")
    assert "stroke" not in edits.layer_at(document, "layers[1].layers[0]")


@pytest.mark.parametrize(
    "path", ["layers[9].opacity", "layers[-1].opacity", "title.size", "layers.x", "layers[0].id.x"]
)
def test_a_path_that_leads_nowhere_changes_nothing(document: dict[str, Any], path: str) -> None:
    document["title"] = "T"
    before = copied(document)
    with pytest.raises(KeyError):
        edits.set_value(document, path, 1)
    assert document == before


def test_a_layer_moves_into_a_group_that_stands_after_it(document: dict[str, Any]) -> None:
    assert edits.move_layer(document, "layers[0]", "layers[1]", 1) == "layers[0].layers[1]"
    assert [layer.get("id") for layer in edits.value_at(document, "layers[0].layers")] == ["word", "bar", None]


def test_a_group_does_not_go_into_itself(document: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="into itself"):
        edits.move_layer(document, "layers[1]", "layers[1]")
    assert len(document["layers"]) == 5


def test_layers_are_removed_together_with_those_inside_them(document: dict[str, Any]) -> None:
    edits.remove_layers(document, ["layers[1].layers[0]", "layers[0]", "layers[1]", "layers[2].layer"])
    assert [layer["type"] for layer in document["layers"]] == ["sequence", "composition"]


def test_a_duplicate_has_ids_of_its_own(document: dict[str, Any]) -> None:
    assert edits.duplicate_layer(document, "layers[1]") == "layers[2]"
    assert edits.layer_at(document, "layers[2].layers[0]")["id"] == "word 2"
    assert edits.duplicate_layer(document, "layers[2].layers[0]") == "layers[2].layers[1]"
    assert edits.layer_at(document, "layers[2].layers[1]")["id"] == "word 3"


def test_grouping_and_ungrouping_leaves_what_was_there(document: dict[str, Any]) -> None:
    before = copied(document)
    group = edits.group_layers(document, ["layers[1]", "layers[0]"])
    assert group == "layers[0]"
    assert [layer["type"] for layer in document["layers"][0]["layers"]] == ["shape", "group"]
    assert edits.ungroup(document, group) == ["layers[0]", "layers[1]"]
    assert document == before


def test_ungrouped_layers_stay_where_they_were_in_time(document: dict[str, Any]) -> None:
    edits.ungroup(document, "layers[1]")
    word, shape = document["layers"][1:3]
    assert (word["start"], word["end"], shape["start"]) == (2, 5, 2)


def test_what_refers_to_a_renamed_layer_follows(document: dict[str, Any]) -> None:
    document["layers"][1]["matte"] = {"layer": "bar"}
    edits.rename_layer(document, "layers[0]", "beam")
    assert document["layers"][1]["matte"] == {"layer": "beam"}
    assert list(document["layers"][0]) == ["id", "type"]


def test_only_soloed_layers_are_shown_with_what_they_are_in(document: dict[str, Any]) -> None:
    seen = edits.only_shown(document, ["layers[1].layers[0]"])
    shown = [path for path in edits.layer_paths(seen) if not edits.layer_at(seen, path).get("hidden")]
    assert [path for path in shown if "scenes" not in path] == ["layers[1]", "layers[1].layers[0]"]
    assert "hidden" not in str(document)
    parse_document(seen)


def test_keyframes_stay_in_order_and_one_a_time(document: dict[str, Any]) -> None:
    where = "layers[0].opacity"
    edits.set_value(document, where, 0.5)
    assert edits.put_keyframe(document, where, 1, 1) == 0
    assert edits.put_keyframe(document, where, 0.1 + 0.2, 0, "easeOut") == 0
    assert edits.put_keyframe(document, where, 0.3, 0.1) == 0
    assert edits.value_at(document, where) == {
        "keyframes": [{"at": 0.3, "value": 0.1, "easing": "easeOut"}, {"at": 1, "value": 1}]
    }
    assert edits.move_keyframe(document, where, 0, 2) == 1
    assert edits.move_keyframe(document, where, 1, 1) == 0
    assert [frame["value"] for frame in edits.keyframes_of(edits.value_at(document, where))] == [0.1]
    edits.remove_keyframe(document, where, 0)
    assert edits.value_at(document, where) == pytest.approx(0.1)


def test_keyframes_at_markers_keep_their_place(document: dict[str, Any]) -> None:
    edits.set_value(document, "layers[0].opacity", {"keyframes": [{"at": 0, "value": 0}, {"at": "beat:1", "value": 1}]})
    edits.put_keyframe(document, "layers[0].opacity", 5, 0)
    assert [frame["at"] for frame in document["layers"][0]["opacity"]["keyframes"]] == [0, "beat:1", 5]


def test_a_layer_that_moves_takes_its_keyframes_along() -> None:
    document = {"layers": [_clip()]}
    edits.move_in_time(document, "layers[0]", 3.5)
    assert document == {"layers": [_clip() | {"start": 3.5, "end": 7.5}]}


def test_what_happens_in_a_trimmed_layer_stays_where_it_was_in_the_film() -> None:
    document = {"layers": [_clip()]}
    edits.trim_start(document, "layers[0]", 2.5)
    assert document["layers"][0] == {
        "type": "video",
        "source": "a.mp4",
        "start": 2.5,
        "end": 5,
        "speed": 2,
        "trim": [13, None],
        "opacity": {"keyframes": [{"at": -1.5, "value": 0}, {"at": 0.5, "value": 1}]},
        "scale": {"spring": "bouncy", "from": 0, "to": 1, "delay": -1.5},
    }


def test_a_layer_is_not_trimmed_away() -> None:
    document = {"layers": [_clip()]}
    edits.trim_start(document, "layers[0]", 99)
    edits.trim_end(document, "layers[0]", 0)
    layer = document["layers"][0]
    assert layer["start"] < layer["end"]


def test_a_split_layer_goes_on_where_it_was_cut() -> None:
    document = {"layers": [_clip() | {"entrance": "popIn", "exit": "fadeUp"}]}
    assert edits.split_layer(document, "layers[0]", 3) == "layers[1]"
    first, second = document["layers"]
    assert (first["start"], first["end"], second["start"], second["end"]) == (1, 3, 3, 5)
    assert second["trim"] == [14, None]
    assert ("exit" in first, "entrance" in second) == (False, False)


def _clip() -> dict[str, Any]:
    return {
        "type": "video",
        "source": "a.mp4",
        "start": 1,
        "end": 5,
        "speed": 2,
        "trim": [10, None],
        "opacity": {"keyframes": [{"at": 0, "value": 0}, {"at": 2, "value": 1}]},
        "scale": {"spring": "bouncy", "from": 0, "to": 1},
    }


def test_states_share_what_is_the_same_in_them(document: dict[str, Any]) -> None:
    draft = copied(document)
    draft["layers"][0]["opacity"] = 0.5
    kept = shared(document, draft)
    assert kept == draft
    assert kept["layers"][1] is document["layers"][1]
    assert shared(document, copied(document)) is document
    document["layers"].insert(0, {"type": "shape"})
    again = shared(kept, document)
    assert again["layers"][2] is kept["layers"][1]
    turned = shared(kept, copied({**kept, "layers": [kept["layers"][1], *kept["layers"][2:], kept["layers"][0]]}))
    assert turned["layers"][0] is kept["layers"][1]
    assert turned["layers"][-1] is kept["layers"][0]


@pytest.mark.parametrize(("old", "new"), [(1, True), (1, 1.0), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ([0], [False])])
def test_what_is_written_otherwise_is_a_change(old: Any, new: Any) -> None:
    assert repr(shared({"x": old}, {"x": new})) == repr({"x": new})


def test_a_document_is_written_as_a_person_would(document: dict[str, Any]) -> None:
    document["layers"] = [{"type": "text", "text": "Grüße", "position": ["50%", 25], "opacity": {"keyframes": []}}]
    assert document_text(document) == (
        '{\n  "framekiln": 1,\n  "duration": 10,\n  "layers": [\n    {\n      "type": "text",\n'
        '      "text": "Grüße",\n      "position": ["50%", 25],\n      "opacity": {"keyframes": []}\n    }\n  ]\n}\n'
    )


def test_the_indentation_of_the_file_stays(document: dict[str, Any]) -> None:
    like = '{\n\t"framekiln": 1\n}'
    assert document_text(document, like).splitlines()[1] == '\t"framekiln": 1,'
    assert document_text(document, '{"framekiln": 1}').count("\n") == 0
    assert parse_json(document_text(document, like)) == document


HAND = """{
  "framekiln": 1, "size": [1920,1080],   "duration": 2,

  "layers": [
    {"type": "shape", "fill": "blue" },
    {
      "type":  "text", "id": "word",
      "text":"Grüße \\" }",
      "position": {"keyframes": [{"at": 0, "value": [0, 0]}, {"at": 1,   "value": [9, 9]}]}
    }
  ]
}
"""


@pytest.mark.parametrize(
    ("change", "gone", "come"),
    [
        (
            lambda document: edits.set_value(document, "layers[0].fill", "red"),
            ['    {"type": "shape", "fill": "blue" },'],
            ['    {"type": "shape", "fill": "red" },'],
        ),
        (
            lambda document: edits.set_value(document, "layers[1].size", 40),
            [],
            ['      "size": 40'],
        ),
        (
            lambda document: edits.remove_layers(document, ["layers[0]"]),
            ['    {"type": "shape", "fill": "blue" },'],
            [],
        ),
        (
            lambda document: edits.put_keyframe(document, "layers[1].position", 2, [5, 5]),
            ['      "position": {"keyframes": [{"at": 0, "value": [0, 0]}, {"at": 1,   "value": [9, 9]}]}'],
            [
                '      "position": {"keyframes": [{"at": 0, "value": [0, 0]}, {"at": 1,   "value": [9, 9]}, '
                '{"at": 2, "value": [5, 5]}]}'
            ],
        ),
        (
            lambda document: edits.insert_layer(document, {"type": "group", "layers": []}, "", 1),
            [],
            ["    {", '      "type": "group",', '      "layers": []', "    },"],
        ),
        (lambda document: edits.move_layer(document, "layers[0]", "") and None, [], []),
        (
            lambda document: edits.remove_value(document, "layers[1].id"),
            ['      "type":  "text", "id": "word",', '      "text":"Grüße \\" }",'],
            ['      "type": "text",', '      "text": "Grüße \\" }",'],
        ),
    ],
)
def test_only_what_was_edited_changes_in_the_file(change: Any, gone: list[str], come: list[str]) -> None:
    before = parse_json(HAND)
    after = copied(before)
    change(after)
    text = document_text(after, HAND, before)
    assert parse_json(text) == after
    assert list(parse_json(text)) == list(after)
    old, new = HAND.splitlines(), text.splitlines()
    assert [line for line in old if line.rstrip(",") not in {each.rstrip(",") for each in new}] == gone
    assert [line for line in new if line.rstrip(",") not in {each.rstrip(",") for each in old}] == [
        line for line in come if line.rstrip(",") not in {each.rstrip(",") for each in old}
    ]


@pytest.mark.parametrize("seed", range(30))
def test_a_text_that_is_written_over_another_says_what_it_should(seed: int) -> None:
    random = Random(seed)
    old, new = _value(random, 4), _value(random, 4)
    indent = random.choice([None, 1, 2, "\t"])
    like = json.dumps({"a": old, "b": 1}, indent=indent) + "\n" * (indent is None)
    document = {"a": new, "c": old} if random.random() < 0.5 else {"a": new, "b": 1}
    text = document_text(document, f"\n{like}\n", {"a": old, "b": 1})
    assert repr(parse_json(text)) == repr(document)


def _value(random: Random, depth: int) -> Any:
    kind = random.randrange(7 if depth else 5)
    if kind == 5:
        return [_value(random, depth - 1) for _ in range(random.randrange(5))]
    if kind == 6:
        return {random.choice('abcdé\\"{'): _value(random, depth - 1) for _ in range(random.randrange(5))}
    return (None, True, random.randrange(3), random.choice([0.5, 1.0, -2e-9]), random.choice(["", "a\nb", '"}', "é"]))[
        kind
    ]


def test_the_scene_that_comes_to_be_the_first_has_no_transition_any_more() -> None:
    scenes = [{"duration": 1}, {"duration": 2, "transition": "crossfade"}, {"duration": 3, "transition": "wipe"}]
    document: dict[str, Any] = {"layers": [{"type": "sequence", "scenes": scenes}]}
    edits.remove_layers(document, ["layers[0].scenes[0]"])
    assert document["layers"][0]["scenes"] == [{"duration": 2}, {"duration": 3, "transition": "wipe"}]


def test_a_scene_stays_in_its_sequence(document: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="a scene stays in its sequence"):
        edits.move_layers(document, ["layers[3].scenes[0]"], "layers[1]", 0)


def test_a_sequence_goes_with_its_last_scene(document: dict[str, Any]) -> None:
    edits.remove_layers(document, ["layers[3].scenes[0]", "layers[3].scenes[1]"])
    assert [layer["type"] for layer in document["layers"]] == ["shape", "group", "repeat", "composition"]


def test_a_scene_cannot_be_hidden(document: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="a scene cannot be hidden"):
        edits.set_hidden(document, "layers[3].scenes[0]", hidden=True)
