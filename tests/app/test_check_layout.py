"""`framekiln check --layout`: texts that cannot be read as they were meant are told, others are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import run

LONG = "A title that is much longer than anybody thought it would be when this was designed"


@pytest.fixture
def found(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The findings in a film of 200×100 px and 4 s."""

    def check(*layers: dict[str, Any], options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        path = tmp_path / "film.json"
        path.write_text(json.dumps({"framekiln": 1, "size": [200, 100], "duration": 4, "layers": layers}))
        code = run(["check", "--layout", "--json", *options, str(path)])
        *events, done = map(json.loads, capsys.readouterr().out.splitlines())
        assert code == (2 if events else 0)
        assert done["errors"] + done["warnings"] == len(events)
        return events

    return check


def text(words: str = "Hello", **fields: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, "size": 20, **fields}


def kinds(findings: list[dict[str, Any]]) -> list[str]:
    return [finding["kind"] for finding in findings]


def test_text_outside_the_frame_is_an_error_with_its_place_and_px(found) -> None:
    (finding,) = found(text(position=[190, 50], anchor=["left", "center"], id="title"))
    assert (finding["severity"], finding["kind"], finding["path"], finding["id"]) == (
        "error", "outside", "layers[0]", "title",
    )  # fmt: skip
    assert 30 < finding["by"] < 45
    assert "outside the frame (right)" in finding["message"]
    assert "width" in finding["suggestion"]


def test_text_at_the_frames_edge_is_warned_of(found) -> None:
    (finding,) = found(text(position=[3, 50], anchor=["left", "center"]))
    assert (finding["severity"], finding["kind"]) == ("warning", "unsafe")


def test_text_that_max_lines_cuts_is_told_with_how_much(found) -> None:
    for ellipsis in (False, True):
        (finding,) = found(text(LONG, size=12, width=150, max_lines=2, ellipsis=ellipsis))
        assert finding["kind"] == "cut"
        assert 30 < finding["by"] < len(LONG)
    assert found(text("Short enough", size=12, width=150, max_lines=2, ellipsis=True)) == []


def test_text_that_fit_makes_too_small_is_told(found) -> None:
    (finding,) = found(text(LONG, size=40, fit=[150, 40]))
    assert finding["kind"] == "shrunk"
    assert found(text("Hello", size=40, fit=[90, 40])) == []


def test_text_larger_than_its_stack_is_told(found) -> None:
    panel = {"type": "stack", "size": [60, 40], "fill": "red", "layers": [text("Wide words")]}
    (finding,) = found(panel)
    assert (finding["kind"], finding["path"]) == ("parent", "layers[0].layers[0]")
    assert "layers[0]" in finding["message"]


def test_texts_over_each_other_are_told_once(found) -> None:
    findings = found(text(position=[100, 50]), text("World", position=[110, 55]))
    assert kinds(findings) == ["overlap"]
    assert "layers[1]" in findings[0]["message"]


def test_texts_that_take_turns_are_fine(found) -> None:
    assert found(text(end=2), text("World", start=2)) == []


def test_an_echo_of_the_same_words_is_meant(found) -> None:
    assert found(text(position=[100, 50]), text(position=[103, 53])) == []


@pytest.mark.parametrize(
    "moving",
    [
        {"position": {"spring": "snappy", "from": [-80, 50], "to": [100, 50]}},
        {"position": {"keyframes": [{"at": 0, "value": [300, 50]}, {"at": 4, "value": [-100, 50]}]}},
        {"position": {"keyframes": [{"at": 0, "value": [100, 50]}, {"at": 3, "value": [100, 50]}, {"at": 4, "value": [100, 200]}]}},
    ],
    ids=["comes from outside", "a marquee", "goes out"],
)  # fmt: skip
def test_a_layer_is_judged_where_it_rests(found, moving: dict[str, Any]) -> None:
    assert found(text(**moving)) == []


def test_text_in_a_slow_zoom_is_judged_too(found) -> None:
    zoom = {"keyframes": [{"at": 0, "value": 1}, {"at": 4, "value": 1.1}]}
    (finding,) = found({"type": "group", "scale": zoom, "layers": [text(position=[195, 50])]})
    assert finding["kind"] == "outside"


def test_words_wait_unseen_where_others_stand(found) -> None:
    waits = {"spring": "snappy", "from": 0, "to": 1, "delay": 3}
    assert found(text(end=2.5), text("World", opacity=waits)) == []


def test_a_text_in_a_nested_composition_is_named_with_the_way_to_it(found) -> None:
    inner = {"size": [200, 100], "duration": 4, "layers": [text(position=[190, 50])]}
    findings = found({"type": "composition", "composition": inner})
    assert [finding["path"] for finding in findings] == ["layers[0] → layers[0]"]


def test_a_text_in_a_sequence_is_judged_where_its_scene_is_alone(found) -> None:
    scenes = [
        {"duration": 2, "layers": [text()]},
        {"duration": 3, "layers": [text("World", position=[190, 50])], "transition": "pushLeft"},
    ]
    (finding,) = found({"type": "sequence", "scenes": scenes})
    assert (finding["kind"], finding["path"]) == ("outside", "layers[0].scenes[1].layers[0]")
    assert 2 < finding["at"] < 4


def test_typed_and_counted_texts_are_judged_as_wide_as_they_get(found) -> None:
    typed = {**text("Hello there"), "type": "typewriter", "position": [150, 30], "anchor": ["left", "center"]}
    counted = {"type": "count_up", "to": 1000000, "size": 20, "position": [150, 70], "anchor": ["left", "center"]}
    assert kinds(found(typed, counted)) == ["outside", "outside"]


def test_a_counted_number_is_told_as_it_is_at_its_end(found) -> None:
    """Every number on the way is as long; which one is named must not depend on chance."""
    (told,) = found({"type": "count_up", "from": 111111, "to": 777777, "size": 20, "position": [-20, 70]})
    assert "“777777”" in told["message"].replace(",", "")


def test_faint_words_are_told_where_contrast_is_asked_for(found) -> None:
    panel = {"type": "shape", "fill": "#777777"}
    faint, clear = text(color="#8a8a8a", position=[100, 30]), text("World", position=[100, 70])
    (finding,) = found(panel, faint, clear, options=("--contrast",))
    assert (finding["kind"], finding["path"]) == ("contrast", "layers[1]")
    assert finding["by"] == pytest.approx(1.28, abs=0.05)  # (0.254 + 0.05) / (0.184 + 0.05)
    assert found(panel, faint, clear) == []


def test_contrast_alone_is_refused(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--contrast", str(film)]) == 2
    assert "--layout" in capsys.readouterr().err


def test_words_for_a_person(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--layout", str(film)]) == 0
    assert capsys.readouterr().out == f"✓ {film}: every text has its room\n"
    assert run(["check", "--layout", str(film), "--set", "size=90"]) == 2
    assert capsys.readouterr().out.startswith("error: layers[1] at 1.00 s: “Hello” is ")
