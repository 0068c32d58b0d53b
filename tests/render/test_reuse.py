"""What is kept from one frame to the next never changes a byte: every golden scene and every template, both ways."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.cpu.convert import planes_of
from render_engine.cpu.frames import Frames
from render_engine.document.composition import Composition
from render_engine.document.load import Loaded, load_source
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from render_engine.timeline.scene import Scene

SCENES = sorted((Path(__file__).parent.parent / "scenes").glob("*.json"))
MEDIA = Path(__file__).parents[2] / "resources" / "media"
STEPS = (0, 1, 2, 7, 8, 3, 3)  # frames in a row, a jump ahead, a jump back, and the same frame again


def opened(loaded: Loaded, size: tuple[int, int] | None = None) -> Scene:
    documents = (loaded.document,) if loaded.document else ()
    return resolve(loaded.composition, loaded.base, size=size or loaded.size, documents=documents)


def drawn(scene: Scene, pix_fmt: str, times: list[Fraction], reuse: bool) -> list[list[np.ndarray]]:
    frames = Frames(scene.width, scene.height, pix_fmt, scene.fonts, scene.media, reuse=reuse)
    try:
        return [[plane.copy() for plane in planes_of(frames.draw(evaluate(scene, time)))] for time in times]
    finally:
        frames.close()


def assert_the_same_both_ways(scene: Scene, pix_fmt: str, first: Fraction = Fraction(0), by: int = 1) -> None:
    times = [min(first + step * by / scene.fps, scene.duration - 1 / scene.fps) for step in STEPS]
    kept, afresh = (drawn(scene, pix_fmt, times, reuse) for reuse in (True, False))
    for time, one, other in zip(times, kept, afresh, strict=True):
        for number, (plane, expected) in enumerate(zip(one, other, strict=True)):
            differ = np.argwhere(plane != expected)
            assert not len(differ), f"at {time} s, plane {number}: {len(differ)} samples, the first at {differ[0]}"


def even(loaded: Loaded) -> tuple[int, int]:
    width, height = loaded.size or loaded.composition.size
    return (width + width % 2, height + height % 2)


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_a_scene_is_the_same_drawn_afresh(path: Path) -> None:
    loaded = load_source(str(path))
    comment = loaded.composition.comment
    at = Fraction(comment.removeprefix("at ")) if comment.startswith("at ") else Fraction(0)
    assert_the_same_both_ways(opened(loaded, even(loaded)), "yuv420p", at)


@pytest.mark.parametrize("pix_fmt", ["bgra", "yuva420p"])
@pytest.mark.parametrize("name", ["text-over-nothing-has-no-halo", "effect-blur-over-nothing-has-no-halo"])
def test_so_is_one_with_alpha(name: str, pix_fmt: str) -> None:
    loaded = load_source(str(SCENES[0].parent / f"{name}.json"))
    assert_the_same_both_ways(opened(loaded, even(loaded)), pix_fmt)


@pytest.mark.parametrize("name", ["hello-world", "captioned-video"])
def test_a_template_is_the_same_drawn_afresh(name: str) -> None:
    loaded = load_source(name)
    width, height = loaded.composition.size
    assert_the_same_both_ways(opened(loaded, (width // 4 * 2, height // 4 * 2)), "yuv420p", Fraction(1, 5), by=4)


def test_many_turning_pictures_over_a_moving_photo_are_the_same_drawn_afresh() -> None:
    def turning(x: int) -> dict[str, Any]:
        turn = {"keyframes": [{"at": 0, "value": x}, {"at": 3, "value": 3 * x}]}
        return {"type": "image", "source": "coffee.png", "size": [90, 40], "position": [x, x // 2], "rotation": turn}

    zoom = {"keyframes": [{"at": 0, "value": 1.02}, {"at": 3, "value": 1.2}]}
    photo = {"type": "image", "source": "rocket.jpg", "size": [640, 360], "scale": zoom}
    layers = [photo, *(turning(x) for x in range(10, 640, 20))]
    document = {"size": [640, 360], "duration": 3, "layers": layers}
    scene = resolve(Composition.model_validate(document), MEDIA)
    assert_the_same_both_ways(scene, "yuv420p")
    few = {**document, "layers": layers[:6]}
    assert_the_same_both_ways(resolve(Composition.model_validate(few), MEDIA), "yuv420p")


def test_photos_and_a_video_that_move_and_fade_are_the_same_drawn_afresh() -> None:
    def shown(source: str, kind: str, at: float, **more: Any) -> dict[str, Any]:
        zoom = {"keyframes": [{"at": 0, "value": 1.05}, {"at": 1, "value": 1.3}]}
        fade = {"keyframes": [{"at": 0, "value": 0}, {"at": 0.3, "value": 1}]} if at else 1
        place = {"size": [640, 360], "fit": "cover", "start": at, "scale": zoom, "opacity": fade}
        return {"type": kind, "source": source, **place, **more}

    layers = [
        shown("rocket.jpg", "image", 0),
        shown("bigbuckbunny.mp4", "video", 0.2),
        shown("coffee.png", "image", 0.5),
    ]
    title = {"type": "text", "text": "Over all", "font": "Inter", "size": 40, "color": "white", "position": [320, 300]}
    document = {"size": [640, 360], "duration": 2, "layers": [*layers, title]}
    assert_the_same_both_ways(resolve(Composition.model_validate(document), MEDIA), "yuv420p", Fraction(1, 10), by=2)
