"""One frame drawn by both compositors, and how near they must be. Also run on a real card: tests/cuda/on_card."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from render_engine.cpu.compositor import Compositor as CpuCompositor
from render_engine.cpu.pictures import Pictures
from render_engine.cpu.texture import Pixels
from render_engine.cuda.compositor import Compositor
from render_engine.cuda.device import Device
from render_engine.cuda.memory import Memory, Meter
from render_engine.cuda.texture import downloaded
from render_engine.display_list import DisplayList
from render_engine.document.load import load_source
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.scene import Scene

PSNR = 45.0  # dB at least, of premultiplied 8 bits
LEVELS = 3  # that a pixel may differ by
# But along edges that are smoothed after a rotation or in space (Qt counts how much of a pixel is covered in its own
# way), and where Qt's sums in fixed point fall into another sixteenth between two pixels:
EDGE = 16  # levels
EDGES = 0.01  # of all pixels

SCENES = Path(__file__).parents[1] / "scenes"


@dataclass(frozen=True)
class Difference:
    psnr: float
    most: int  # levels
    far: float  # share of pixels that are more than LEVELS off

    @property
    def is_near(self) -> bool:
        return self.psnr >= PSNR and (self.most <= LEVELS or (self.most <= EDGE and self.far <= EDGES))


def difference(one: np.ndarray, other: np.ndarray) -> Difference:
    off = np.abs(one.astype(int) - other)
    error = float((off**2).mean())
    psnr = 10 * np.log10(255**2 / error) if error else np.inf
    return Difference(psnr, int(off.max()), float((off.max(-1) > LEVELS).mean()))


def scene_and_frame(path: Path) -> tuple[Scene, DisplayList]:
    """At the time that its comment names."""
    loaded = load_source(str(path))
    comment = loaded.composition.comment
    time = Fraction(comment.removeprefix("at ")) if comment.startswith("at ") else Fraction(0)
    scene = open_scene(loaded)
    return scene, evaluate(scene, Fraction(int(time * scene.fps)) / scene.fps)


def compared(scene: Scene, frame: DisplayList, device: Device) -> tuple[Difference, Meter]:
    pictures, memory = Pictures(scene.media), Memory(device)
    try:
        expected, _ = CpuCompositor(frame.width, frame.height, scene.fonts, pictures).draw(frame)
        found = downloaded(Compositor(frame.width, frame.height, scene.fonts, pictures, memory).draw(frame))
        return difference(expected, found), memory.meter
    finally:
        memory.close()
        pictures.close()


def drawn(scene: Scene, frame: DisplayList, device: Device, rows: int = 0) -> Pixels:
    """By a compositor of its own, all at once or so many rows at a time."""
    pictures, memory = Pictures(scene.media), Memory(device)
    try:
        return downloaded(Compositor(frame.width, frame.height, scene.fonts, pictures, memory).draw(frame, rows))
    finally:
        memory.close()
        pictures.close()
