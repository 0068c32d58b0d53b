"""A plan tells which segments a render would draw, why, and for how long; then the render draws just these."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from render_engine.cache_folder import VARIABLE
from render_engine.document.load import load_source
from render_engine.media.facts import Stamp
from render_engine.plan import Plan
from render_engine.segments.journal import Journal
from tests.render.filming import Here, across, made, planned, rect, segments_in, write

FRAMES = 40


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def reasons(plan: Plan) -> dict[int, str]:
    """By the segments' numbers, from 0."""
    return {each.segment.number: each.why for each in plan.missing if each.why}


def after(tmp_path: Path, first: list[dict[str, Any]], second: list[dict[str, Any]], **fields: Any) -> dict[int, str]:
    """The reasons once `first` is rendered and became `second`; a render then draws just these."""
    output = tmp_path / "out.mp4"
    made(write(tmp_path, first, FRAMES), output)
    document = write(tmp_path, second, FRAMES, **fields)
    plan = planned(document, output)
    assert {each.segment.key for each in plan.missing} == drawn(document, output)
    assert planned(document, output).missing == ()
    return reasons(plan)


def drawn(document: Path, output: Path) -> set[str]:
    made(document, output, here := Here())
    return {segment.key for run in here.runs for segment in run.segments}


def text(words: str, **fields: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, "size": 10, "start": 1.0, "end": 1.6, **fields}


def test_what_was_never_rendered_is_all_to_be_rendered(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, [across(FRAMES)]), tmp_path / "out.mp4")
    assert reasons(plan) == dict.fromkeys(range(5), "not rendered before")
    assert plan.frames == FRAMES
    assert plan.seconds is None
    assert (plan.segments[1].start, plan.segments[1].end) == (Fraction(8, 10), Fraction(16, 10))


def test_a_plan_draws_and_writes_nothing(tmp_path: Path, cache: Path) -> None:
    planned(write(tmp_path, [across(FRAMES)]), tmp_path / "out.mp4")
    assert segments_in(cache) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "film.json"]


def test_a_changed_layer_is_named_by_its_place_and_its_words(tmp_path: Path) -> None:
    told = after(tmp_path, [across(FRAMES), text("Good morning")], [across(FRAMES), text("Good evening")])
    assert told == {1: "layers[1] text “Good evening” changed"}


def test_an_id_or_a_file_names_a_layer_and_long_words_are_cut(tmp_path: Path) -> None:
    words = "A text that is far too long to stand in one line of a plan"
    first = [across(FRAMES), text("Hi", id="greeting"), text("x")]
    second = [across(FRAMES), text("Ho", id="greeting"), text(words)]
    told = after(tmp_path, first, second)
    assert told == {1: "layers[1] text “greeting” changed, layers[2] text “A text that is far too long to …” changed"}


def test_a_group_is_named_by_what_is_in_it(tmp_path: Path) -> None:
    def group(words: str) -> dict[str, Any]:
        return {"type": "group", "layers": [text(words), text("below")], "start": 0}

    told = after(tmp_path, [across(FRAMES), group("above")], [across(FRAMES), group("over")])
    assert told == {1: "layers[1] group “over · below” changed"}


def test_new_and_removed_layers_are_told(tmp_path: Path) -> None:
    assert after(tmp_path, [across(FRAMES)], [across(FRAMES), text("Hi")]) == {1: "layers[1] text “Hi” is new"}
    assert after(tmp_path, [across(FRAMES, "red"), text("Ho")], [across(FRAMES, "red")]) == {
        1: "layers[1] text “Ho” is gone"
    }


def test_a_layer_that_only_stands_at_another_place_in_the_list_has_not_changed(tmp_path: Path) -> None:
    first = [across(FRAMES), text("Hi"), rect(30)]
    second = [across(FRAMES), text("Oh", start=2.4, end=3), text("Hi"), rect(30)]
    assert after(tmp_path, first, second) == {3: "layers[1] text “Oh” is new"}


def test_a_new_order_and_a_new_background_are_told(tmp_path: Path) -> None:
    pair = [rect(30, "red"), rect(34, "blue")]
    words = dict.fromkeys(range(5), "the background or the order of layers changed")
    assert after(tmp_path, [across(FRAMES), *pair], [across(FRAMES), *pair[::-1]]) == words
    assert after(tmp_path, [across(FRAMES)], [across(FRAMES)], background="green") == words


def test_other_settings_are_told(tmp_path: Path) -> None:
    document, output = write(tmp_path, [across(FRAMES)]), tmp_path / "out.mp4"
    made(document, output)
    words = "other size, rate or encoder settings than the last time"
    assert set(reasons(planned(document, output, crf=40)).values()) == {words}
    assert set(reasons(planned(document, output, encoder="x265")).values()) == {words}


def test_what_a_draft_showed_does_not_hide_why_the_final_is_rendered(tmp_path: Path) -> None:
    document, output = write(tmp_path, [across(FRAMES), text("Hi")]), tmp_path / "out.mp4"
    made(document, output)
    made(document, tmp_path / "draft.mp4", crf=40)
    told = reasons(planned(write(tmp_path, [across(FRAMES), text("Ho")]), output))
    assert told == {1: "layers[1] text “Ho” changed"}


def test_what_is_gone_from_the_cache_is_told(tmp_path: Path, cache: Path) -> None:
    document, output = write(tmp_path, [across(FRAMES)]), tmp_path / "out.mp4"
    made(document, output)
    for path in segments_in(cache)[:2]:
        path.unlink()
    assert list(reasons(planned(document, output)).values()) == ["no longer in the cache"] * 2


def test_a_part_leaves_what_is_known_of_the_rest(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    made(write(tmp_path, [across(FRAMES), text("Hi", end=3)]), output)
    made(write(tmp_path, [across(FRAMES), text("Ho", end=3), rect(50)]), output, span=(0, 16))
    told = reasons(planned(write(tmp_path, [across(FRAMES), text("He", end=3), rect(50)]), output))
    assert told == {
        1: "layers[1] text “He” changed",
        2: "layers[1] text “He” changed, layers[2] shape is new",
        3: "layers[1] text “He” changed, layers[2] shape is new",
        4: "layers[2] shape is new",
    }


def test_a_part_that_was_never_rendered_is_told(tmp_path: Path) -> None:
    document, output = write(tmp_path, [across(FRAMES)]), tmp_path / "out.mp4"
    made(document, output, span=(0, 24))
    assert reasons(planned(document, output)) == dict.fromkeys(
        (3, 4), "not rendered before: the film had another length, or this part was left out"
    )


def test_alike_segments_are_rendered_once(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, [rect(30)]), tmp_path / "out.mp4")
    assert reasons(plan) == {0: "not rendered before"}
    assert plan.frames == 8


def test_the_time_is_estimated_from_what_was_rendered_before(tmp_path: Path) -> None:
    result = made(write(tmp_path, [across(FRAMES)]), tmp_path / "out.mp4")
    one = planned(write(tmp_path, [across(FRAMES, "red")]), tmp_path / "out.mp4")
    two = planned(write(tmp_path, [across(2 * FRAMES, "red")], 2 * FRAMES), tmp_path / "out.mp4")
    assert one.seconds is not None
    assert two.seconds is not None
    assert 0 < one.seconds <= result.seconds
    assert two.seconds == pytest.approx(2 * one.seconds)


def test_the_second_plan_of_a_long_film_evaluates_nothing_again(tmp_path: Path) -> None:
    document = write(tmp_path, [across(6000) | {"rotation": angle} for angle in range(20)], 6000)
    output = tmp_path / "out.mp4"
    first, second = cost(document, output), cost(document, output)
    assert second < first / 4
    assert planned(document, output) == planned(document, output)


def cost(document: Path, output: Path) -> float:
    """CPU seconds of a plan."""
    before = time.process_time()
    planned(document, output)
    return time.process_time() - before


@pytest.mark.parametrize("source", ["hello-world", "captioned-video"])
def test_templates_are_planned(source: str, tmp_path: Path) -> None:
    loaded = load_source(source, size=(64, 36), fps=5)
    made(loaded, tmp_path / "out.mp4", span=(0, 8))
    from render_engine.plan import plan

    *_, last = list(plan(load_source(source, size=(64, 36), fps=5), tmp_path / "out.mp4"))
    assert last[0] == last[1]


def test_sound_alone_has_no_segments(tmp_path: Path) -> None:
    from tests.render import sounds

    source = sounds.write(tmp_path / "tone.wav", sounds.sine(440, 1))
    document = write(tmp_path, [across(10), {"type": "audio", "source": str(source)}], 10)
    assert planned(document, tmp_path / "out.wav", encoder="auto", speed=None).segments == ()


def test_a_damaged_plan_is_made_again(tmp_path: Path) -> None:
    document, output = write(tmp_path, [across(FRAMES)]), tmp_path / "out.mp4"
    made(document, output)
    for entry in Journal.open().entries():
        if not entry.is_segment:
            entry.path.write_bytes(b"[")
    plan = planned(document, output)
    assert plan.missing == ()
    assert made(document, output).drawn == 0


def test_what_a_film_shows_is_not_kept_under_a_file_that_was_just_changed(tmp_path: Path, cache: Path) -> None:
    """It might be read before the change and hashed after it, and show the old pictures for ever."""
    inner, output = tmp_path / "inner.json", tmp_path / "out.mp4"
    document = write(tmp_path, [across(FRAMES)])
    document.rename(inner)
    document = write(tmp_path, [{"type": "composition", "source": "inner.json"}], FRAMES)

    def kept() -> bool:
        return any((cache / "journal" / "kept").glob("*/shown/*"))

    planned(document, output)
    assert not kept()
    while not Stamp.of(inner).is_settled:
        time.sleep(0.1)
    planned(document, output)
    assert kept()
