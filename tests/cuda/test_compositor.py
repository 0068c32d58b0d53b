"""What the CUDA compositor asks of a card: few launches, nothing sent twice, no more memory than it may have."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from render_engine.cpu.pictures import Pictures
from render_engine.cuda.compositor import Compositor
from render_engine.cuda.device import OutOfCardMemory
from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import downloaded, uploaded
from render_engine.display_list import DisplayList
from render_engine.timeline.evaluate import evaluate
from tests.cuda.comparing import SCENES, compared
from tests.cuda.host_device import HostDevice
from tests.render.drawing import scene

BLACK = (0, 0, 0, 65535)


def dots(count: int) -> list[dict]:
    return [
        {"type": "shape", "shape": "ellipse", "size": [20, 20], "position": [7 * k % 190, 11 * k % 90], "fill": "#3af8"}
        for k in range(count)
    ]


def compositor(made, device: HostDevice, limit: int = 1 << 30) -> Compositor:
    return Compositor(made.width, made.height, made.fonts, Pictures(made.media), Memory(device), limit)


def test_a_plain_frame_is_one_launch():
    device = HostDevice()
    made = scene(*dots(10))
    compositor(made, device).draw(evaluate(made, Fraction(0)))
    assert device.launched == ["draw"]


def test_two_hundred_sprites_are_two_launches_and_the_same_pixels():
    device = HostDevice()
    made = scene(*dots(200))
    found, meter = compared(made, evaluate(made, Fraction(0)), device)
    assert device.launched == ["list_sprites", "draw"]
    assert found.is_near, found
    assert meter.texture_misses <= 200


def test_the_same_frame_again_costs_nothing():
    device = HostDevice()
    made = scene(*dots(3))
    drawing = compositor(made, device)
    drawing.draw(evaluate(made, Fraction(0)))
    before = len(device.launched)
    drawing.draw(evaluate(made, Fraction(1)))
    assert len(device.launched) == before


def test_what_only_moves_is_not_sent_again():
    device = HostDevice()
    made = scene(
        {**dots(1)[0], "position": {"keyframes": [{"at": 0, "value": [40, 40]}, {"at": 1, "value": [90, 40]}]}},
        fps=25,
    )
    drawing = compositor(made, device)
    memory = drawing._memory
    drawing.draw(evaluate(made, Fraction(0)))
    first = memory.meter.host_to_card
    drawing.draw(evaluate(made, Fraction(1)))
    assert memory.meter.texture_hits == 1
    assert memory.meter.host_to_card - first < 200, "a sprite's place, not its pixels"


def test_textures_that_nobody_used_for_long_make_room():
    device = HostDevice()
    grows = {"keyframes": [{"at": 0, "value": [10, 10]}, {"at": 4, "value": [90, 90]}]}
    made = scene({**dots(1)[0], "size": grows}, fps=25)
    drawing = compositor(made, device, limit=100_000)
    for number in range(60):
        drawing.draw(evaluate(made, Fraction(number, 25)))
    assert drawing._memory.meter.texture_misses > 20
    assert device.most < 400_000


def test_a_films_frames_do_not_pile_up():
    """A few of them stay, for loops and slow motion, however long it is."""
    device = HostDevice()
    made = scene({"type": "video", "source": str(SCENES / "media" / "counter.mp4"), "size": [200, 100]}, fps=8)
    drawing = compositor(made, device)
    drawing._moving._limit = 0
    used = []
    for number in range(8):
        drawing.draw(evaluate(made, Fraction(number, 8)))
        used.append(device.used)
    assert drawing._memory.meter.texture_misses == 8
    assert used[7] == used[3]


def test_no_memory_left_is_told_and_forgetting_helps():
    device = HostDevice(limit=200 * 100 * 4 + 40_000)
    memory = Memory(device)
    held = memory.block(60_000)
    with pytest.raises(OutOfCardMemory):
        memory.block(60_000)
    del held
    assert memory.block(50_000), "idle blocks of another size were given back"


def test_pixels_come_back_as_they_went():
    memory = Memory(HostDevice())
    pixels = np.random.default_rng(1).integers(0, 256, (13, 7, 4), np.uint8)
    assert (downloaded(uploaded(memory, pixels)) == pixels).all()
    assert (memory.meter.host_to_card, memory.meter.card_to_host) == (pixels.nbytes, pixels.nbytes)


def test_an_empty_frame_is_its_background():
    made = scene(*dots(1))
    canvas = compositor(made, HostDevice()).draw(DisplayList(200, 100, (65535, 0, 0, 65535)))
    assert (downloaded(canvas) == (0, 0, 255, 255)).all()


def test_a_video_in_a_shape_is_cut_on_the_card_and_the_shape_sent_once():
    device = HostDevice()
    clip = str(SCENES / "media" / "counter.mp4")
    made = scene({"type": "video", "source": clip, "size": [90, 60], "radius": 20, "rotation": 10}, fps=25)
    drawing = compositor(made, device)
    sent = []
    for number in range(3):
        drawing.draw(evaluate(made, Fraction(number, 5)))
        sent.append(drawing._memory.meter.host_to_card)
    assert device.launched == ["from_planes", "draw", "cut", "draw"] * 3
    assert sent[2] - sent[1] < 128 * 64 * 3 // 2 + 500, "the planes, in FFmpeg's rows, and where sprites stand"
    found, _ = compared(made, evaluate(made, Fraction(1)), HostDevice())
    assert found.is_near, found


def test_a_gradient_that_moves_is_drawn_on_the_card():
    device = HostDevice()
    turning = {"type": "linear", "angle": {"from": 0, "to": 90}, "stops": ["#0ea5e9", "#1e1b4b"]}
    made = scene({"type": "gradient", "fill": turning}, fps=25)
    drawing = compositor(made, device)
    for number in range(3):
        drawing.draw(evaluate(made, Fraction(number, 25)))
    assert device.launched.count("gradient") == 3
    assert drawing._memory.meter.host_to_card < 8192 * 16 + 4000, "colours along the way, and no pixels"
    found, _ = compared(made, evaluate(made, Fraction(1)), HostDevice())
    assert found.most <= 1
