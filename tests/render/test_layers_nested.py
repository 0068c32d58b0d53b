"""Compositions in compositions: their time, place, edges, sound, files, and circles of them."""

from __future__ import annotations

import json
import shutil
import wave
from fractions import Fraction
from pathlib import Path

import pytest

import resources
from render_engine.display_list import Group
from render_engine.errors import DocumentError, FramekilnError
from tests.render.drawing import drawn, scene

SQUARE = {"type": "shape", "size": [20, 20]}


def nested(*layers: dict[str, object], size: tuple[int, int] = (100, 50), **more: object) -> dict[str, object]:
    document = {"size": list(size), "duration": 2, "layers": list(layers), **more}
    return {"type": "composition", "composition": document}


def test_layers_of_it_stand_in_its_own_size() -> None:
    (group,) = drawn(nested(SQUARE))
    assert isinstance(group, Group)
    assert group.matrix[4:6] == (50, 25)  # centred in 200×100
    assert group.items[0].matrix[4:6] == (40, 15)


def test_it_is_cut_off_at_its_edges() -> None:
    (group,) = drawn(nested({"type": "shape", "size": [400, 400]}))
    assert isinstance(group, Group)
    assert (group.area, group.mattes) == ((0, 0, 100, 50), ())


def test_edges_between_two_pixels_are_cut_by_a_matte() -> None:
    (group,) = drawn({**nested(SQUARE), "scale": 0.7})
    assert isinstance(group, Group)
    assert len(group.mattes) == 1


def test_background_is_painted_where_it_is_stated() -> None:
    (plain,) = drawn(nested(SQUARE))
    (red,) = drawn(nested(SQUARE, background="red"))
    assert isinstance(plain, Group)
    assert isinstance(red, Group)
    assert (len(plain.items), len(red.items)) == (1, 2)


def test_it_ends_with_its_own_duration_unless_it_plays_slower() -> None:
    assert drawn(nested(SQUARE), at=2) == ()
    assert drawn({**nested(SQUARE), "speed": 0.5}, at=3.9) != ()


def test_its_time_runs_at_its_speed() -> None:
    moving = {"keyframes": [{"at": 0, "value": [0, 0]}, {"at": 2, "value": [100, 0]}]}
    layer = {**nested({**SQUARE, "position": moving, "anchor": ["left", "top"]}), "start": 0.5, "speed": 2}
    (group,) = drawn(layer, at=1)
    assert isinstance(group, Group)
    assert group.items[0].matrix[4] == 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    with wave.open(str(tmp_path / "parts" / "tone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * 2))
    return tmp_path


def write(path: Path, *layers: dict[str, object], **more: object) -> None:
    document = {"framekiln": 1, "size": [100, 50], "duration": 2, "layers": list(layers), **more}
    path.write_text(json.dumps(document))


def test_files_of_another_document_are_beside_it(folder: Path) -> None:
    write(folder / "parts" / "inner.json", {"type": "audio", "source": "tone.wav", "start": 0.5, "volume": 0.5})
    layer = {"type": "composition", "source": "parts/inner.json", "start": 1, "speed": 2, "volume": 0.5}
    (clip,) = scene(layer, base=folder).audio
    assert (clip.at, clip.duration, clip.speed) == (Fraction(5, 4), Fraction(3, 4), 2)
    assert clip.gain == ((1.25, 0.25), (2.0, 0.25))


def test_its_sound_ends_with_the_layer(folder: Path) -> None:
    write(folder / "parts" / "inner.json", {"type": "audio", "source": "tone.wav"})
    layer = {"type": "composition", "source": "parts/inner.json", "end": 0.75}
    (clip,) = scene(layer, base=folder).audio
    assert (clip.at, clip.duration) == (0, Fraction(3, 4))
    assert scene({**layer, "volume": 0}, base=folder).audio == ()


def test_props_reach_it(folder: Path) -> None:
    layer = {"type": "shape", "size": [20, 20], "fill": {"$prop": "colour"}}
    write(folder / "inner.json", layer, props={"colour": {"type": "color", "default": "red"}})
    (group,) = drawn({"type": "composition", "source": "inner.json", "props": {"colour": "blue"}}, base=folder)
    assert isinstance(group, Group)
    assert group.items[0].fill.color == (0, 0, 65535, 65535)  # type: ignore[union-attr]  # a shape, as written above


def test_fonts_that_it_declares_are_known_to_the_scene(folder: Path) -> None:
    font = next((Path(resources.__file__).parent / "fonts").rglob("*.ttf"))
    shutil.copy(font, folder / "parts" / "own.ttf")
    text = {"type": "text", "text": "A", "font": "Own"}
    write(folder / "parts" / "inner.json", text, fonts={"Own": "own.ttf"})
    layer = {"type": "composition", "source": "parts/inner.json"}
    (group,) = drawn(layer, base=folder)
    assert isinstance(group, Group)
    (run,) = group.items[0].runs  # type: ignore[union-attr]  # text, as written above
    assert scene(layer, base=folder).fonts.get(run.font)


def test_circle_is_told_with_its_chain(folder: Path) -> None:
    write(folder / "a.json", {"type": "composition", "source": "b.json"})
    write(folder / "b.json", {"type": "composition", "source": "a.json"})
    with pytest.raises(DocumentError, match=r"layers\[0\]\.source: .*a\.json → b\.json → a\.json"):
        scene({"type": "composition", "source": "a.json"}, base=folder)


def test_circle_without_durations_is_told_too(folder: Path) -> None:
    write(folder / "a.json", {"type": "composition", "source": "a.json"}, duration=None)
    with pytest.raises(DocumentError, match=r"a\.json holds itself"):
        scene({"type": "composition", "source": "a.json"}, base=folder)


def test_wrong_file_in_it_is_told_with_the_way_to_it(folder: Path) -> None:
    write(folder / "parts" / "inner.json", {"type": "image", "source": "none.png"})
    with pytest.raises(FramekilnError, match=r"layers\[0\]\.source: inner\.json: layers\[0\]\.source: .*none\.png"):
        scene({"type": "composition", "source": "parts/inner.json"}, base=folder)
    with pytest.raises(FramekilnError, match=r"layers\[0\]\.composition\.layers\[0\]\.source: .*none\.png"):
        scene(nested({"type": "image", "source": "none.png"}), base=folder)
