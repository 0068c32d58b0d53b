"""Lottie layers: the right frame at the right time, drawn as sharp as it is shown, and what cannot be drawn named."""

from __future__ import annotations

import copy
import json
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.display_list import Picture, Shape
from render_engine.errors import DocumentError, FramekilnError, MediaError
from render_engine.media.lottie import PARTS, read_lottie
from render_engine.media.lottie_drawing import LottieDrawing
from tests.render.drawing import drawn, scene
from tests.render.filming import made, write

MEDIA = Path(__file__).parents[1] / "scenes" / "media"
CHECK_MARK = Path(__file__).parents[2] / "resources" / "media" / "check-mark.json"
SQUARE = MEDIA / "lottie-square.json"  # 25 frames, 25 a second, from x = 20 to 100; 20 px large, half transparent
TR = {"ty": "tr", "p": {"a": 0, "k": [0, 0]}, "a": {"a": 0, "k": [0, 0]}, "s": {"a": 0, "k": [100, 100]}}


def changed(folder: Path, change: dict[str, Any] | None = None, **layer: Any) -> Path:
    """The square's file with other fields, in itself or in its layer."""
    raw = json.loads(SQUARE.read_text())
    raw.update(change or {})
    raw["layers"][0].update(layer)
    path = folder / "changed.json"
    path.write_text(json.dumps(raw))
    return path


def shown(at: Fraction | float, **fields: Any) -> float:
    """The frame on show."""
    (op,) = drawn({"type": "lottie", "source": str(SQUARE), **fields}, at=at, duration=10)
    assert isinstance(op, Shape)
    assert isinstance(op.fill, Picture)
    return op.fill.frame / PARTS


def middle(pixels: np.ndarray) -> float:
    """The centroid of what is there, across."""
    weights = pixels[..., 3].sum(axis=0, dtype=float)
    return float((weights * (np.arange(len(weights)) + 0.5)).sum() / weights.sum())


def test_every_frame_is_where_its_keyframes_say() -> None:
    drawing = LottieDrawing(SQUARE)
    for frame in range(25):
        assert middle(drawing.draw(frame * PARTS, 120, 60)) == pytest.approx(20 + 80 * frame / 25, abs=0.02)


def test_between_frames_it_is_where_its_keyframes_say() -> None:
    drawing = LottieDrawing(SQUARE)
    for place in (1, 40, 333, 24 * PARTS + 63):
        assert middle(drawing.draw(place, 480, 240)) / 4 == pytest.approx(20 + 80 * place / PARTS / 25, abs=0.01)


def test_what_is_half_transparent_stays_so() -> None:
    pixels = LottieDrawing(SQUARE).draw(0, 120, 60)
    assert abs(pixels[30, 20].astype(int) - [0, 64, 128, 128]).max() <= 1
    assert pixels[30, 60].tolist() == [0, 0, 0, 0]


def test_a_frame_is_the_same_whatever_was_drawn_before() -> None:
    used = LottieDrawing(CHECK_MARK)
    for place, size in ((0, 90), (2000, 240), (9000, 30), (2000, 90), (1, 90), (2000, 240), (2001, 240)):
        fresh = LottieDrawing(CHECK_MARK)
        assert np.array_equal(used.draw(place, size, size), fresh.draw(place, size, size))


@pytest.mark.parametrize(
    ("fields", "at", "frame"),
    [
        ({}, 0, 0),
        ({}, Fraction(1, 25), 1),
        ({}, Fraction(1, 25) - Fraction(1, 10**9), 0),
        ({}, 0.5, 12),
        ({}, 3, 24),
        ({"speed": 2}, Fraction(3, 25), 6),
        ({"speed": -1}, 0, 24),
        ({"speed": -1}, Fraction(1, 25), 23),
        ({"speed": -1}, 2, 0),
        ({"when_over": "loop"}, 1, 0),
        ({"when_over": "loop"}, Fraction(63, 25), 13),
        ({"trim": [0.2, 0.6]}, 0, 5),
        ({"trim": [0.2, 0.6]}, 2, 14),
        ({"interpolate": True}, Fraction(1, 50), 0.5),
        ({"interpolate": True}, 3, 24 + 63 / 64),
    ],
)
def test_the_frame_on_show(fields: dict[str, Any], at: Fraction | float, frame: float) -> None:
    assert shown(at, **fields) == frame


def test_it_goes_at_its_end_where_that_is_asked_for() -> None:
    assert drawn({"type": "lottie", "source": str(SQUARE), "when_over": "end"}, at=0.99)
    assert not drawn({"type": "lottie", "source": str(SQUARE), "when_over": "end"}, at=1)


@pytest.mark.parametrize(
    ("written", "rate"),
    [(29.9700012207031, Fraction(30000, 1001)), (23.976, Fraction(24000, 1001)), (24.0000001, 24), (12.5, 12.5)],
)
def test_a_rate_that_is_written_with_its_rounding_is_understood(written: float, rate: Fraction, tmp_path: Path) -> None:
    assert read_lottie(changed(tmp_path, {"fr": written})).rate == rate


def test_each_frame_of_a_film_of_its_own_rate_shows_the_next(tmp_path: Path) -> None:
    lottie = read_lottie(changed(tmp_path, {"fr": 29.9700012207031, "op": 3010}))
    fps = Fraction(30000, 1001)
    assert [lottie.place_at(frame / fps) // PARTS for frame in range(3000)] == list(range(3000))


def test_a_packed_animation_brings_its_pictures(tmp_path: Path) -> None:
    raw = json.loads(SQUARE.read_text())
    raw["assets"] = [{"id": "dot", "w": 8, "h": 8, "u": "/images/", "p": "dot.png", "e": 0}]
    raw["layers"] = [raw["layers"][0] | {"ty": 2, "refId": "dot", "shapes": []}]
    path = tmp_path / "packed.lottie"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps({"animations": [{"id": "one"}]}))
        archive.writestr("animations/one.json", json.dumps(raw))
        archive.write(MEDIA / "pixels.png", "images/dot.png")
    assert LottieDrawing(path).draw(0, 120, 60)[32, 22, 3] == 255
    scene({"type": "lottie", "source": str(path)})


def of_shape(**item: Any) -> dict[str, Any]:
    raw = json.loads(SQUARE.read_text())["layers"][0]["shapes"]
    items = copy.deepcopy(raw[0]["it"])
    return {"shapes": [{"ty": "gr", "it": [items[0], items[0], item, *items[1:]]}]}


TEXT = {"d": {"k": [{"s": {"t": "Hi", "f": "Inter", "s": 20}, "t": 0}]}, "p": {}, "a": []}


@pytest.mark.parametrize(
    ("layer", "feature"),
    [
        (of_shape(ty="zz"), "zig zag"),
        (of_shape(ty="tw"), "twist"),
        (of_shape(ty="mm", mm=3), "merged paths"),
        (of_shape(ty="wiggly"), "a shape of type “wiggly”"),
        ({"ef": [{"ty": 24, "nm": "Levels", "en": 1}]}, "the effect levels"),
        ({"sy": [{"ty": 1}]}, "layer styles"),
        ({"bm": 17}, "blend mode 17"),
        ({"ty": 13}, "a camera"),
        ({"ty": 6}, "sound"),
        ({"masksProperties": [{"mode": "a", "f": {"a": 0, "k": [4, 4]}}]}, "a mask's feather"),
        ({"ks": {"r": {"a": 0, "k": 0, "x": "$bm_rt = wiggle(5, 30);"}}}, "an expression"),
        ({"ty": 5, "t": TEXT}, "the glyphs of its text, “Hi”"),
    ],
)
def test_what_would_be_drawn_wrongly_is_named(layer: dict[str, Any], feature: str, tmp_path: Path) -> None:
    asked = {"type": "lottie", "source": str(changed(tmp_path, **layer))}
    with pytest.raises(DocumentError, match=f"(?s)source.*layer “square”: {feature}.*“unsupported” to “ignore”"):
        scene(asked)
    scene(asked | {"unsupported": "ignore"})


def test_a_picture_that_is_elsewhere_is_named(tmp_path: Path) -> None:
    asset = {"id": "dot", "w": 8, "h": 8, "u": "images/", "p": "dot.png", "e": 0}
    with pytest.raises(DocumentError, match=r"“dot\.png” is not in the file"):
        scene({"type": "lottie", "source": str(changed(tmp_path, {"assets": [asset]}))})


@pytest.mark.parametrize("item", [{"ty": "mm", "mm": 1}, {"ty": "zz", "hd": True}, {"ty": "rd", "r": {"a": 0, "k": 3}}])
def test_what_is_drawn_right_or_hidden_is_not_refused(item: dict[str, Any], tmp_path: Path) -> None:
    scene({"type": "lottie", "source": str(changed(tmp_path, **of_shape(**item)))})


def test_a_program_in_it_never_runs(tmp_path: Path) -> None:
    """It would run for ever."""
    spin = {"a": 0, "k": 0, "x": "var $bm_rt; while (true) {}"}
    path = changed(tmp_path, ks={"p": {"a": 0, "k": [60, 30, 0]}, "r": spin})
    assert middle(LottieDrawing(path).draw(0, 120, 60)) == pytest.approx(60)


def test_keyframes_that_begin_again_are_drawn(tmp_path: Path) -> None:
    raw = json.loads(SQUARE.read_text())["layers"][0]["ks"]
    raw["p"] |= {"x": "var $bm_rt;\n$bm_rt = loopOut('cycle');"}
    raw["p"]["k"][1]["t"] = 15
    drawing = LottieDrawing(changed(tmp_path, ks=raw))
    assert middle(drawing.draw(8 * PARTS, 120, 60)) == pytest.approx(middle(drawing.draw(3 * PARTS, 120, 60)), abs=0.1)
    scene({"type": "lottie", "source": str(tmp_path / "changed.json")})


def nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [{"ty": "gr", "it": inner}]
    return inner


@pytest.mark.parametrize(
    ("change", "layer", "told"),
    [
        ({"assets": [{"id": "a", "layers": [{"ty": 0, "refId": "a"}]}]}, {"ty": 0, "refId": "a"}, "holds itself"),
        ({}, {"ind": 1, "parent": 1}, "its own parent"),
        ({}, {"shapes": nested(200)}, "nests over"),
        ({}, {"shapes": [{"ty": "rp", "c": {"a": 0, "k": 1e9}}]}, "repeats something"),
        ({"w": 0}, {}, "“w” is 0, expected a number from 1"),
        ({"fr": "30"}, {}, "“fr” is 30, expected a number"),
        ({"op": 10}, {}, "nothing to show"),
    ],
)
def test_what_would_never_end_is_refused(
    change: dict[str, Any], layer: dict[str, Any], told: str, tmp_path: Path
) -> None:
    with pytest.raises(MediaError, match=rf"changed\.json.*{told}"):
        scene({"type": "lottie", "source": str(changed(tmp_path, change, **layer))})


@pytest.mark.parametrize(
    "content", [b"{", b"[1, 2]", b'{"layers": []}', b"\x89PNG", b"PK\x03\x04 and no more", b"[" * 10**5]
)
def test_what_is_no_lottie_is_refused_with_its_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_bytes(content)
    with pytest.raises(FramekilnError, match=r"layers\[0\]\.source.*odd\.json"):
        scene({"type": "lottie", "source": str(tmp_path / "odd.json")})


def test_the_same_bytes_with_one_worker_and_with_two(tmp_path: Path) -> None:
    document = write(tmp_path, [{"type": "lottie", "source": str(CHECK_MARK), "size": [48, 48]}], 16)
    one, two = tmp_path / "one.mp4", tmp_path / "two.mp4"
    made(document, one, workers=1, reuse=False)
    made(document, two, workers=2, reuse=False)
    assert one.read_bytes() == two.read_bytes()
