"""check: everything wrong with a source at once, before it is rendered; and the schema that editors use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from render_engine.document import reference, schema
from render_engine.document.check import check

FIXED: dict[str, Any] = {"framekiln": 1, "size": [200, 100], "duration": 2}


def found(folder: Path, *layers: dict[str, Any], **fields: Any) -> list[str]:
    file = folder / "composition.json"
    file.write_text(json.dumps(FIXED | fields | {"layers": list(layers)}), encoding="utf-8")
    return [f"{problem.severity} {problem}" for problem in check(str(file))]


def text(**fields: Any) -> dict[str, Any]:
    return {"type": "text", "text": "x", "size": 20} | fields


def test_a_sound_document_has_no_problems(tmp_path: Path) -> None:
    assert found(tmp_path, text()) == []


def test_every_layer_that_cannot_be_resolved_is_told(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"")
    problems = found(
        tmp_path,
        {"type": "video", "source": "nope.mp4"},
        {"type": "group", "layers": [text(), {"type": "image", "source": "foto.png"}, text(font="Intr")]},
        text(text="漢"),
        {"type": "composition", "source": "composition.json"},
        text(id="fine"),
    )
    assert [problem.split(":")[0] for problem in problems] == [
        "error layers[0].source",
        "error layers[1].layers[1].source",
        "error layers[1].layers[2]",
        "error layers[2]",
        "error layers[3].source",
    ]
    assert "photo.png" in problems[1]
    assert "Did you mean “Inter”?" in problems[2]
    assert "composition.json → composition.json" in problems[4]


def test_what_was_hardly_meant_is_a_warning(tmp_path: Path) -> None:
    problems = found(
        tmp_path, text(position=[-900, 0]), text(opacity=0), text(start=5, end=6), text(start=2), size=[201, 100]
    )
    assert problems == [
        "warning size: 201×100 is odd; most video formats want even sizes",
        "warning layers[2].start: never seen: it begins at 5 s, and the composition ends at 2 s",
        "warning layers[3].start: never seen: it begins at 2 s, and the composition ends at 2 s",
        "warning layers[0]: never seen: it stays outside the frame, or shows nothing",
        "warning layers[1]: never seen: it stays outside the frame, or shows nothing",
    ]


def test_a_layer_that_comes_into_the_frame_is_no_warning(tmp_path: Path) -> None:
    moving = {"keyframes": [{"at": 0, "value": [-900, 50]}, {"at": 2, "value": [150, 50]}]}
    assert found(tmp_path, text(position=moving)) == []


def test_a_document_without_an_end_is_told(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, text(), duration=None)
    assert problem.startswith("error duration: the composition says no duration")


def test_a_missing_source_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (problem,) = check(str(tmp_path / "none.json"))
    assert "does not exist" in problem.message


def test_the_schema_that_ships_is_up_to_date() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), "run python -m render_engine.document.schema"


def test_the_schema_names_every_kind_of_layer_and_props_for_any_value() -> None:
    made = schema.json_schema()
    text_layer, repeat = made["$defs"]["Text"]["properties"], made["$defs"]["Repeat"]
    assert {"$ref": "#/$defs/FromProp"} in text_layer["opacity"]["anyOf"]
    assert text_layer["type"]["const"] == "text"
    assert repeat["required"] == ["type", "over", "layer"]
    assert {"$ref": "#/$defs/Repeat"} in made["$defs"]["Group"]["properties"]["layers"]["anyOf"][0]["items"]["oneOf"]


def test_every_reference_of_the_schema_is_there() -> None:
    made = schema.json_schema()
    names = {part.split('"')[0] for part in json.dumps(made).split("#/$defs/")[1:]}
    assert names <= set(made["$defs"])
    assert not [name for name in names if "__" in name]


def test_the_reference_is_up_to_date() -> None:
    told = "run python -m render_engine.document.reference"
    assert reference.FILE.read_text(encoding="utf-8") == reference.text(), told


def test_the_example_of_the_reference_is_sound(tmp_path: Path) -> None:
    lines = reference.INTRO.read_text(encoding="utf-8").splitlines()
    start, end = lines.index("    {"), lines.index("    }")
    file = tmp_path / "example.json"
    file.write_text("\n".join(lines[start : end + 1]), encoding="utf-8")
    assert check(str(file)) == []
