"""Documents read colours and distances by name; compositions in them have the same unless they state their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from render_engine.display_list import Group, Op, Shape, Solid
from render_engine.document.composition import Composition
from render_engine.document.load import load_document, parse_document
from render_engine.errors import DocumentError
from render_engine.motion.tokens import PALETTES
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve

SQUARE: dict[str, Any] = {"type": "shape", "size": [50, 50], "fill": "${palette.primary}"}


def document(**fields: Any) -> dict[str, Any]:
    return {"framekiln": 1, "size": [100, 100], "duration": 1, "layers": [SQUARE], **fields}


def fill(op: Op) -> str:
    while isinstance(op, Group):
        op = op.items[-1]
    assert isinstance(op, Shape)
    assert isinstance(op.fill, Solid)
    return "#" + "".join(f"{channel // 257:02x}" for channel in op.fill.color[:3])


def shown(composition: Composition, base: Path = Path()) -> str:
    (op,) = evaluate(resolve(composition, base), 0).items  # type: ignore[arg-type]  # an int is as good as a Fraction
    return fill(op)


def refusal(**fields: Any) -> str:
    with pytest.raises(DocumentError) as refused:
        parse_document(document(**fields))
    return str(refused.value)


@pytest.mark.parametrize("name", PALETTES)
def test_a_palette_by_name(name: str) -> None:
    assert shown(parse_document(document(palette=name))) == PALETTES[name].primary


def test_an_object_replaces_colours_of_a_palette_and_adds_its_own() -> None:
    palette = {"base": "ocean", "primary": "#ff0000", "brand": "gold"}
    layers = [{**SQUARE, "fill": f"${{palette.{name}}}"} for name in ("primary", "accent", "brand")]
    found = parse_document(document(palette=palette, layers=layers))
    colours = ["#ff0000", PALETTES["ocean"].accent, "gold"]
    assert [layer.fill for layer in found.layers] == colours


def test_distances_are_numbers_wherever_a_value_may_stand() -> None:
    stack = {
        "type": "stack",
        "gap": {"$prop": "spacing.2xl"},
        "layers": [SQUARE, {"type": "text", "text": "${spacing.md} px"}],
    }
    found: Any = parse_document(document(palette="dark", layers=[stack])).layers[0]
    assert found.gap == 48
    assert found.layers[1].text == "16 px"


def test_a_prop_may_choose_the_palette() -> None:
    look = {"look": {"type": "choice", "choices": list(PALETTES), "default": "sunset"}}
    raw = document(props=look, palette="${look}")
    assert shown(parse_document(raw)) == PALETTES["sunset"].primary
    assert shown(parse_document(raw, {"look": "light"})) == PALETTES["light"].primary


def test_a_nested_composition_has_the_palette_around_it_unless_it_states_its_own(tmp_path: Path) -> None:
    """Written in place, from a file, and from a file named by a file."""
    (tmp_path / "leaf.json").write_text(json.dumps(document()))
    (tmp_path / "own.json").write_text(json.dumps(document(palette="light")))
    middle = document(layers=[{"type": "composition", "source": "leaf.json"}])
    (tmp_path / "middle.json").write_text(json.dumps(middle))
    place = {key: value for key, value in document().items() if key != "framekiln"}

    def through(**layer: Any) -> str:
        raw = document(palette="ocean", layers=[{"type": "composition", **layer}])
        (tmp_path / "outer.json").write_text(json.dumps(raw))
        return shown(load_document(tmp_path / "outer.json"), tmp_path)

    ocean, light = PALETTES["ocean"].primary, PALETTES["light"].primary
    assert through(source="leaf.json") == through(source="middle.json") == through(composition=place) == ocean
    assert through(source="own.json") == through(composition={**place, "palette": "light"}) == light


def test_repeated_layers_read_it_too() -> None:
    row = {"type": "repeat", "over": 2, "layer": {**SQUARE, "fill": "${palette.accent}"}}
    found: Any = parse_document(document(palette="dark", layers=[row])).layers[0]
    assert [layer.fill for layer in found.layers] == [PALETTES["dark"].accent] * 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"palette": "ocaen"}, "palette: “ocaen” is not a palette: take dark, light, midnight, sunset or ocean. Did"),
        ({"palette": 3}, "palette: a palette is dark"),
        ({"palette": {"primary": "#12"}}, "palette: "),
        ({"palette": {"primary": 5}}, "“primary” is not a colour"),
        ({"palette": {"bgAlt": "#123456"}}, "“bgAlt” is written bg_alt"),
        ({"palette": {"base": "drak"}}, "Did you mean “dark”?"),
        ({"palette": {"accent": "red"}}, "has no “primary”"),
        ({"palette": "dark", "layers": [{**SQUARE, "fill": "${palette.prinary}"}]}, "Did you mean “primary”?"),
        ({"palette": "dark", "layers": [{**SQUARE, "fill": "${palette.textMuted}"}]}, "Did you mean “text_muted”?"),
        ({}, 'State the document\'s colours: "palette": "dark".'),
        ({"props": {"palette": {"type": "string"}}}, "“palette” is what a document calls its own"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest_name(fields: dict[str, Any], said: str) -> None:
    assert said in refusal(**fields)


def test_one_made_in_python_is_checked_as_well() -> None:
    assert Composition(palette="ocean").palette == "ocean"
    with pytest.raises(ValueError, match="bg_alt"):
        Composition(palette={"bgAlt": "red"})
