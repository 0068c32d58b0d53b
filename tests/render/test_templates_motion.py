"""Templates in motion: no frame jumps away from the one before it and stays."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.pictures import Pictures
from render_engine.document.load import load_source
from render_engine.document.templates import TEMPLATES
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate

SIZE = (192, 108)
SEEN = 2.0  # mean difference of two frames, of 255, under which no jump is seen
TIMES = 3.0  # a jump is so many times more than the steps before and after it


def steps(name: str) -> list[float]:
    """The mean difference of each frame from the one before."""
    scene = open_scene(load_source(name, size=SIZE))
    pictures = Pictures(scene.media)
    compositor = Compositor(scene.width, scene.height, scene.fonts, pictures)
    found, before = [], None
    try:
        for n in range(scene.frames):
            pictures.next_frame()
            canvas, _ = compositor.draw(evaluate(scene, Fraction(n) / scene.fps))
            frame = canvas[..., :3].astype(np.int16)
            if before is not None:
                found.append(float(np.abs(frame - before).mean()))
            before = frame
    finally:
        pictures.close()
    return found


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name != "captioned-video"])
def test_nothing_pops_or_jitters(name):
    """But for the sample clip's own cut, which captioned-video shows."""
    found = steps(name)
    jumps = [
        k + 1
        for k in range(1, len(found) - 1)
        if found[k] > SEEN and found[k] > TIMES * max(found[k - 1], found[k + 1])
    ]
    assert jumps == []
