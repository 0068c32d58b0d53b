"""Numbers that nobody means: they are drawn in little time and memory, or refused in words; never a crash or a hang."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from render_engine import Composition
from render_engine.document.load import load_document, parse_document
from render_engine.errors import BadInput
from render_engine.timeline.resolve import resolve

ROOT = Path(__file__).parents[2]
MEDIA = ROOT / "resources" / "media"
SQUARE = {"type": "shape", "shape": "rect", "size": [100, 100], "fill": "red"}
WORD = {"type": "text", "text": "hello", "font": "Inter", "size": 20}
PHOTO = {"type": "image", "source": str(MEDIA / "astronaut.png")}
BLURRED = {"type": "blur", "radius": 65536}
GROUP = {"type": "group", "opacity": 0.5}
STIFF = {"mass": 1000, "damping": 0.0001, "stiffness": 100_000}
INNER = {"framekiln": 1, "size": [16384, 16384], "duration": 1, "layers": [{**SQUARE, "size": [16000, 16000]}]}

DRAWN = {
    "blur": {**SQUARE, "effects": [BLURRED]},
    "many blurs": {**SQUARE, "effects": [{"type": "blur", "radius": 100}] * 64},
    "shadow": {**SQUARE, "effects": [{"type": "drop_shadow", "radius": 65536, "x": 1e6}]},
    "feather": {**SQUARE, "masks": [{"feather": 65536}] * 4},
    "text shadow": {**WORD, "shadows": [{"blur": 4000}]},
    "letter spacing": {**WORD, "letter_spacing": 500},
    "scaled text": {**WORD, "scale": 1e6},
    "scaled photo": {**PHOTO, "scale": 1e6},
    "photo of 65536 px": {**PHOTO, "size": [65536, 65536]},
    "turned photo": {**PHOTO, "size": [65536, 65536], "rotation_x": 80, "perspective": 10},
    "tiny photo": {**PHOTO, "scale": 1e-6},
    "scaled video": {"type": "video", "source": str(MEDIA / "bigbuckbunny.mp4"), "scale": 1000},
    "scaled svg": {"type": "svg", "source": str(MEDIA / "framekiln-logo.svg"), "scale": 1000},
    "group": {**GROUP, "scale": 64, "rotation": 30, "layers": [{**SQUARE, "size": [60000, 60000]}, WORD, PHOTO]},
    "group of groups": {**GROUP, "scale": 1e6, "layers": [{**GROUP, "layers": [SQUARE]}]},
    "nested composition": {"type": "composition", "scale": 64, "composition": INNER},
    "keyframes": {**SQUARE, "rotation": {"keyframes": [{"at": k / 100_000, "value": k} for k in range(50_000)]}},
    "stiff spring": {**SQUARE, "position": {"spring": STIFF, "from": [0, 0], "to": [1e6, 1e6]}},
    "far away": {**WORD, "position": [1e6, -1e6], "effects": [{"type": "blur", "radius": 50}]},
}  # fmt: skip

REFUSED = {
    "a thousand accents on a letter": ({**WORD, "text": "a" + "\u0301" * 1000}, "combining marks"),
    "a thousand flags": ({**WORD, "text": "\U0001f1eb\U0001f1f7" * 1000}, "flags"),
    "a megabyte of text": ({**WORD, "text": "hello " * 170_000}, "text"),
    "a repeat without end": ({"type": "repeat", "over": 10**9, "layer": SQUARE}, "over"),
    "a star of a million points": ({**SQUARE, "shape": "star", "points": 10**6}, "points"),
    "an endless path": ({**SQUARE, "shape": "path", "path": "M0 0 L1e30 1e30 L-1e30 5z"}, "path"),
    "dashes of nothing": ({**SQUARE, "stroke": {"color": "red", "width": 1, "dashes": [1e-4, 1e-4]}}, "dashes"),
}


def drawn(*layers: dict, **fields) -> np.ndarray:
    document = {"framekiln": 1, "size": [320, 180], "duration": 1, "layers": list(layers), **fields}
    return parse_document(document).frame(0)


_DRAW_ALL = """
import json, sys, time
from tests.render.test_extremes import DRAWN, drawn
for name, layer in DRAWN.items():
    began = time.process_time()
    drawn(layer)
    print(json.dumps([name, time.process_time() - began]), flush=True)
"""


def test_absurd_numbers_are_drawn_in_little_memory_and_a_few_seconds():
    """All in one process of 3 GiB of address space, much of which is Qt's and the codecs' own."""

    def little_memory() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))

    done = subprocess.run(
        [sys.executable, "-c", _DRAW_ALL],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=little_memory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    times = dict(map(json.loads, done.stdout.splitlines()))
    assert done.returncode == 0, (list(times)[-1:], done.stderr[-2000:])
    assert {name: took for name, took in times.items() if took > 6} == {}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_end_is_refused_with_its_path(name: str):
    layer, field = REFUSED[name]
    with pytest.raises(BadInput) as refused:
        drawn(layer)
    assert field in str(refused.value)
    assert str(refused.value).startswith("layers[0]")


def test_documents_that_multiply_are_refused(tmp_path: Path):
    """Ten nested in ten in ten…: some kilobytes that ask for a thousand million layers."""
    fields = {"framekiln": 1, "size": [64, 64], "duration": 1}
    for level in range(9):
        nested = {"type": "composition", "source": f"{level + 1}.json"}
        (tmp_path / f"{level}.json").write_text(json.dumps({**fields, "layers": [nested] * 10}))
    (tmp_path / "9.json").write_text(json.dumps({**fields, "layers": [SQUARE]}))
    with pytest.raises(BadInput, match="more than 1000 nested compositions"):
        resolve(load_document(tmp_path / "0.json"), tmp_path)


def test_twenty_thousand_layers_are_drawn():
    dots = [
        {"type": "shape", "size": [1, 1], "fill": "white", "position": [k % 200 + 0.5, k // 200 + 0.5]}
        for k in range(20_000)
    ]
    assert (drawn(*dots)[:100, :200, :3] == 255).all()


def test_what_a_moved_group_brings_into_sight_is_seen():
    """The window that cuts textures moves along with the group that they are in."""
    far = {**SQUARE, "size": [500, 400], "position": [5160, 90], "effects": [{"type": "blur", "radius": 1}]}
    group = {"type": "group", "opacity": 0.5, "anchor": [0, 0], "position": [-5000, 0], "layers": [far]}
    assert abs(int(drawn(group)[90, 160, 0]) - 128) <= 2


def test_a_wide_blur_is_the_blur_that_it_would_be_at_full_size():
    """A texture of fewer px is taken for it; half a plane blurred is an error function, whatever its sigma."""
    from math import erf, sqrt

    half = {**SQUARE, "size": [60000, 60000], "anchor": [0, 0.5], "position": [160, 90]}
    row = drawn({**half, "effects": [{"type": "blur", "radius": 2000}]})[90, :, 0].astype(float) / 255
    wanted = [(1 + erf((x + 0.5 - 160) / 2000 / sqrt(2))) / 2 for x in range(320)]
    assert np.abs(row - wanted).max() < 0.02


def test_a_composition_as_large_as_can_be_is_drawn_small():
    film = {"size": [16384, 16384], "duration": 1, "layers": [{**SQUARE, "size": [8192, 8192]}]}
    picture = Composition.model_validate(film).frame(0, size=(64, 64))
    assert tuple(picture[32, 32]) == (255, 0, 0, 255)
    assert tuple(picture[5, 5]) == (0, 0, 0, 255)


@pytest.mark.parametrize("size", [(0, 64), (16385, 64)])
def test_a_size_that_cannot_be_drawn_is_refused(size: tuple[int, int]):
    with pytest.raises(BadInput, match=f"{size[0]}x64"):
        Composition(duration=1).frame(0, size=size)
