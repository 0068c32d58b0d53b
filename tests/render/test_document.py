"""Documents: what is refused, and how it is told."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from render_engine.document.load import load_source, parse_document
from render_engine.document.read import parse_json
from render_engine.document.write import raw_document
from render_engine.effects import KINDS as EFFECTS
from render_engine.errors import BadInput, DocumentError


def told(raw: dict[str, Any], **props: object) -> list[str]:
    with pytest.raises(DocumentError) as refusal:
        parse_document({"framekiln": 1} | raw, props)
    assert "pydantic" not in str(refusal.value)
    return [str(problem) for problem in refusal.value.problems]


def layer(**fields: Any) -> dict[str, Any]:
    return {"layers": [{"type": "text", "text": "x"} | fields]}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"opactiy": 1}, "layers[0].opactiy: there is no such field. Did you mean “opacity”?"),
        ({"lineHeight": 2}, "layers[0].lineHeight: there is no such field. Did you mean “line_height”?"),
        ({"opacity": "abc"}, "layers[0].opacity: expected a number, got the text “abc”"),
        ({"opacity": 2}, "layers[0].opacity: expected a number of at most 1, got 2"),
        ({"text": 5}, "layers[0].text: expected a text, got 5"),
        (
            {"position": ["50 %", 0]},
            "layers[0].position[0]: expected a number or a percentage like “50%”, got the text “50 %”",
        ),
        ({"position": [1]}, "layers[0].position[1]: a value is missing: a list of 1 is too short"),
        ({"scale": [1, "x"]}, "layers[0].scale[1]: expected a number, got the text “x”"),
        (
            {"masks": [{"shape": "elipse"}]},
            "layers[0].masks[0].shape: expected “rect”, “ellipse” or “path”, got the text “elipse”. "
            "Did you mean “ellipse”?",
        ),
        (
            {"effects": [{"type": "blurr"}]},
            "layers[0].effects[0].type: there is no kind “blurr”; it is one of "
            f"{', '.join([*EFFECTS][:-1])} or {[*EFFECTS][-1]}. Did you mean “blur”?",
        ),
        (
            {"rotation": {"keyframes": [{"at": 0, "value": "a"}]}},
            "layers[0].rotation.keyframes[0].value: expected a number, got the text “a”",
        ),
        (
            {"rotation": {"spring": {"masss": 1}, "from": 0, "to": 1}},
            "layers[0].rotation.spring.masss: there is no such field. Did you mean “mass”?",
        ),
        (
            {"rotation": {"spring": "snappy", "from": 0}},
            "layers[0].rotation.to: this field is required and missing",
        ),
    ],
)
def test_a_wrong_field_is_told_with_its_path_and_the_nearest_right_one(fields: dict[str, Any], message: str) -> None:
    assert told(layer(**fields)) == [message]


def test_every_problem_is_told_not_only_the_first() -> None:
    problems = told({"sise": 1, "fps": "fast", "layers": [{"type": "text", "size": -1}, {"type": "tekst"}, 7]})
    assert [problem.split(":")[0] for problem in problems] == [
        "fps",
        "layers[0].size",
        "layers[1].type",
        "layers[2]",
        "sise",
    ]


def test_more_than_fifty_problems_are_counted() -> None:
    problems = told({"layers": [{"type": "text", "wrong": 1}] * 80})
    assert len(problems) == 51
    assert problems[-1] == "… and 30 more problems"


def test_an_unknown_kind_of_layer_is_met_with_the_kinds_there_are() -> None:
    (problem,) = told({"layers": [{"type": "vidoe"}]})
    assert "it is one of text, " in problem
    assert "repeat" in problem
    assert problem.endswith("Did you mean “video”?")


def test_a_layer_without_a_kind_is_told_the_kinds() -> None:
    (problem,) = told({"layers": [{"text": "x"}]})
    assert problem.startswith("layers[0].type: this field is required and missing: it is one of text, ")


def test_deeply_nested_paths_have_no_words_of_the_validator() -> None:
    deep: dict[str, Any] = {"type": "text", "opacity": 3}
    for _ in range(5):
        deep = {"type": "group", "layers": [deep]}
    (problem,) = told({"layers": [deep]})
    assert problem.startswith("layers[0]" + ".layers[0]" * 5 + ".opacity:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,}', "d.json line 1, column 9: a comma stands before a closing bracket"),
        ('{"a": 1\n "b": 2}', 'd.json line 2, column 2: a comma (or the closing bracket) is missing here (“"b": 2}”)'),
        ('{"a": 1} // x', "d.json line 1, column 10: JSON has no comments"),
        ("{'a': 1}", "d.json line 1, column 2: texts stand in double quotes"),
        ('{"a": "b', "d.json line 1, column 7: this text has no closing quote"),
        ("", "d.json is empty"),
        ('{"a": NaN}', "a: NaN cannot be drawn"),
        ('{"a": 1e999}', "a: a number too large to be held"),
        ('{"a": 1' + "0" * 5000 + "}", "is too large a number (5001 digits)"),
        ("[" * 100_000, "d.json is nested deeper than 200 levels"),
        ("[" * 300 + "]" * 300, "nested deeper than 200 levels"),
        ('{"a": {"b": 1, "b": 2}}', "a.b: this key stands twice in its object"),
        ('["\\ud800"]', "[0]: the text has half a character in it"),
    ],
)
def test_broken_json_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        parse_json(text.encode(), "d.json")
    assert message in str(refusal.value)


def test_a_byte_order_mark_is_no_harm_and_another_encoding_is_told() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    with pytest.raises(DocumentError, match=r"old.json is not UTF-8 text \(line 2\)"):
        parse_json(b'{"a":\n"\xe9"}', "old.json")


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ({}, "this field is missing; a document begins with"),
        ({"framekiln": 2}, "of version 2, newer than this engine"),
        ({"framekiln": "1"}, "the version of the format is the number 1"),
    ],
)
def test_a_document_says_its_version(version: dict[str, Any], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        parse_document(version)


def test_a_document_may_name_its_schema() -> None:
    assert parse_document({"framekiln": 1, "$schema": "x.json", "duration": 1}).duration == 1


def written(folder: Path, **fields: Any) -> Path:
    file = folder / "composition.json"
    file.write_text(json.dumps({"framekiln": 1, "duration": 1} | fields), encoding="utf-8")
    return file


def test_a_folder_stands_for_the_composition_in_it(tmp_path: Path) -> None:
    file = written(tmp_path)
    loaded = load_source(str(tmp_path))
    assert (loaded.base, loaded.document, loaded.name) == (tmp_path, file, tmp_path.name)


def test_a_frame_rate_asked_for_goes_before_the_documents(tmp_path: Path) -> None:
    loaded = load_source(str(written(tmp_path)), fps="29.97")
    assert loaded.composition.rate == Fraction(30000, 1001)
    with pytest.raises(BadInput, match="“quick” is not a frame rate"):
        load_source(str(written(tmp_path)), fps="quick")


def test_a_missing_document_is_met_with_the_one_beside_it(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(DocumentError, match=r"compositoin.json does not exist. Did you mean “composition.json”?"):
        load_source(str(tmp_path / "compositoin.json"))
    with pytest.raises(DocumentError, match="there is no folder"):
        load_source(str(tmp_path / "no" / "where.json"))


def test_an_unknown_template_is_told() -> None:
    with pytest.raises(BadInput, match="there is no template “hello-wrold”"):
        load_source("hello-wrold")


def test_a_saved_composition_reads_as_the_same_one(tmp_path: Path) -> None:
    group = {"type": "group", "id": "g", "layers": [{"type": "text", "text": "$${plain}", "rotation": 4}]}
    props = {"a": {"type": "string", "default": "${x}"}}
    inner = {"type": "composition", "composition": {"duration": 1, "props": props, "title": "${a}"}}
    made = parse_document({"framekiln": 1, "duration": 1, "props": props, "layers": [group, inner]})
    made.save(tmp_path / "again.json")
    assert load_source(str(tmp_path / "again.json")).composition == made


@pytest.mark.parametrize(
    "layer",
    [
        {"type": "shape", "fill": None},
        {"type": "composition", "composition": {"framekiln": 1, "background": "black", "duration": 1}},
        {"type": "stack", "layers": [{"type": "shape", "size": [9, 9], "position": ["50%", "50%"]}]},
    ],
)
def test_what_is_set_to_nothing_or_to_its_default_is_saved_too(layer: dict[str, object]) -> None:
    composition = parse_document({"framekiln": 1, "duration": 1, "layers": [layer]})
    assert raw_document(composition)["layers"] == [layer]
