"""What a frame costs the processor where a card draws it: python -m tests.cuda.overhead. No card is needed, and none is used.

The device does nothing: what is left is evaluation, the display list's digest, and telling the card what to do (with
shapes and text that are drawn by the processor, and videos that it decodes). CPU time of this thread, medians.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from render_engine.cuda.frames import Frames
from render_engine.timeline.evaluate import evaluate
from tests.cuda.host_device import HostDevice
from tests.cuda.results import table
from tests.cuda.speed import CASES, SIZES, scene_of

FIRST, COUNT = 20, 60  # frames


class Nothing(HostDevice):
    """Memory, and no kernels."""

    def launch(self, kernel: str, *what: Any) -> None:
        pass

    def upload(self, address: int, data: Any, stream: int) -> None:
        pass

    def download(self, data: Any, address: int, stream: int) -> None:
        pass


def measured(name: str) -> list[str]:
    size = SIZES["1080p"]
    scene = scene_of(name, size)
    frames = Frames(*size, "yuv420p", scene.fonts, scene.media, device=Nothing())
    spent: list[tuple[float, float, float]] = []
    for number in range(FIRST, FIRST + COUNT):
        began = time.thread_time()
        frame = evaluate(scene, number / scene.fps)
        evaluated = time.thread_time()
        assert frame.digest
        digested = time.thread_time()
        frames.draw(frame)
        spent.append((evaluated - began, digested - evaluated, time.thread_time() - digested))
    launches = frames.meter.launches / COUNT
    frames.close()
    return [name, *(f"{1000 * statistics.median(each):.2f}" for each in zip(*spent, strict=True)), f"{launches:.1f}"]


def main() -> None:
    heads = ["case", "evaluate, ms a frame", "digest", "tell the card", "launches"]
    print("\n".join(table(heads, [measured(name) for name in CASES])))


if __name__ == "__main__":
    main()
