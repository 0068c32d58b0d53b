"""Films of every size that 4:2:0 can have: what the card makes is as large as the film."""

from __future__ import annotations

import numpy as np
import pytest

from render_engine.cpu.convert import planes_of
from render_engine.cpu.frames import Frames as CpuFrames
from render_engine.cuda.frames import Frames
from tests.cuda.host_device import HostDevice
from tests.cuda.test_frames import frames_of
from tests.render.drawing import scene


@pytest.mark.parametrize("size", [(160, 90), (108, 134), (50, 98), (16, 18), (66, 64)], ids=str)
def test_frames_for_encoders_of_the_host_are_those_of_the_processor(size):
    moves = {"keyframes": [{"at": 0, "value": [10, 10]}, {"at": 1, "value": list(size)}]}
    disc = {"type": "shape", "shape": "ellipse", "size": [40, 40], "position": moves, "fill": "#3af"}
    made = scene(disc, size=list(size), background="#402010", fps=25)
    card = Frames(*size, "yuv420p", made.fonts, made.media, device=HostDevice())
    processor = CpuFrames(*size, "yuv420p", made.fonts, made.media)
    lists = frames_of(made)
    for frame, found in zip(lists, card.drawn(lists), strict=True):
        assert (found.width, found.height) == size
        for one, other in zip(planes_of(found), planes_of(processor.draw(frame)), strict=True):
            assert np.abs(one.astype(int) - other).max() <= 1
    card.close()
    processor.close()
