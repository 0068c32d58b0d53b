"""Sequences: how long they last, what they refuse, what is heard and said in them, and how they stand among layers."""

from __future__ import annotations

import random
import wave
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine import Composition, Scene, Sequence, Shape, Transition
from render_engine.display_list import Group, Picture
from render_engine.display_list import Shape as ShapeOp
from render_engine.document.load import load_source
from render_engine.errors import DocumentError
from render_engine.media.audio_clip import RATE
from render_engine.media.mixing import Mix
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from tests.render.drawing import drawn, scene

MEDIA = Path(__file__).parents[2] / "resources" / "media"
SQUARE = {"type": "shape", "size": [20, 20]}


def sequence(*scenes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "sequence", "scenes": list(scenes), **more}


def part(duration: float | None = 2, *layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"layers": list(layers or [SQUARE]), **({"duration": duration} if duration else {}), **more}


def length(*scenes: dict[str, Any], **more: Any) -> Fraction:
    document = {"size": [200, 100], "layers": [sequence(*scenes)], **more}
    return resolve(Composition.model_validate(document), MEDIA).duration


# --------------------------------------------------------------------------------------------------- lengths


def test_it_lasts_its_scenes_less_its_transitions() -> None:
    fade = {"type": "fadeBlur", "duration": 0.5}
    assert length(part(2), part(3, transition=fade), part(1, transition=fade), part(1.5)) == Fraction("6.5")


def test_a_transition_lasts_whole_frames() -> None:
    fade = {"type": "crossfade", "duration": 0.33}
    assert length(part(2), part(2, transition=fade), fps=30) == 4 - Fraction(10, 30)


def test_its_usual_length_is_that_of_its_spring_or_six_tenths() -> None:
    assert length(part(2), part(2, transition="crossfade")) == Fraction("3.4")
    slow = length(part(2), part(2, transition={"type": "crossfade", "spring": "gentle"}))
    assert Fraction(3) < slow < Fraction("3.4")


def test_a_cut_takes_no_time() -> None:
    assert length(part(2), part(1), part(1, transition="none"), part(1, transition="cut")) == 5


def test_a_scene_without_a_duration_is_as_long_as_its_layers() -> None:
    assert length(part(None, SQUARE, {**SQUARE, "end": 1.25}), part(1)) == Fraction("2.25")


@pytest.mark.parametrize(
    ("scenes", "told"),
    [
        ([part(1), part(3, transition={"type": "wipe", "duration": 1.5})], r"takes 1\.5 s, and scene 0 lasts 1 s"),
        ([part(3), part(1, transition={"type": "wipe", "duration": 1.5})], r"takes 1\.5 s, and scene 1 lasts 1 s"),
        (
            [part(2), part(1, transition="wipe"), part(2, transition="wipe")],
            r"scenes\[2\]\.transition.*takes 0\.6 s, and of scene 1 only 0\.4 s are left",
        ),
        ([part(2, transition="wipe"), part(2)], r"scenes\[0\]\.transition.*no scene stands before"),
        ([part(None), part(2)], r"scenes\[0\]\.duration.*no duration"),
    ],
)
def test_what_cannot_be_is_refused_with_its_numbers(scenes: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(DocumentError, match=told):
        scene(sequence(*scenes))


@pytest.mark.parametrize(
    ("transition", "told"),
    [
        ({"type": "fadeBlur", "direction": "up"}, "fadeBlur takes no direction: only wipe, push, slide"),
        ({"type": "wipe", "color": "red"}, "wipe takes no color: only dip"),
        ({"type": "wipe", "easing": "linear", "spring": "smooth"}, "by an easing or by a spring"),
        ({"type": "cut", "duration": 1}, "“cut” cuts"),
        ({"type": "wipes"}, "wipe"),
        ("wipes", "wipe"),
    ],
)
def test_settings_that_would_do_nothing_are_refused(transition: Any, told: str, tmp_path: Path) -> None:
    import json

    document = {"framekiln": 1, "layers": [sequence(part(2), part(2, transition=transition))]}
    (tmp_path / "wrong.json").write_text(json.dumps(document))
    with pytest.raises(DocumentError, match=told):
        load_source(str(tmp_path / "wrong.json"))


# ----------------------------------------------------------------------------------------------------- sound


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sounds of noise that know nothing of each other, 3 s each."""
    for name, seed in (("one", 1), ("other", 2)):
        noise = np.random.default_rng(seed).normal(0, 3000, 3 * RATE).astype("<i2")
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(noise.tobytes())
    return tmp_path


def sounding(folder: Path, **more: Any) -> Any:
    one, other = ({"type": "audio", "source": f"{name}.wav"} for name in ("one", "other"))
    scenes = [part(2, one), part(2, other, transition={"type": "crossfade", "duration": 1})]
    return scene(sequence(*scenes, **more), base=folder).audio


def test_sounds_fade_into_each_other_as_loud_as_each_alone(folder: Path) -> None:
    mixed = np.concatenate(list(Mix(sounding(folder), Fraction(3), RATE)))
    loud = [float(np.sqrt((mixed[at : at + RATE // 5] ** 2).mean())) for at in range(0, 3 * RATE, RATE // 5)]
    assert max(loud) / min(loud) < 1.05


def test_sounds_start_with_their_scenes_and_end_with_them(folder: Path) -> None:
    first, second = sounding(folder, start=0.5)
    assert (first.at, first.duration) == (Fraction(1, 2), 2)
    assert (second.at, second.duration) == (Fraction(3, 2), 2)
    assert (first.gain[-1], second.gain[0]) == ((2.5, pytest.approx(0)), (1.5, 0))


def test_sound_is_cut_where_the_layer_ends_and_silent_where_time_is_remapped(folder: Path) -> None:
    (first, second) = sounding(folder, end=1.5)
    assert (first.duration, second.duration) == (Fraction(3, 2), Fraction(1, 2))
    assert len(sounding(folder, end=0.75)) == 1
    assert sounding(folder, time_remap=1) == ()


def test_captions_are_said_in_their_scenes_time() -> None:
    said = {"type": "captions", "segments": [{"start_ms": 500, "end_ms": 900, "text": "now"}]}
    found = scene(sequence(part(2), part(2, said, transition="wipe"), start=1), duration=6).captions
    assert [(caption.start, caption.end) for caption in found] == [(Fraction("2.9"), Fraction("3.3"))]


# --------------------------------------------------------------------------------------------------- drawing


def test_a_scene_that_fills_the_frame_stands_in_the_display_list_as_it_is() -> None:
    video = {"type": "video", "source": "bigbuckbunny.mp4", "size": [200, 100], "fit": "fill"}
    (op,) = drawn(sequence(part(2, video), part(2)), at=0.5, base=MEDIA)
    assert isinstance(op, ShapeOp)
    assert isinstance(op.fill, Picture)


def test_a_smaller_one_is_cut_off_at_its_edges() -> None:
    wide = {"type": "shape", "size": [400, 400]}
    for at in (0.5, 1.5):
        (group,) = drawn(sequence(part(2, wide), part(2, wide, transition="pushLeft"), size=[100, 50]), at=at)
        assert isinstance(group, Group)
        assert (group.area, group.matrix[4:6]) == ((0, 0, 100, 50), (50, 25))


def test_layers_of_a_scene_are_not_blended_with_what_lies_beneath_the_sequence() -> None:
    below = {"type": "shape", "fill": "#808080"}
    multiplied = {"type": "shape", "fill": "#808080", "blend": "multiply"}
    document = {"size": [32, 32], "duration": 2, "layers": [below, sequence(part(2, multiplied))]}
    assert tuple(Composition.model_validate(document).frame(1)[0, 0]) == (128, 128, 128, 255)


def test_after_its_last_scene_nothing_is_shown() -> None:
    assert drawn(sequence(part(1), end=3), at=2) == ()


def test_one_in_another_and_in_a_composition_is_what_it_is_alone() -> None:
    scenes = [part(2, background="red"), part(2, transition={"type": "crossfade", "duration": 1}, background="blue")]
    inner = sequence(*scenes)
    nested = {"type": "composition", "composition": {"size": [64, 32], "fps": 20, "layers": [inner]}}
    whole = {"size": [64, 32], "fps": 20, "duration": 3}
    pictures = [
        Composition.model_validate({**whole, "layers": [layer]}).frame(1.5)
        for layer in (inner, sequence(part(None, inner)), nested, {"type": "group", "layers": [inner]})
    ]
    assert all(np.array_equal(one, other) for one, other in pairwise(pictures))


def moving() -> Any:
    slow = {"keyframes": [{"at": 0.5, "value": [10, 10]}, {"at": 1.2, "value": [60, 40]}]}
    wipe = {"type": "wipe", "duration": 0.5}
    scenes = [
        part(2, {**SQUARE, "position": slow}),
        part(2, background={"keyframes": [{"at": 1, "value": "red"}, {"at": 1.5, "value": "blue"}]}, transition=wipe),
        part(1, {**SQUARE, "position": slow, "start": 0.1}, transition="cut"),
        part(2, transition={"type": "crossfade", "spring": "bouncy"}),
    ]
    return scene(sequence(*scenes, start=0.2), sequence(*scenes, size=[50, 50], rotation=10), duration=7)


def test_times_in_any_order_give_what_a_fresh_one_gives() -> None:
    kept, times = moving(), [Fraction(k, 40) for k in range(0, 280, 3)]
    random.Random(5).shuffle(times)
    for time in times:
        assert evaluate(kept, time).digest == evaluate(moving(), time).digest


def test_python_writes_it_as_documents_do(tmp_path: Path) -> None:
    made = Composition(
        size=(64, 32),
        layers=[
            Sequence(
                scenes=[
                    Scene(duration=1, background="red"),
                    Scene(duration=2, layers=[Shape(size=(9, 9))], transition=Transition(type="push", direction="up")),
                    Scene(duration=1, transition="fadeBlur"),
                ]
            )
        ],
    )
    made.save(tmp_path / "made.json")
    loaded = load_source(str(tmp_path / "made.json")).composition
    assert np.array_equal(loaded.frame(0.7), made.frame(0.7))
