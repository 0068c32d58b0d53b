"""Props and repeats: their values, their places, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from render_engine.document.composition import Composition
from render_engine.document.load import load_source, parse_document
from render_engine.errors import DocumentError

PROPS = {
    "title": {"type": "string", "default": "Hello", "max_length": 10},
    "size": {"type": "number", "default": 40, "min": 10, "max": 90},
    "tint": {"type": "color", "default": "red"},
    "mood": {"type": "choice", "default": "calm", "choices": ["calm", "loud"]},
    "big": {"type": "boolean", "default": False},
    "items": {"type": "list", "default": [{"name": "A", "sizes": [10, 20]}, {"name": "B", "sizes": [30, 40]}]},
}


def parsed(layer: dict[str, Any], **given: object) -> Composition:
    return parse_document({"framekiln": 1, "props": PROPS, "layers": [{"type": "text", "text": ""} | layer]}, given)


def told(layer: dict[str, Any], **given: object) -> list[str]:
    with pytest.raises(DocumentError) as refusal:
        parsed(layer, **given)
    return [str(problem) for problem in refusal.value.problems]


def text_of(text: str, **given: object) -> str:
    made: Any = parsed({"text": text}, **given).layers[0]
    return str(made.text)


def test_props_stand_in_texts_and_for_values() -> None:
    layer: Any = parsed(
        {"text": "${title}, ${ size } px", "size": {"$prop": "size"}, "color": {"$prop": "tint"}}
    ).layers[0]
    assert (layer.text, layer.size, layer.color) == ("Hello, 40 px", 40, "red")


def test_given_values_go_before_defaults_and_texts_are_read_by_type() -> None:
    layer: Any = parsed({"text": "${title}", "size": {"$prop": "size"}}, title="Hi", size="12.5").layers[0]
    assert (layer.text, layer.size) == ("Hi", 12.5)
    assert text_of("${title}", title=2024) == "2024"


def test_a_dollar_with_a_brace_can_be_written() -> None:
    assert text_of("$${title} costs $5") == "${title} costs $5"


def test_what_is_put_in_is_not_searched_again() -> None:
    assert text_of("${title}", title="${tint}") == "${tint}"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"titel": "x"}, "props.titel: there is no prop “titel”. Did you mean “title”?"),
        ({"title": "x" * 11}, "props.title: 11 characters are more than 10"),
        ({"title": ["x"]}, "props.title: expected a text, got a list of 1"),
        ({"size": 5}, "props.size: expected at least 10, got 5"),
        ({"size": float("nan")}, "props.size: expected a finite number, got nan"),
        ({"size": "wide"}, "props.size: expected a number, got the text “wide”"),
        ({"size": True}, "props.size: expected a number, got true"),
        ({"mood": "lod"}, "props.mood: “lod” is not one of calm or loud. Did you mean “loud”?"),
        ({"big": 1}, "props.big: expected true or false, got 1"),
        ({"items": [{1, 2}]}, "props.items: set is not a JSON value"),
    ],
)
def test_a_wrong_value_is_told(given: dict[str, object], message: str) -> None:
    assert told({}, **given) == [message]


def test_a_wrong_colour_is_told() -> None:
    assert told({}, tint="redd")[0].startswith("props.tint: “redd” is not a colour")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${titel}", "layers[0].text: there is no prop “titel” with a value here. Did you mean “title”?"),
        ("${title", "layers[0].text: a “${” is not closed by “}”. Write $${ for a plain ${."),
        ("${items}", "layers[0].text: “items” is a list of 2; only texts and numbers stand in a text"),
        ("${items.7.name}", "layers[0].text: “items.7.name”: a list of 2 has no “7”"),
    ],
)
def test_a_place_that_cannot_be_filled_is_told(text: str, message: str) -> None:
    assert told({"text": text})[0].startswith(message)


def test_a_prop_stands_alone() -> None:
    assert told({"size": {"$prop": "size", "x": 1}}) == ['layers[0].size: a prop stands alone: {"$prop": "its name"}']


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"a": {"type": "strin"}}, "props.a.type: expected “string”"),
        ({"a": {"type": "string", "defualt": 1}}, "props.a.defualt: there is no such field. Did you mean “default”?"),
        ({"item": {"type": "string"}}, "props.item: “item” is what a repeat calls its own"),
        ({"a b": {"type": "string"}}, "props.a b: a prop's name has letters"),
        ({"a": {"type": "number", "default": "x"}}, "props.a.default: expected a number, got the text “x”"),
        (
            {"a": {"type": "string", "required": True, "help": "Your name"}},
            "props.a: the prop “a” must be given (Your name)",
        ),
        (5, "props: expected an object, got 5"),
    ],
)
def test_a_wrong_declaration_is_told(declared: Any, message: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        parse_document({"framekiln": 1, "props": declared})
    assert str(refusal.value).startswith(message)


def test_a_file_that_is_given_is_beside_the_caller_and_a_default_beside_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    props = {"a": {"type": "file", "default": "a.png"}, "b": {"type": "file"}}
    layers = [{"type": "image", "source": {"$prop": name}} for name in props]
    (tmp_path / "d.json").write_text(json.dumps({"framekiln": 1, "props": props, "layers": layers}))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    made: Any = load_source("../d.json", props={"b": "b.png"}).composition.layers
    assert [layer.source for layer in made] == ["a.png", str(tmp_path / "elsewhere" / "b.png")]


REPEAT: dict[str, Any] = {
    "type": "repeat",
    "over": {"$prop": "items"},
    "stagger": 0.1,
    "position": [0, 0],
    "layer": {"type": "text", "text": "${item.name} ${index}/${count}", "size": {"$prop": "item.sizes.1"}, "end": 2},
}


def alone(repeat: dict[str, Any]) -> Any:
    return parse_document({"framekiln": 1, "props": PROPS, "layers": [repeat]}).layers[0]


def test_a_repeat_is_a_group_with_a_layer_for_each_item_later_and_later() -> None:
    made = alone(REPEAT)
    assert (made.type, made.position) == ("group", (0, 0))
    assert [layer.text for layer in made.layers] == ["A 0/2", "B 1/2"]
    assert [layer.size for layer in made.layers] == [20, 40]
    assert [(layer.start, layer.end) for layer in made.layers] == [(0, 2), (0.1, 2.1)]


def refused(repeat: dict[str, Any]) -> list[str]:
    with pytest.raises(DocumentError) as refusal:
        alone(repeat)
    return [str(problem) for problem in refusal.value.problems]


def test_a_repeat_may_count_and_may_be_a_stack() -> None:
    stack = alone({"type": "repeat", "over": 3, "as": "stack", "gap": 5, "layer": {"type": "text", "text": "${item}"}})
    assert (stack.type, stack.gap) == ("stack", 5)
    assert [layer.text for layer in stack.layers] == ["0", "1", "2"]


def test_repeats_nest() -> None:
    inner = {"type": "repeat", "over": {"$prop": "item.sizes"}, "layer": {"type": "text", "text": "${item}"}}
    group = alone({"type": "repeat", "over": {"$prop": "items"}, "layer": inner})
    assert [[text.text for text in row.layers] for row in group.layers] == [["10", "20"], ["30", "40"]]


def test_a_mistake_in_the_repeated_layer_is_told_once_and_where_it_is_written() -> None:
    layer = REPEAT["layer"] | {"colr": "red"}
    assert refused(REPEAT | {"layer": layer}) == ["layers[0].layer.colr: there is no such field. Did you mean “color”?"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"over": 1001}, "layers[0].over: expected a list or a number of at most 1000 items, got 1001"),
        ({"over": "x"}, "layers[0].over: expected a list or a number of at most 1000 items, got the text “x”"),
        ({"stagger": "x"}, "layers[0].stagger: expected a number of seconds, got the text “x”"),
        ({"as": "row"}, "layers[0].as: expected “group” or “stack”, got the text “row”"),
        ({"layer": 5}, "layers[0].layer: a repeat wants the “layer” to repeat"),
    ],
)
def test_a_wrong_repeat_is_told(fields: dict[str, Any], message: str) -> None:
    assert refused(REPEAT | fields) == [message]


def test_a_document_does_not_grow_without_bound() -> None:
    layer: dict[str, Any] = {"type": "text"}
    for _ in range(6):
        layer = {"type": "repeat", "over": 1000, "layer": layer}
    with pytest.raises(DocumentError, match="grows to more than"):
        alone(layer)
    with pytest.raises(DocumentError, match="1000000 is the most"):
        parse_document(
            {"framekiln": 1, "props": {"a": {"type": "string", "default": "x" * 60_000}}, "title": "${a}" * 20}
        )


def test_a_nested_document_written_in_place_has_props_of_its_own() -> None:
    inner = {
        "props": {"word": {"type": "string", "default": "none"}},
        "duration": 1,
        "layers": [{"type": "text", "text": "${word}"}],
    }
    layer = {"type": "composition", "composition": inner, "props": {"word": "${title}!"}}
    assert alone(layer).composition.layers[0].text == "Hello!"
    inner["title"] = "${title}"
    assert refused(layer)[0].startswith("layers[0].composition.title: there is no prop “title”")
