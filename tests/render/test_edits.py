"""After an edit exactly those segments are rendered whose frames differ; what cannot be seen renders nothing."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from render_engine.cache_folder import VARIABLE
from render_engine.cpu.frames import Frames
from render_engine.document.load import load_source
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate
from tests.render.filming import LENGTH, Here, across, made, rect, write

Layer = dict[str, Any]
FRAMES = 40
SEGMENTS = FRAMES // LENGTH
COLORS = ("red", "lime", "blue", "white", "yellow")
TEXTS = ("A", "Bo", "xy", "W", "i")
PICTURES = {"one.png": "orange", "two.png": "cyan"}

# --- random documents and edits: everything has its own place, and nothing covers another thing whole ------------------

colors = st.sampled_from(COLORS)
opacities = st.sampled_from((0.25, 0.5, 0.75, 1))
times = st.tuples(st.integers(0, FRAMES - 1), st.integers(1, FRAMES)).map(
    lambda pair: {"start": min(pair) / 10, "end": (max(pair) + (pair[0] == pair[1])) / 10}
)


@st.composite
def layers(draw: st.DrawFn, place: int) -> Layer:
    at = {"position": [8 + 16 * place, draw(st.integers(8, 12))], "opacity": draw(opacities), **draw(times)}
    kind = draw(st.sampled_from(("shape", "text", "image")))
    if kind == "shape":
        return {"type": "shape", "size": [9, 9], "fill": draw(colors), **at}
    if kind == "text":
        return {"type": "text", "text": draw(st.sampled_from(TEXTS)), "size": 10, "color": draw(colors), **at}
    return {"type": "image", "source": draw(st.sampled_from(sorted(PICTURES))), "size": [9, 9], **at}


@st.composite
def documents(draw: st.DrawFn) -> list[Layer]:
    """Layers beside each other, a pair that overlaps, and something that makes each frame another than all others."""
    count = draw(st.integers(1, 4))
    beside = [draw(layers(place)) for place in range(count)]
    pair = [
        {"type": "shape", "size": [10, 8], "position": [x, 28], "fill": color, **draw(times)}
        for x, color in ((20, "red"), (25, "blue"))
    ]
    return [across(FRAMES), *beside, *pair]


def field(name: str, values: st.SearchStrategy[Any]) -> Callable[[st.DrawFn, list[Layer], int], None]:
    def change(draw: st.DrawFn, layers: list[Layer], which: int) -> None:
        layers[which][name] = draw(values)

    return change


def retimed(draw: st.DrawFn, layers: list[Layer], which: int) -> None:
    layers[which] |= draw(times)


def moved(draw: st.DrawFn, layers: list[Layer], which: int) -> None:
    x, y = layers[which]["position"]
    layers[which]["position"] = [x, y + draw(st.sampled_from((-2, 2, 3)))]


def reordered(draw: st.DrawFn, layers: list[Layer], which: int) -> None:
    layers[-2:] = layers[:-3:-1]


def removed(draw: st.DrawFn, layers: list[Layer], which: int) -> None:
    del layers[which]


def added(draw: st.DrawFn, layers: list[Layer], which: int) -> None:
    layers.insert(1, {"type": "shape", "size": [9, 9], "position": [50, 28], "fill": draw(colors), **draw(times)})


OF_ALL = [field("opacity", opacities), field("hidden", st.just(True)), retimed, moved, reordered, removed, added]
OF_KIND = {
    "shape": field("fill", colors),
    "text": field("text", st.sampled_from(TEXTS)),
    "image": field("source", st.sampled_from(sorted(PICTURES))),
}


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[Layer], list[Layer]]:
    before = draw(documents())
    after = copy.deepcopy(before)
    which = draw(st.integers(1, len(before) - 1))
    draw(st.sampled_from([*OF_ALL, OF_KIND[before[which]["type"]]]))(draw, after, which)
    return before, after


def pixels(document: Path) -> list[np.ndarray]:
    scene = open_scene(load_source(str(document)))
    frames = Frames(scene.width, scene.height, "yuv420p", scene.fonts, scene.media)
    return [frames.draw(evaluate(scene, number / scene.fps)).to_ndarray() for number in range(scene.frames)]


def rendered(document: Path, output: Path) -> set[int]:
    """The numbers of the segments that were drawn."""
    made(document, output, here := Here())
    return {segment.number for run in here.runs for segment in run.segments}


@given(edit=edits())
@settings(max_examples=30, deadline=None)
def test_exactly_the_segments_whose_frames_differ_are_rendered_again(edit: tuple[list[Layer], list[Layer]]) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setenv(VARIABLE, str(folder / "cache"))
        for picture, color in PICTURES.items():
            Image.new("RGB", (9, 9), color).save(folder / picture)
        before = write(folder, edit[0])
        shown = pixels(before)
        assert rendered(before, folder / "before.mp4") == set(range(SEGMENTS))
        after = write(folder, edit[1])
        differing = {
            number // LENGTH
            for number, (one, other) in enumerate(zip(shown, pixels(after), strict=True))
            if not np.array_equal(one, other)
        }
        assert rendered(after, folder / "after.mp4") == differing
        made(after, folder / "anew.mp4", reuse=False)
        assert (folder / "after.mp4").read_bytes() == (folder / "anew.mp4").read_bytes()


# --- edits that nobody sees -------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


COVER = {"type": "shape", "size": ["100%", "100%"], "fill": "navy"}


@pytest.mark.parametrize(
    "out_of_sight",
    [
        lambda layer: [layer | {"hidden": True}],
        lambda layer: [layer | {"opacity": 0}],
        lambda layer: [layer | {"position": [300, 24]}],
        lambda layer: [layer | {"scale": 0}],
        lambda layer: [layer, COVER],
        lambda layer: [layer | {"start": 50, "end": 60}],
        lambda layer: [{"type": "group", "layers": [layer], "opacity": 0}],
    ],
    ids=["hidden", "transparent", "outside", "shrunk to nothing", "covered", "at another time", "in a faded group"],
)
def test_an_edit_of_what_is_not_seen_renders_nothing(
    tmp_path: Path, out_of_sight: Callable[[Layer], list[Layer]]
) -> None:
    output = tmp_path / "out.mp4"
    made(write(tmp_path, [*out_of_sight(rect(30, "red")), across(FRAMES)]), output)
    for edited in (rect(30, "blue"), {"type": "text", "text": "Hi", "size": 20}):
        assert rendered(write(tmp_path, [*out_of_sight(edited), across(FRAMES)]), output) == set()


def test_an_edit_is_rendered_only_where_the_layer_is_there(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    made(write(tmp_path, [across(FRAMES), rect(30, "red", start=1.0, end=1.6)]), output)  # frames 10 to 15
    assert rendered(write(tmp_path, [across(FRAMES), rect(30, "blue", start=1.0, end=1.6)]), output) == {1}
    assert rendered(write(tmp_path, [across(FRAMES), rect(30, "blue", start=1.0, end=1.7)]), output) == {2}
    assert rendered(write(tmp_path, [across(FRAMES), rect(30, "blue", start=0.7, end=1.7)]), output) == {0, 1}


def test_undoing_an_edit_renders_nothing(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    before = made(write(tmp_path, [across(FRAMES), rect(30, "red")]), output).path.read_bytes()
    made(write(tmp_path, [across(FRAMES), rect(30, "blue")]), output)
    undone = made(write(tmp_path, [across(FRAMES), rect(30, "red")]), output)
    assert undone.drawn == 0
    assert undone.path.read_bytes() == before


def test_words_about_the_film_render_nothing(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    made(write(tmp_path, [across(FRAMES), rect(30)]), output)
    about = {"title": "A title", "comment": "Words", "markers": [{"at": 1, "name": "Chapter"}]}
    assert rendered(write(tmp_path, [across(FRAMES), rect(30, id="box")], **about), output) == set()
    props = {"color": {"type": "color", "default": "red"}}
    layers = [across(FRAMES), rect(30) | {"fill": {"$prop": "color"}}]
    assert rendered(write(tmp_path, layers, props=props), output) == set()


def test_media_are_known_by_their_contents_wherever_they_lie(tmp_path: Path) -> None:
    output, picture = tmp_path / "out.mp4", tmp_path / "picture.png"
    Image.new("RGB", (9, 9), "red").save(picture)
    film = [across(FRAMES), {"type": "image", "source": "picture.png", "start": 1.0, "end": 1.5}]
    made(write(tmp_path, film), output)
    os.utime(picture, (1, 1))
    assert rendered(write(tmp_path, film), output) == set()
    (tmp_path / "elsewhere").mkdir()
    picture.rename(tmp_path / "elsewhere" / "renamed.png")
    film[1]["source"] = "elsewhere/renamed.png"
    assert rendered(write(tmp_path, film), output) == set()
    Image.new("RGB", (9, 9), "blue").save(tmp_path / "elsewhere" / "renamed.png")
    assert rendered(write(tmp_path, film), output) == {1}


def test_another_size_rate_or_quality_renders_all_and_both_are_kept(tmp_path: Path) -> None:
    document, output = write(tmp_path, [across(FRAMES)]), tmp_path / "out.mp4"
    made(document, output)
    assert made(document, output, crf=40).drawn == FRAMES
    assert made(load_source(str(document), size=(32, 24)), output).drawn == FRAMES
    assert made(load_source(str(document), fps=20), output).drawn == 2 * FRAMES
    assert made(document, output).drawn == 0
    assert made(document, output, crf=40).drawn == 0
