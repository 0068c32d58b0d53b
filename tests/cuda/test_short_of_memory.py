"""Where memory on the card is short, frames are drawn some rows at a time, and look the same to the last bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from render_engine.cpu.pictures import Pictures
from render_engine.cuda.compositor import Compositor
from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import downloaded
from render_engine.display_list import DisplayList
from render_engine.timeline.scene import Scene
from tests.cuda.comparing import SCENES, scene_and_frame
from tests.cuda.host_device import HostDevice

ROWS = 32


def drawn(made: Scene, frame: DisplayList, rows: int, device: HostDevice):
    pictures, memory = Pictures(made.media), Memory(device)
    try:
        return downloaded(Compositor(frame.width, frame.height, made.fonts, pictures, memory).draw(frame, rows))
    finally:
        memory.close()
        pictures.close()


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.json")), ids=lambda path: path.stem)
def test_some_rows_at_a_time_are_the_same_pixels(path: Path) -> None:
    made, frame = scene_and_frame(path)
    whole, divided = HostDevice(), HostDevice()
    expected, found = drawn(made, frame, 0, whole), drawn(made, frame, ROWS, divided)
    assert (found == expected).all(), (abs(found.astype(int) - expected).max(), (found != expected).any(-1).sum())
