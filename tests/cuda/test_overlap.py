"""Two frames are under way at once: the card draws one while the host decodes, evaluates, converts and encodes others."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from render_engine.cpu.convert import planes_of
from render_engine.cuda.frames import Frames
from render_engine.display_list import DisplayList
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.scene import Scene
from tests.cuda.comparing import SCENES
from tests.cuda.host_device import HostDevice
from tests.cuda.late_device import LateDevice
from tests.render.drawing import scene

SIZE = (192, 108)
COUNT = 6
DRAWING = 1  # the first stream that is made


def film() -> Scene:
    """A video, a disc that moves, a group that is drawn anew for each frame, and thirty sprites."""
    moves = {"keyframes": [{"at": 0, "value": [40, 40]}, {"at": 1, "value": [140, 60]}]}
    disc = {"type": "shape", "shape": "ellipse", "size": [50, 50], "position": moves, "fill": "#3af"}
    grows = {"from": 2, "to": 12}
    return scene(
        {"type": "video", "source": str(SCENES / "media" / "counter.mp4"), "size": list(SIZE), "fit": "cover"},
        {"type": "group", "layers": [disc], "opacity": 0.8, "effects": [{"type": "blur", "radius": grows}]},
        *({**disc, "size": [9, 9], "position": [6 * k, 90], "rotation": {"from": 0, "to": k}} for k in range(30)),
        size=list(SIZE),
        fps=25,
        duration=1,
    )


def evaluated(made: Scene, told: list[str]) -> Iterator[DisplayList]:
    for number in range(COUNT):
        told.append("evaluate")
        yield evaluate(made, Fraction(number, 25))


def frames(made: Scene, device: HostDevice, pix_fmt: str) -> Frames:
    return Frames(*SIZE, pix_fmt, made.fonts, made.media, device=device)


@pytest.mark.parametrize("hurried", [None, DRAWING], ids=["late", "copies late"])
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "bgr0"])
def test_a_card_that_lags_behind_makes_the_same_frames(pix_fmt: str, hurried: int | None) -> None:
    made = film()
    late, prompt = frames(made, LateDevice(hurried), pix_fmt), frames(made, HostDevice(), pix_fmt)
    lists = list(evaluated(made, []))
    for one, other in zip(late.drawn(lists), prompt.drawn(lists), strict=True):
        for plane, expected in zip(planes_of(one), planes_of(other), strict=True):
            assert (np.asarray(plane) == expected).all()
    late.close()
    prompt.close()


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "bgr0"])
def test_the_next_frame_is_evaluated_and_begun_before_one_is_waited_for(pix_fmt: str) -> None:
    """And while the host encodes one, the card has all that it needs for the next: it can draw it and send it down."""
    made, device = film(), LateDevice()
    drawing = frames(made, device, pix_fmt)
    for number, _ in enumerate(drawing.drawn(evaluated(made, device.told))):
        device.told.append(f"encode {number}")
        last = number == COUNT - 1
        assert device.told.count("download") == number + (1 if last else 2)
        assert device.done.count("download") == number + 1, "only what this frame needs was waited for"
    order = [what for what in device.told if what in ("evaluate", "wait", "download") or what.startswith("encode")]
    begin, end = ["evaluate", "download"], ["wait", "encode"]
    expected = [*begin, *(begin + end) * (COUNT - 1), *end]
    assert [what.split()[0] for what in order] == expected
    drawing.close()


def test_nothing_waits_while_a_frame_is_put_together() -> None:
    """No op, no upload, no launch: the host waits once a frame, at its end."""
    made, device = film(), LateDevice()
    drawing = frames(made, device, "yuv420p")
    for frame in drawing.drawn(evaluated(made, device.told)):
        assert frame
    assert device.told.count("wait") == COUNT
    drawing.close()
