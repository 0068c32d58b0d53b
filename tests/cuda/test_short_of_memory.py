"""Where memory on the card is short, frames are drawn some rows at a time, and look the same to the last bit."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from render_engine.cpu.compositor import Compositor as CpuCompositor
from render_engine.cpu.pictures import Pictures
from render_engine.cuda.canvas import AGAIN, Canvas
from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import downloaded
from render_engine.display_list import DisplayList
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.scene import Scene
from tests.cuda.comparing import SCENES, difference, drawn, scene_and_frame
from tests.cuda.host_device import HostDevice
from tests.render.drawing import scene

ROWS = 32
SIZE = (320, 640)
CANVAS = SIZE[0] * SIZE[1] * 4
DISC = {"type": "shape", "shape": "ellipse", "size": [120, 200], "fill": "#ffb703", "rotation": 30}
BOX = {"type": "shape", "shape": "rect", "size": [280, 600], "fill": "#e63946"}


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.json")), ids=lambda path: path.stem)
def test_some_rows_at_a_time_are_the_same_pixels(path: Path) -> None:
    made, frame = scene_and_frame(path)
    assert (drawn(made, frame, HostDevice(), ROWS) == drawn(made, frame, HostDevice())).all()


def large() -> Scene:
    """A card of a box and a disc, fading and blurred, and another one that is turned and lit."""
    card = {"type": "group", "layers": [{**BOX, "opacity": 0.6}, DISC]}
    return scene(
        {**card, "opacity": {"from": 0.2, "to": 0.9}, "effects": [{"type": "blur", "radius": 24}]},
        {**card, "opacity": 0.7, "rotation": 3, "effects": [{"type": "glow", "radius": 12}]},
        {"type": "text", "text": "Short", "size": 60, "color": "#fff", "position": [30, 80]},
        size=list(SIZE),
        fps=25,
    )


def lists(made: Scene, count: int = 3) -> list[DisplayList]:
    return [evaluate(made, Fraction(number, 25)) for number in range(count)]


def canvas_of(made: Scene, device: HostDevice) -> tuple[Canvas, Memory]:
    memory = Memory(device)
    return Canvas(made.width, made.height, made.fonts, Pictures(made.media), memory), memory


@pytest.mark.parametrize(("limit", "in_parts"), [(8.0, 0), (4.0, 3), (3.0, 3), (2.6, 3)])
def test_the_less_memory_there_is_the_fewer_rows_and_the_pixels_stay(limit: float, in_parts: int) -> None:
    """Six canvases and a half would do for all at once."""
    made, device = large(), HostDevice(round(limit * CANVAS))
    canvas, memory = canvas_of(made, device)
    for frame in lists(made):
        assert (downloaded(canvas.draw(frame)) == drawn(made, frame, HostDevice())).all()
    assert (memory.meter.in_parts, memory.meter.by_processor) == (in_parts, 0)
    assert device.most <= limit * CANVAS
    del canvas
    memory.close()
    assert device.used == 0, "nothing is left behind"


def test_what_is_kept_makes_room_before_a_frame_is_divided() -> None:
    """Twenty groups one after another: each is drawn when the next one wants its memory."""
    layers = [{"type": "group", "opacity": 0.5, "layers": [BOX, {**BOX, "size": [200 + k, 500]}]} for k in range(20)]
    made, device = scene(*layers, size=list(SIZE)), HostDevice(5 * CANVAS)
    canvas, memory = canvas_of(made, device)
    (frame,) = lists(made, 1)
    assert (downloaded(canvas.draw(frame)) == drawn(made, frame, HostDevice())).all()
    assert (memory.meter.in_parts, memory.meter.by_processor) == (0, 0)


def test_more_rows_are_tried_again_once_others_leave_the_card() -> None:
    made, device = large(), HostDevice(3 * CANVAS)
    canvas, memory = canvas_of(made, device)
    frames = lists(made, 6 * AGAIN)
    canvas.draw(frames[0])
    device.limit = 8 * CANVAS
    for frame in frames[1:]:
        canvas.draw(frame)
    assert 0 < memory.meter.in_parts < 4 * AGAIN
    assert memory.meter.by_processor == 0


def test_what_looks_at_all_of_a_picture_is_left_to_the_processor() -> None:
    """And what comes after it is drawn on the card again."""
    zoomed = {"type": "group", "layers": [BOX], "effects": [{"type": "zoom_blur", "amount": 0.4}], "end": 0.02}
    made, device = scene(zoomed, {**BOX, "size": [20, 20]}, size=list(SIZE), fps=25), HostDevice(round(2.6 * CANVAS))
    canvas, memory = canvas_of(made, device)
    first, second, _ = lists(made)
    near = difference(downloaded(canvas.draw(first)), CpuCompositor(*SIZE, made.fonts, Pictures({})).draw(first)[0])
    assert near.most == 0
    assert memory.meter.by_processor == 1
    assert (downloaded(canvas.draw(second)) == drawn(made, second, HostDevice())).all()
    assert memory.meter.by_processor == 1


def test_of_two_films_on_one_card_the_second_draws_with_what_the_first_leaves() -> None:
    """It cannot ask the other one: it draws by the processor, or in parts, until there is room."""
    made, device = large(), HostDevice(7 * CANVAS)
    (one, first), (other, second) = canvas_of(made, device), canvas_of(made, device)
    frames = lists(made, 6)
    for frame in frames[:4]:
        expected = drawn(made, frame, HostDevice())
        assert (downloaded(one.draw(frame)) == expected).all()
        assert difference(downloaded(other.draw(frame)), expected).is_near
    alone = second.meter.by_processor
    assert (first.meter.in_parts, first.meter.by_processor) == (0, 0)
    assert alone + second.meter.in_parts == 4
    del one
    first.close()
    for frame in frames[4:]:
        assert (downloaded(other.draw(frame)) == drawn(made, frame, HostDevice())).all()
    assert second.meter.by_processor == alone
    del other
    second.close()
    assert device.used == 0
