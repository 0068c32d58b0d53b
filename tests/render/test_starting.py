"""What it costs to begin: a document is loaded, resolved and evaluated without what only some documents need."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from render_engine.media.facts import Stamp
from tests.render.clips import numbered_clip

PIXELS = {"PySide6", "cv2", "av", "PIL", "numpy"}  # these draw, decode and encode
TOLD = """
import json, sys
from fractions import Fraction
from render_engine.document.load import load_source
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
loaded = load_source(sys.argv[1])
evaluate(resolve(loaded.composition, loaded.base), Fraction(1, 2))
print(json.dumps(sorted(sys.modules)))
"""
PLAIN = {
    "framekiln": 1,
    "duration": 2,
    "layers": [
        {"type": "shape", "shape": "rect", "size": [400, 200], "fill": "#336699", "rotation": {"from": 0, "to": 90}},
        {"type": "group", "layers": [{"type": "text", "text": "Hello", "effects": [{"type": "blur", "radius": 3}]}]},
    ],
}
KNOWN = """
import json, sys
from pathlib import Path
from render_engine.media.probe import probe
assert probe(Path(sys.argv[1])).video
print(json.dumps(sorted(sys.modules)))
"""
PARENT = "import json, sys, render_engine.render, render_engine.plan; print(json.dumps(sorted(sys.modules)))"
PYTHON = """
from render_engine import Composition, Text
def hello() -> Composition:
    return Composition(duration=2, layers=[Text(text="Hello")])
"""


def modules(source: str, told: str = TOLD) -> set[str]:
    """Those imported by the time that the first frame of a composition is evaluated."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", told, source], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.fixture
def document(tmp_path: Path) -> str:
    file = tmp_path / "plain.json"
    file.write_text(json.dumps(PLAIN))
    return str(file)


def test_a_plain_document_is_evaluated_without_decoders_and_pixels(document: str) -> None:
    assert not PIXELS & modules(document)


def test_only_the_kinds_of_layers_in_a_document_are_read(document: str) -> None:
    imported = {name.rpartition(".")[2] for name in modules(document) if name.startswith("render_engine.layers.")}
    assert {"text", "shape", "group"} <= imported
    assert not imported & {
        "captions",
        "audio",
        "video",
        "image",
        "image_sequence",
        "svg",
        "nested",
        "stack",
        "gradient",
    }


def test_a_template_is_evaluated_without_decoders_and_pixels() -> None:
    assert not PIXELS & modules("hello-world")


def test_a_python_function_is_evaluated_without_decoders_and_pixels(tmp_path: Path) -> None:
    (tmp_path / "film.py").write_text(PYTHON)
    assert not PIXELS & modules(f"{tmp_path / 'film.py'}:hello")


def test_a_render_hands_its_drawing_to_others() -> None:
    assert not (PIXELS - {"av"}) & modules("", PARENT)


def test_a_video_that_is_known_is_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "cache"))
    video = numbered_clip(tmp_path / "clip.mp4", count=5)
    while not Stamp.of(video).is_settled:
        time.sleep(0.1)
    assert "av" in modules(str(video), KNOWN)
    assert not PIXELS & modules(str(video), KNOWN)
