"""Beats are where a person would clap; and a document tells its times by them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.document.composition import Composition
from render_engine.document.load import load_source
from render_engine.errors import DocumentError
from render_engine.media.beats import beats
from render_engine.timeline.resolve import resolve
from tests.render.drawing import scene
from tests.render.sounds import RATE, seconds, sine, write

MEDIA = Path("resources/media").absolute()
NEAR = 0.05  # seconds


def drums(tempo: float, *, swing: float = 0.5, noise: float = 0.02, length: float = 20, first: float = 0.3) -> Any:
    """Kick and snare in turn on the beats, a hi-hat on them and in between; the sound, and when its beats are."""
    rng = np.random.default_rng(round(tempo))
    wave, hit = rng.normal(0, noise, round(length * RATE)), seconds(0.2)
    kick = 0.7 * np.sin(2 * np.pi * 55 * hit) * np.exp(-15 * hit)
    snare = (rng.normal(0, 0.3, len(hit)) + 0.3 * np.sin(2 * np.pi * 190 * hit)) * np.exp(-20 * hit)
    hat = 0.1 * np.diff(rng.normal(size=len(hit) + 1)) * np.exp(-70 * hit)
    times = np.arange(first, length - 0.5, 60 / tempo)
    for k, time in enumerate(times):
        for at, sound in ((0.0, snare if k % 2 else kick), (0.0, hat), (swing * 60 / tempo, hat)):
            start = round((time + at) * RATE)
            wave[start : start + len(sound)] += sound[: len(wave) - start]
    return wave / np.abs(wave).max() * 0.8, times


def hits(found: tuple[float, ...], times: np.ndarray) -> tuple[float, float]:
    """Shares: of the beats that were found, and of those found that are beats."""
    far = np.abs(np.array(found)[:, None] - times)
    return float((far.min(axis=0) < NEAR).mean()), float((far.min(axis=1) < NEAR).mean())


@pytest.mark.parametrize(
    ("tempo", "fields"),
    [
        (90, {}),
        (120, {}),
        (128, {}),
        (174, {}),
        (128, {"noise": 0.1}),
        (110, {"swing": 2 / 3}),
        (72, {"first": 1.1}),
    ],
)
def test_beats_of_drums_are_found_within_50_ms(tmp_path: Path, tempo: float, fields: dict[str, Any]) -> None:
    wave, times = drums(tempo, **fields)
    found, right = hits(beats(write(tmp_path / "drums.wav", wave)), times)
    assert found >= 0.95
    assert right >= 0.95


@pytest.mark.parametrize(("name", "tempo"), [("music-bright", 120), ("music-calm", 84)])
def test_beats_of_music_are_found(name: str, tempo: float) -> None:
    found = beats(MEDIA / f"{name}.m4a")
    assert hits(found, np.arange(len(found) + 1) * 60 / tempo) >= (0.95, 0.95)


@pytest.mark.parametrize("wave", [np.zeros(8 * RATE), np.zeros(10), sine(300, 1)], ids=["silence", "nothing", "short"])
def test_where_nothing_beats_there_are_no_beats(tmp_path: Path, wave: np.ndarray) -> None:
    assert beats(write(tmp_path / "still.wav", wave)) == ()


MARKERS: list[dict[str, Any]] = [
    {"at": 2, "name": "chorus"},
    {"at": 1.5, "name": "part-2"},
    {"tempo": 120, "offset": 0.1},
]


def square(**fields: Any) -> dict[str, Any]:
    return {"type": "shape", "size": [10, 10], **fields}


def keys(*times: Any) -> dict[str, Any]:
    return {"keyframes": [{"at": at, "value": k} for k, at in enumerate(times)]}


@pytest.mark.parametrize(
    ("moment", "time"),
    [
        ("chorus", "2"),
        ("chorus-0.5", "1.5"),
        ("chorus + 1 - 0.25", "2.75"),
        ("part-2", "1.5"),
        ("part-2-1", "0.5"),
        ("beat:1", "0.1"),
        ("beat:4+0.2", "1.8"),
        (1.25, "1.25"),
    ],
)
def test_a_layer_starts_and_ends_by_markers(moment: str | float, time: str) -> None:
    (node,) = scene(square(start=moment, end="chorus+1"), markers=MARKERS).nodes
    assert (node.start, node.end) == (Fraction(time), 3)


def test_keyframes_and_springs_come_at_a_marker_wherever_their_layer_stands() -> None:
    inner = square(start=0.25, opacity=keys("beat:3", "chorus"), rotation={"from": 0, "to": 9, "delay": "chorus"})
    (group,) = scene({"type": "group", "start": 0.5, "layers": [inner]}, markers=MARKERS).nodes
    (node,) = group.content.nodes  # type: ignore[attr-defined]  # it is a group
    assert node.opacity.times == pytest.approx((1.1 - 0.75, 2 - 0.75))
    assert node.transform.rotation.delay == pytest.approx(1.25, abs=1 / 60)


def test_markers_hold_in_scenes_of_a_sequence() -> None:
    inner = square(
        start="chorus", position={"keyframes": [{"at": "chorus", "value": [0, 0]}, {"at": "beat:5", "value": [9, 9]}]}
    )
    found = scene(
        {"type": "sequence", "scenes": [{"duration": 1}, {"duration": 3, "layers": [inner]}]}, markers=MARKERS
    )
    assert [span for span in found.nodes[0].motion if span[0] == pytest.approx(2)]


def test_a_nested_composition_has_markers_of_its_own() -> None:
    inner = {
        "size": [100, 100],
        "duration": 3,
        "markers": [{"at": 1, "name": "chorus"}],
        "layers": [square(start="chorus")],
    }
    (nested,) = scene({"type": "composition", "composition": inner, "start": 1}, markers=MARKERS).nodes
    assert nested.content.nodes[0].start == 1  # type: ignore[attr-defined]  # it is a nested composition


def test_beats_of_a_file_are_markers_but_no_chapters() -> None:
    music = {"beats": {"source": "music-bright.m4a", "every": 4, "offset": 1}, "name": "bar"}
    found = scene(square(start="bar:2"), base=MEDIA, markers=[*MARKERS, music], duration=8)
    assert float(found.nodes[0].start) == pytest.approx(3, abs=NEAR)
    assert [name for _, name in found.markers] == ["chorus", "part-2"]
    assert MEDIA / "music-bright.m4a" in found.inputs


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (square(start="corus"), r"layers\[0\]\.start: the composition has no marker “corus”. Did you mean “chorus”\?"),
        (square(opacity=keys(0, "verse")), r"layers\[0\].*no marker “verse”. It has chorus, part-2, beat:1\."),
        (square(start="beat:0"), r"layers\[0\]\.start: there is no “beat:0”"),
        (square(start="chorus", end="beat:2"), r"layers\[0\]\.end: the layer ends at 0.6 s, before its start at 2 s"),
        (square(opacity=keys("chorus", 1)), r"layers\[0\].*rising order.*“1.0” is at 1 s of the layer.*before at 2 s"),
    ],
)
def test_a_wrong_marker_is_refused_with_what_is_wrong(layer: dict[str, Any], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        scene(layer, markers=MARKERS)


def test_beats_beyond_the_music_and_two_rows_of_one_name_are_refused() -> None:
    music = {"beats": {"source": "music-bright.m4a"}}
    with pytest.raises(DocumentError, match=r"no “beat:500”: music-bright.m4a has 48 of them"):
        scene(square(start="beat:500"), base=MEDIA, markers=[music])
    with pytest.raises(ValueError, match="two rows of beats are called “beat”"):
        Composition.model_validate({"duration": 1, "markers": [music, {"tempo": 100}]})


def test_a_repeat_by_a_marker_comes_later_copy_by_copy(tmp_path: Path) -> None:
    (tmp_path / "film.json").write_text(
        '{"framekiln": 1, "duration": 4, "markers": [{"at": 2, "name": "chorus"}], "layers": '
        '[{"type": "repeat", "over": 3, "stagger": 0.2, "layer": {"type": "shape", "start": "chorus"}}]}'
    )
    loaded = load_source(str(tmp_path / "film.json"))
    found = resolve(loaded.composition, tmp_path)
    assert [float(node.start) for node in found.nodes[0].content.nodes] == pytest.approx([2, 2.2, 2.4])  # type: ignore[attr-defined]  # it is a group


def test_markers_are_saved_as_they_were_written(tmp_path: Path) -> None:
    composition = Composition.model_validate(
        {"duration": 4, "markers": MARKERS, "layers": [square(start="beat:2", opacity=keys(0, "chorus"))]}
    )
    composition.save(tmp_path / "saved.json")
    assert load_source(str(tmp_path / "saved.json")).composition == composition
