"""A visualiser shows what is heard, when it is heard, and rests in silence; the same however it is rendered."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.display_list import Op, Shape
from render_engine.document.composition import Composition
from render_engine.errors import DocumentError
from render_engine.layers.curve import smooth
from render_engine.layers.visualiser import VisualiserContent
from render_engine.media.audio_clip import Clip
from render_engine.media.spectrum import Bands, Levels, levels
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.scene import Scene
from tests.render.drawing import drawn, scene
from tests.render.filming import made
from tests.render.filming import write as write_film
from tests.render.sounds import sine, write

RATE = Fraction(30)
BANDS = Bands(40, 50, 10_000, 0.5, 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of 1 kHz, one of silence, and again; quiet; and 200 Hz throughout."""
    folder = tmp_path_factory.mktemp("sound")
    broken = np.concatenate([sine(1000, 1), np.zeros(48_000)] * 2)
    write(folder / "broken.wav", broken)
    write(folder / "quiet.wav", broken / 30)
    write(folder / "low.wav", sine(200, 4))
    return folder


def measured(path: Path, frames: range = range(120), bands: Bands = BANDS) -> Levels:
    return levels([Clip(path, Fraction(0), Fraction(4))], frames, RATE, bands)


def audio(source: str = "broken.wav", **fields: Any) -> dict[str, Any]:
    return {"type": "audio", "source": source, **fields}


def bars(**fields: Any) -> dict[str, Any]:
    return {"type": "visualiser", "size": [200, 100], "bars": 20, **fields}


def content(found: Scene) -> VisualiserContent:
    (node,) = found.nodes
    assert isinstance(node.content, VisualiserContent)
    return node.content


def highest(items: tuple[Op, ...]) -> float:
    (shape,) = items
    assert isinstance(shape, Shape)
    return 100 - min(shape.path.points[1::2])


def test_a_tone_lifts_the_band_it_is_in_and_no_other_that_is_far_from_it(folder: Path) -> None:
    row = measured(folder / "broken.wav")[20]
    edges = BANDS.edges
    (loudest,) = np.flatnonzero((edges[:-1] <= 1000) & (edges[1:] > 1000))
    assert row.argmax() == loudest
    assert row[loudest] > 0.95
    assert row[np.abs(np.arange(40) - loudest) > 4].max() < 0.001


def test_quiet_music_moves_as_loud_music_does(folder: Path) -> None:
    loud, quiet = measured(folder / "broken.wav"), measured(folder / "quiet.wav")
    assert np.abs(loud[:30] - quiet[:30]).max() < 0.02


def test_levels_rise_within_frames_and_fall_slower(folder: Path) -> None:
    loudest = measured(folder / "broken.wav").max(axis=1)
    assert loudest[3] > 0.8
    assert 0.2 < loudest[33] < 0.9
    assert loudest[55] < 0.01
    assert (np.diff(loudest[31:58]) <= 0).all()


def test_levels_are_those_of_the_time_wherever_a_layer_begins(folder: Path) -> None:
    assert np.allclose(measured(folder / "broken.wav", range(63, 120)), measured(folder / "broken.wav")[63:], atol=0.03)


def test_what_hardly_moves_and_silence_stand_still(folder: Path) -> None:
    silent = content(scene(bars()))
    assert set(silent.rows) == {(0.0,) * 20}
    assert silent.motion == ()
    moving = content(scene(audio(), bars(), base=folder)).motion
    assert all(start == end for start, end in moving)
    assert not [start for start, _ in moving if 1.75 < start < 1.95]
    assert all(
        row[k] * 4 == round(row[k] * 4) for row in content(scene(audio(), bars(), base=folder)).rows for k in (9, 10)
    )


@pytest.mark.parametrize("style", ["bars", "line", "ring"])
def test_silence_is_a_resting_line_and_not_nothing(style: str) -> None:
    (shape,) = drawn(bars(style=style, thickness=4))
    assert isinstance(shape, Shape)
    assert shape.bounds[2] - shape.bounds[0] > 50
    assert shape.bounds[3] - shape.bounds[1] < (15 if style != "ring" else 80)


def test_frames_asked_for_in_any_order_are_the_same(folder: Path) -> None:
    def fresh() -> Scene:
        return scene(audio(), bars(start=0.35, fill={"from": "red", "to": "blue", "delay": 1}), base=folder)

    kept, times = fresh(), [Fraction(k, 60) for k in range(0, 240, 7)]
    random.Random(1).shuffle(times)
    for time in times:
        assert evaluate(kept, time).digest == evaluate(fresh(), time).digest


def test_it_follows_volume_and_fades_as_they_are_heard(folder: Path) -> None:
    rows = content(scene(audio("low.wav", fade_out=2), bars(low=100, high=1000), base=folder)).rows
    loudest = [max(row) for row in rows]
    assert loudest[40] > 90
    assert loudest[115] < 0.75 * loudest[40]
    assert loudest[119] < loudest[115]


def test_a_layer_by_its_id_or_a_file_is_heard_alone(folder: Path) -> None:
    layers = [audio(), audio("low.wav", id="bass")]
    alone = content(scene(audio("low.wav"), bars(), base=folder)).rows
    assert content(scene(*layers, bars(source="bass"), base=folder)).rows == alone
    assert content(scene(bars(source="low.wav"), base=folder)).rows == alone
    assert content(scene(*layers, bars(), base=folder)).rows != alone


def test_all_sound_inside_a_named_group_is_its_sound(folder: Path) -> None:
    group = {"type": "group", "id": "band", "layers": [audio("low.wav")]}
    found = scene(group, audio(), bars(source="band"), base=folder)
    assert found.nodes[1].content.rows == content(scene(audio("low.wav"), bars(), base=folder)).rows  # type: ignore[attr-defined]  # it is a visualiser


def test_a_file_begins_with_its_layer(folder: Path) -> None:
    begins = [drawn(bars(source="broken.wav", start=2), base=folder, at=at) for at in (2.0, 2.4)]
    assert highest(begins[1]) > 90
    assert highest(drawn(bars(source="broken.wav"), base=folder, at=0.4)) == highest(begins[1])


def test_a_source_that_is_not_there_is_refused_with_the_ids_there_are(folder: Path) -> None:
    with pytest.raises(DocumentError, match=r"layers\[1\]\.source: “bas” is neither a file nor .* \(bass\)"):
        scene(audio("low.wav", id="bass"), bars(source="bas"), base=folder)
    with pytest.raises(ValueError, match="an octave"):
        Composition.model_validate({"duration": 1, "layers": [bars(low=100, high=150)]})


def test_a_nested_composition_hears_itself(folder: Path) -> None:
    inner = {"size": [200, 100], "duration": 4, "layers": [audio("low.wav"), bars()]}
    nested = scene({"type": "composition", "composition": inner, "start": 1}, audio(), base=folder).nodes[0].content
    (node,) = nested.nodes  # type: ignore[attr-defined]  # it is a nested composition
    assert node.content.rows == content(scene(audio("low.wav"), bars(), base=folder)).rows


def test_a_scene_of_a_sequence_hears_the_music_beneath_all_of_them(folder: Path) -> None:
    scenes = [{"duration": 2}, {"duration": 2, "layers": [bars()]}]
    (shape,) = drawn(audio(), bars(), base=folder, at=2.4)
    inside = drawn(audio(), {"type": "sequence", "scenes": scenes}, base=folder, at=2.4)
    assert shape.path in [op.path for op in _leaves(inside)]  # type: ignore[union-attr]  # a shape


def _leaves(items: tuple[Op, ...]) -> list[Shape]:
    return [leaf for op in items for leaf in ([op] if isinstance(op, Shape) else _leaves(getattr(op, "items", ())))]


def test_any_number_of_workers_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    layers = [audio(str(folder / "broken.wav")), {"type": "visualiser", "size": [60, 40], "bars": 12}]
    document = write_film(tmp_path, layers)
    first, second = tmp_path / "1.mp4", tmp_path / "3.mp4"
    made(document, first, workers=1)
    made(document, second, workers=3, reuse=False)
    assert first.read_bytes() == second.read_bytes()


def test_a_curve_goes_through_its_points_and_not_beyond_them() -> None:
    points = [(0.0, 0.0), (10.0, 8.0), (20.0, 8.0), (30.0, 2.0), (40.0, 5.0)]
    path = smooth(points)
    assert path.points[:2] + tuple(c for k in range(6, len(path.points), 6) for c in path.points[k : k + 2]) == tuple(
        c for point in points for c in point
    )
    assert min(path.points[1::2]) >= 0
    assert max(path.points[1::2]) <= 8
