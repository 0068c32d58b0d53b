"""Whatever a document says: it becomes a composition or is refused in words, in bounded time."""

from __future__ import annotations

import copy
import json
import math
import random
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import resources
from render_engine.document.load import parse_document
from render_engine.document.read import parse_json
from render_engine.errors import DocumentError, FramekilnError
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve

BASE = Path(resources.__file__).parent
SECONDS = 20  # far more than any of these takes, on a busy machine too

SPRING = {"spring": "bouncy", "from": 0, "to": 1, "delay": 0.1}
FRAMES = {"keyframes": [{"at": 0, "value": 0}, {"at": 1, "value": 90, "easing": "easeOut"}]}
VALID: dict[str, Any] = {
    "framekiln": 1,
    "title": "${name}",
    "size": [320, 180],
    "fps": "30000/1001",
    "duration": 2,
    "background": "#102030",
    "props": {"name": {"type": "string", "default": "Ada"}, "items": {"type": "list", "default": ["a", "b"]}},
    "markers": [{"at": 0, "name": "Start"}],
    "layers": [
        {"type": "text", "text": "Hi ${name}", "size": 20, "opacity": SPRING, "position": ["50%", 20], "width": 200},
        {"type": "shape", "id": "disc", "shape": "ellipse", "size": [40, 40], "fill": "red", "rotation": FRAMES},
        {
            "type": "group",
            "start": 0.5,
            "end": 1.5,
            "blend": "screen",
            "masks": [{"shape": "ellipse", "feather": 4}],
            "matte": {"layer": "disc", "kind": "alpha"},
            "effects": [{"type": "blur", "radius": 3}, {"type": "drop_shadow"}],
            "layers": [{"type": "shape", "shape": "rect", "size": [20, 30], "rotation_y": FRAMES}],
        },
        {"type": "repeat", "over": {"$prop": "items"}, "stagger": 0.1, "layer": {"type": "text", "text": "${item}"}},
        {"type": "composition", "composition": {"duration": 1, "size": [64, 64], "layers": []}},
        {"type": "image", "source": "media/coffee.png", "size": [30, 20]},
        {"type": "video", "source": "media/bigbuckbunny.mp4", "end": 1, "speed": 2},
    ],
}

WORDS = {"type": "text", "text": "Hi", "size": 16}
PANEL = {"type": "shape", "size": [30, 20], "fill": "blue"}
CHART = {"size": [200, 150], "font_size": 9}
SPATIAL = [
    *({"type": "glow", "color": "red"}, {"type": "zoom_blur", "center": ["20%", 5]}, {"type": "directional_blur"}),
    *({"type": "corner_pin", "top_left": [4, "10%"]}, {"type": "displacement", "map": "disc"}),
    *({"type": "pixelate", "size": 5}, {"type": "sharpen"}, {"type": "vignette"}),
]
COLORS = [
    *({"type": "chroma_key", "color": "lime"}, {"type": "color_adjust", "hue": FRAMES}, {"type": "duotone"}),
    *(
        {"type": "curves", "red": [[0, 0.1], [0.5, 0.6], [1, 1]]},
        {"type": "lut", "source": "gallery/teal-and-orange.cube"},
    ),
    {"type": "grain", "size": 2, "seed": 4, "fps": 12},
]
MOVING: dict[str, Any] = {
    "framekiln": 1,
    "size": [320, 180],
    "palette": "ocean",
    "background": "${palette.bg}",
    "motion_blur": {"shutter": 180, "samples": 4},
    "markers": [{"at": 0.5, "name": "Go"}, {"tempo": 120, "offset": 0.25, "until": 3}],
    "layers": [
        {"type": "sequence", "scenes": [
            {"duration": 1, "background": "#123", "layers": [{**PANEL, "id": "disc"}, {**PANEL, "effects": SPATIAL}]},
            {"duration": 1, "layers": [{**WORDS, "backdrop": COLORS}], "transition": "cube"},
            {"layers": [{**PANEL, "end": 1}], "transition": {"type": "wipe", "direction": "up", "spring": "snappy"}},
        ]},
        {"type": "stack", "size": [200, "60%"], "gap": [4, 8], "wrap": True, "stagger": 0.1, "reflow": "smooth", "layers": [
            {**WORDS, "flex": {"grow": 1, "margin": [1, 2], "align": "end"}, "entrance": "popIn", "exit": "blurIn"},
            {**PANEL, "start": "Go", "end": "beat:2+0.5", "entrance": {"type": "fadeUp", "delay": 0.1, "distance": 9}},
            {"type": "card", "layers": [WORDS], "flex": {"basis": "40%", "shrink": 1, "absolute": False}},
        ]},
        {"type": "lottie", "source": "media/check-mark.json", "size": [30, 30], "speed": 2, "when_over": "loop"},
        {"type": "audio", "source": "media/music-calm.m4a", "id": "music", "role": "music", "duck": {"under": "speech"}},
        {"type": "visualiser", "source": "music", "style": "ring", "size": [50, 50], "bars": 8},
        {"type": "bar_chart", **CHART, "data": [3, {"value": 4.5, "label": "B"}], "palette": "light"},
        {"type": "line_chart", **CHART, "lines": [{"values": [1, 3, 2], "label": "A"}], "labels": ["a", "b", "c"]},
        {"type": "safe_area", "layers": [{"type": "typewriter", "text": "abc"}, {"type": "count_up", "to": 99.5}]},
        {"type": "phone", "size": [None, 90], "layers": [{"type": "background"}, {"type": "animated_characters", "text": "x"}]},
        {"type": "browser", "size": [120, 80], "bar": 12, "layers": [{"type": "grid"}, {"type": "glow_orb", "size": 40}]},
        {"type": "terminal", "lines": ["ls", {"text": "a b", "output": True}], "font_size": 8},
        {"type": "code_block", "code": "a = 1\nb = 2", "language": "python", "highlights": [1, [1, 2]], "reveal": "typing"},
        {"type": "lower_third", "name": "Ada", "title": "Countess", "font_size": 12},
        {"type": "badge", "text": "New", "dot": "red"}, {"type": "progress_bar", "size": [60, 4], "value": SPRING},
        {"type": "vignette"},
    ],
}  # fmt: skip
DOCUMENTS = {"still": VALID, "moving": MOVING}

ODD: list[Any] = [
    *(None, True, "", "x", "50%", "${name}", "${nobody}", "${", "\ud800", "\x00", "a" * 5000, 0, -1, 1, 0.1, 1e300),
    *(-1e-300, 10**30, math.nan, math.inf, [], {}, [1, 2], [[]] * 50, [0] * 3000, SPRING, FRAMES, {"keyframes": []}),
    *({"$prop": "items"}, {"$prop": "name"}, {"$prop": 5}, {"type": "repeat", "over": 900, "layer": {}}),
    {"type": "text", "text": "מילה 漢字 👩‍👩‍👧"},
    {"type": "text", "size": 4000, "text": "W" * 300},
    {"type": "group", "layers": [{"type": "group"}] * 300},
]


def places(value: Any, into: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        into.append((value, key))
        places(value[key], into)
    return into


def nested(value: Any, chance: random.Random, depth: int) -> Any:
    for _ in range(depth):
        value = chance.choice([[value], {"type": "group", "layers": [value]}])
    return value


def mutated(valid: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    document = copy.deepcopy(valid)
    for _ in range(chance.randint(1, 4)):
        container, key = chance.choice(places(document, []))
        other, other_key = chance.choice(places(document, []))
        match chance.randrange(6):
            case 0 | 1:
                container[key] = copy.deepcopy(chance.choice(ODD))
            case 2:
                container[key] = copy.deepcopy(other[other_key])
            case 3 if isinstance(container, dict):
                container[str(chance.choice(["x", "type", "", "$prop", "layers", key]))] = container.pop(key)
            case 4 if isinstance(container, list):
                container.extend([container[key]] * chance.choice([1, 40]))
            case _:
                container[key] = nested(container[key], chance, 20)
    if chance.randrange(10) == 0:
        container, key = chance.choice(places(document, []))
        container[key] = nested(container[key], chance, 300)
    return document


@pytest.mark.parametrize("name", DOCUMENTS)
@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_a_mutated_document_is_drawn_or_refused(name: str, seed: int) -> None:
    document = mutated(DOCUMENTS[name], random.Random(seed))
    begun = time.process_time()
    try:
        composition = parse_document(document)
    except DocumentError as refusal:
        told_in_words(refusal)
    else:
        draw_one_frame(composition)
    assert time.process_time() - begun < SECONDS


def draw_one_frame(composition: Any) -> None:
    try:
        scene = resolve(composition, BASE)
        evaluate(scene, min(Fraction(1), scene.duration / 2))
    except FramekilnError as refusal:
        told_in_words(refusal)


def told_in_words(refusal: FramekilnError) -> None:
    assert str(refusal)
    assert "pydantic" not in str(refusal)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_broken_text_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(json.dumps(VALID).encode())
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(data))
        data[at : at + chance.choice([0, 1, 20])] = chance.choice(
            [b"", b"{", b"]", b'"', b"\xff", b"1e999", b"NaN", b"\\u"]
        )
    try:
        parse_json(bytes(data))
    except DocumentError as refusal:
        told_in_words(refusal)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_that_is_mutated_is_drawn(name: str) -> None:
    scene = resolve(parse_document(DOCUMENTS[name]), BASE)
    assert evaluate(scene, Fraction(1)).items
