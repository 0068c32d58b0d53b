"""Single frames as pictures, by the same drawing as a film's."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.convert import to_rgba
from render_engine.cpu.pictures import Pictures
from render_engine.document.load import Loaded
from render_engine.errors import BadInput
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate


def still(loaded: Loaded, time: Fraction) -> NDArray[np.uint8]:
    """The frame at `time` (seconds): (height, width, 4) straight RGBA."""
    return next(stills(loaded, [time]))


def stills(loaded: Loaded, times: list[Fraction]) -> Iterator[NDArray[np.uint8]]:
    scene = open_scene(loaded)
    pictures = Pictures(scene.media)
    compositor = Compositor(scene.width, scene.height, scene.fonts, pictures)
    try:
        for time in times:
            if not 0 <= time < scene.duration:
                raise BadInput(
                    f"{float(time):g} s lies outside the composition, which lasts {float(scene.duration):g} s"
                )
            # The frame that a viewer sees then: times between two frames show the one before.
            shown = Fraction(int(time * scene.fps)) / scene.fps
            pictures.next_frame()
            pixels, _ = compositor.draw(evaluate(scene, shown))
            yield to_rgba(pixels)
    finally:
        pictures.close()
