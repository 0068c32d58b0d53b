"""What each transition costs a frame at full HD, beyond drawing its two scenes: these stand still, and are drawn once.

python -m tests.bench.transitions [NAME …]

CPU of evaluating and compositing in one thread, the best of several runs over the same frames; conversion and encoding
are no part of it. Warps, and what blurs both scenes, have a goal of their own.
"""

from __future__ import annotations

import sys
import time
from fractions import Fraction
from pathlib import Path

import cv2

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.pictures import Pictures
from render_engine.document.composition import Composition
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from render_engine.transitions import TRANSITIONS
from tests.bench.effects import yardstick

MEDIA = Path(__file__).parents[2] / "resources" / "media"
WARPS = {
    "fadeBlur",
    "perspectiveFlip",
    "cube",
    "scaleFade",
    "zoomThrough",
    "morphExpand",
    "crossZoom",
    "directionalBlur",
}
GOALS = {True: 25.0, False: 12.0}  # ms a frame, of warps and of the others
FRAMES, RUNS = 12, 4


def document(name: str) -> Composition:
    def scene(source: str, title: str) -> dict[str, object]:
        picture = {"type": "image", "source": source, "size": [1920, 1080], "fit": "cover"}
        text = {"type": "text", "text": title, "font": "Inter", "size": 200, "color": "white"}
        return {"duration": 2, "background": "#123", "layers": [picture, text]}

    entering = scene("coffee.png", "Second") | {"transition": {"type": name, "duration": 1}}
    scenes = [scene("rocket.jpg", "First"), entering]
    return Composition.model_validate({"size": [1920, 1080], "layers": [{"type": "sequence", "scenes": scenes}]})


def cost(name: str) -> float:
    """ms of CPU a frame."""
    scene = resolve(document(name), MEDIA)
    pictures = Pictures(scene.media)
    compositor = Compositor(scene.width, scene.height, scene.fonts, pictures)
    best = float("inf")
    for run in range(RUNS + 1):
        spent = 0.0
        for k in range(FRAMES):
            begun = time.process_time()
            compositor.draw(evaluate(scene, 1 + Fraction(2 * k + 1, 2 * FRAMES)))
            spent += time.process_time() - begun
        if run:  # the first one draws the scenes
            best = min(best, spent)
    pictures.close()
    return best * 1000 / FRAMES


def main(names: list[str]) -> int:
    cv2.setNumThreads(1)
    missed = 0
    print(f"yardstick {yardstick():.1f} ms (4.4 on a quiet machine)")
    for name in names or TRANSITIONS:
        found, goal = cost(name), GOALS[name in WARPS]
        missed += found > goal
        print(f"{name:18} {found:6.1f} ms   goal {goal:>4g} ms   {'met' if found <= goal else 'NOT MET'}")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
