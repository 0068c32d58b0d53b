"""What a job reads, from where it is submitted to a node that has nothing of it: the very same frames."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.document.load import Loaded, load_source
from render_engine.errors import BadInput, DocumentError, MediaError
from render_engine.film import open_scene
from render_engine.stills import still
from sync.inputs.bundle import bundle
from sync.inputs.upload import retained_inputs
from sync.settings import Settings
from sync.storage import open_storage
from tests.sync.carrying import MEDIA, Node, sent

ROOT = Path(__file__).parents[2]
FONT = ROOT / "tests" / "fonts" / "NotoNaskhArabic-subset.ttf"
MUSIC = ROOT / "resources" / "media" / "music-bright.m4a"
LINKED = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40">'
    '<image xlink:href="parts/badge.png" width="40" height="40"/></svg>'
)


def project(folder: Path) -> Path:
    """A folder with every kind of file that a document can name."""
    shutil.copytree(MEDIA, folder / "media")
    (folder / "media" / "parts").mkdir()
    shutil.copy(MEDIA / "badge.png", folder / "media" / "parts")
    (folder / "media" / "linked.svg").write_text(LINKED)
    shutil.copy(FONT, folder / "arabic.ttf")
    shutil.copy(MUSIC, folder / "music.m4a")
    inner = json.loads((MEDIA / "card.json").read_text())
    inner["props"]["badge"] = {"type": "file", "default": "badge.png"}
    inner["layers"][1]["source"] = "${badge}"
    (folder / "media" / "inner.json").write_text(json.dumps(inner))
    return folder


def layers(media: str = "media", **more: Any) -> dict[str, Any]:
    """A document of them all; `media`: the folder as the document names it."""
    at = [(f"{k % 4 * 50 + 25}", f"{k // 4 * 50 + 25}") for k in range(12)]
    places = [[float(x), float(y)] for x, y in at]
    rows: list[dict[str, Any]] = [
        {
            "type": "image",
            "source": f"{media}/coffee.jpg",
            "effects": [{"type": "lut", "source": f"{media}/warm.cube"}],
        },
        {"type": "video", "source": f"{media}/counter.mp4"},
        {"type": "svg", "source": f"{media}/linked.svg"},
        {"type": "lottie", "source": f"{media}/lottie-square.json"},
        {"type": "image_sequence", "source": f"{media}/frames/%02d.png", "fps": 2, "when_over": "hold"},
        {"type": "image_sequence", "source": f"{media}/frames", "fps": 2, "when_over": "hold"},
        {"type": "video", "source": f"{media}/steps.gif"},
    ]
    small = [{**row, "size": [40, 40], "position": place} for row, place in zip(rows, places, strict=False)]
    nested: list[dict[str, Any]] = [
        {"type": "composition", "source": f"{media}/card.json", "scale": 0.3, "position": places[7]},
        {
            "type": "composition",
            "source": f"{media}/inner.json",
            "props": {"badge": f"{media}/face.jpg", "colour": "lime"},
            "scale": 0.3,
            "position": places[8],
        },
        {"type": "text", "text": "media/coffee.jpg https://films.example/a.jpg", "size": 6, "position": places[9]},
        {"type": "text", "text": "سلام", "font": "Naskh", "size": 20, "position": places[10]},
        {"type": "captions", "source": f"{media}/two.srt", "font_size": 10},
        {"type": "visualiser", "source": "music.m4a", "size": [60, 20], "position": places[11]},
        {"type": "audio", "source": "music.m4a", "end": 1},
    ]
    return {
        "framekiln": 1,
        "size": [200, 200],
        "fps": 10,
        "duration": 2,
        "fonts": {"Naskh": "arabic.ttf"},
        "markers": [{"beats": {"source": "music.m4a"}}],
        "layers": small + nested,
        **more,
    }


def written(folder: Path, document: dict[str, Any], name: str = "film.json") -> str:
    path = folder / name
    path.write_text(json.dumps(document))
    return str(path)


def frames(loaded: Loaded) -> list[np.ndarray]:
    return [still(loaded, Fraction(time)) for time in ("0.2", "1.3")]


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True)) and one[0].std() > 10


def on_the_node(node: Node, payload: dict[str, Any]) -> Loaded:
    got = node.gets(payload)
    return load_source(got.source, props=dict(got.props))


def test_a_document_in_another_place_with_its_original_gone_shows_the_same(
    storage_settings: Settings, tmp_path: Path
) -> None:
    home = project(tmp_path / "here")
    source = written(home, layers())
    before = frames(load_source(source))
    node = Node(tmp_path, open_storage(storage_settings))
    payload = sent(source, node.storage)
    assert payload["document"] == json.loads(Path(source).read_text()), "it travels as it was written"
    assert {"media/coffee.jpg", "media/parts/badge.png", "media/frames/01.png", "arabic.ttf"} <= set(payload["files"])
    shutil.rmtree(home)
    assert same(frames(on_the_node(node, payload)), before)


def test_files_outside_the_documents_folder_travel_too_and_nobody_learns_where_they_were(tmp_path: Path) -> None:
    home = project(tmp_path / "here" / "private")
    away = layers(str(home / "media"))
    inner = json.loads((home / "media" / "inner.json").read_text())
    inner["layers"].append({"type": "svg", "source": "../media/leaf.svg", "size": [20, 20]})
    written(home / "media", inner, "inner.json")
    (tmp_path / "here" / "films").mkdir()
    away["fonts"]["Naskh"] = "../private/arabic.ttf"
    away["markers"][0]["beats"]["source"] = away["layers"][-1]["source"] = away["layers"][-2]["source"] = (
        "../private/music.m4a"
    )
    source = written(tmp_path / "here" / "films", away)
    before = frames(load_source(source))
    node = Node(tmp_path)
    payload = sent(source, node.storage)
    shutil.rmtree(tmp_path / "here")
    assert "private" not in json.dumps(payload)
    assert same(frames(on_the_node(node, payload)), before)


def test_a_python_source_travels_as_the_document_that_it_makes(tmp_path: Path) -> None:
    home = project(tmp_path / "here")
    document = written(home, layers(comment="${title}", props={"title": {"type": "string", "default": "$${plain}"}}))
    before = frames(load_source(document))
    (home / "film.py").write_text(
        "from pathlib import Path\n"
        "from render_engine.document.load import load_document\n\n\n"
        "def film(title: str = 'none'):\n"
        "    return load_document(Path(__file__).with_name('film.json'), {'title': title})\n"
    )
    node = Node(tmp_path)
    payload = sent(f"{home / 'film.py'}:film", node.storage, {"title": "a ${dollar}"})
    shutil.rmtree(home)
    loaded = on_the_node(node, payload)
    assert payload["props"] == {}
    assert loaded.composition.comment == "a ${dollar}"
    assert same(frames(loaded), before)


def test_what_was_given_as_a_file_prop_travels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, other = tmp_path / "here", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    shutil.copy(MEDIA / "face.jpg", other / "mine.jpg")
    shutil.copy(MEDIA / "coffee.jpg", home / "default.jpg")
    document = {
        "framekiln": 1,
        "size": [64, 64],
        "duration": 2,
        "props": {
            "picture": {"type": "file", "default": "default.jpg"},
            "words": {"type": "string", "default": ""},
        },
        "layers": [{"type": "image", "source": "${picture}"}, {"type": "text", "text": "${words}", "size": 8}],
    }
    source = written(home, document)
    monkeypatch.chdir(other)
    node = Node(tmp_path)
    for props in ({}, {"picture": "mine.jpg", "words": "mine.jpg"}):
        before = frames(load_source(source, props=props))
        payload = sent(source, node.storage, props)
        assert payload["document"] == document
        assert payload["props"].get("words") == props.get("words"), "a text that equals a file's name stays a text"
        monkeypatch.chdir(tmp_path)
        assert same(frames(on_the_node(node, payload)), before)
        monkeypatch.chdir(other)


def test_a_templates_files_travel_and_its_own_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "here"
    home.mkdir()
    shutil.copy(MEDIA / "face.jpg", home / "mine.jpg")
    shutil.copy(MEDIA / "leaf.svg", home / "mark.svg")
    monkeypatch.chdir(home)
    steps = [{"title": "mine.jpg", "picture": str(home / "mine.jpg")}, {"title": "Two", "picture": "media/coffee.png"}]
    props = {"steps": json.dumps(steps), "logo": "mark.svg", "title": "mark.svg"}
    before = frames(load_source("explainer", props=props, size=(320, 180)))
    node = Node(tmp_path)
    payload = sent("explainer", node.storage, props)
    shutil.rmtree(home)
    monkeypatch.chdir(tmp_path)
    assert (payload["source"], payload["document"]) == ("explainer", None)
    assert set(payload["files"]) == {"mine.jpg", "mark.svg"}
    got = node.gets(payload)
    assert (got.props["title"], got.props["steps"][0]["title"]) == ("mark.svg", "mine.jpg"), "texts stay texts"
    assert same(frames(load_source(got.source, props=dict(got.props), size=(320, 180))), before)


def test_a_missing_file_is_told_with_its_place(tmp_path: Path) -> None:
    inner = {"framekiln": 1, "duration": 2, "layers": [{"type": "image", "source": "gone.jpg"}]}
    written(tmp_path, inner, "inner.json")
    outer = {"framekiln": 1, "duration": 2, "layers": [{"type": "composition", "source": "inner.json"}]}
    with pytest.raises(MediaError) as told:
        bundle(load_source(written(tmp_path, outer)), {})
    assert str(told.value).startswith("layers[0].source: inner.json: layers[0].source: ")
    assert "gone.jpg does not exist" in str(told.value)


def test_a_hidden_layer_may_lack_its_file(tmp_path: Path) -> None:
    document = {"framekiln": 1, "duration": 2, "layers": [{"type": "image", "source": "later.jpg", "hidden": True}]}
    node = Node(tmp_path)
    payload = sent(written(tmp_path, document), node.storage)
    assert payload["files"] == {}
    assert on_the_node(node, payload).composition.layers[0].hidden


def test_a_document_that_holds_itself_is_refused(tmp_path: Path) -> None:
    document = {"framekiln": 1, "duration": 2, "layers": [{"type": "composition", "source": "film.json"}]}
    with pytest.raises(DocumentError, match="holds itself"):
        bundle(load_source(written(tmp_path, document)), {})


def test_addresses_are_left_to_the_node(tmp_path: Path) -> None:
    asset = "asset://" + "ab" * 32
    document = {
        "framekiln": 1,
        "duration": 2,
        "props": {"logo": {"type": "file"}, "items": {"type": "list"}},
        "layers": [
            {"type": "image", "source": "https://films.example/a.jpg"},
            {"type": "composition", "source": asset},
            {"type": "image", "source": "${logo}"},
        ],
    }
    props = {"logo": "https://films.example/logo.png", "items": [asset.replace("ab", "cd")]}
    source = written(tmp_path, document)
    found = bundle(load_source(source, props=props), props)
    assert (found.document, found.props, found.files) == (document, props, {})
    assert retained_inputs(found.part({"a": "ef" * 32})) == {"ab" * 32, "cd" * 32, "ef" * 32}
    with pytest.raises(BadInput, match="submit it to a node"):
        open_scene(load_source(source, props=props))


def test_assets_of_a_nested_document_are_seen_in_the_payload(tmp_path: Path) -> None:
    """Or nobody would know that they are in use."""
    asset = "asset://" + "ab" * 32
    inner = {"framekiln": 1, "duration": 2, "layers": [{"type": "image", "source": asset}]}
    written(tmp_path, inner, "inner.json")
    outer = {"framekiln": 1, "duration": 2, "layers": [{"type": "composition", "source": "inner.json"}]}
    found = bundle(load_source(written(tmp_path, outer)), {})
    assert retained_inputs(found.part({})) == {"ab" * 32}


def test_each_content_is_uploaded_once(storage_settings: Settings, tmp_path: Path) -> None:
    for name in ("one.jpg", "two.jpg"):
        shutil.copy(MEDIA / "face.jpg", tmp_path / name)
    images = [{"type": "image", "source": name} for name in ("one.jpg", "two.jpg")]
    source = written(tmp_path, {"framekiln": 1, "duration": 2, "layers": images})
    node = Node(tmp_path, open_storage(storage_settings))
    hashes = set(sent(source, node.storage)["files"].values())
    stored = [(each.key, each.modified) for each in node.storage.list("local/inputs/")]
    assert [key for key, _ in stored] == [f"local/inputs/{sha256}" for sha256 in hashes]
    sent(source, node.storage)
    assert [(each.key, each.modified) for each in node.storage.list("local/inputs/")] == stored
