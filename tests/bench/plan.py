"""python -m tests.bench.plan: what the digests of every frame cost, on a ten-minute 1080p30 composition of 50 layers.

`real` is such a film as people make: captions, a video and a logo throughout, everything else for a part, 15 at once.
`hard` shows all 50 layers all the time, and half of them move in every frame. CPU of this process, start-up apart.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from render_engine.document.composition import Composition
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from render_engine.timeline.scene import Scene

MEDIA = Path(__file__).parent.parent.parent / "resources" / "media"
LAYERS, SECONDS = 50, 600
GOAL = 20.0  # s
Layer = dict[str, Any]


def keys(*pairs: tuple[float, Any], easing: str = "easeOut") -> Layer:
    return {"keyframes": [{"at": at, "value": value, "easing": easing} for at, value in pairs]}


def spring(start: Any, end: Any, delay: float = 0.0) -> Layer:
    return {"from": start, "to": end, "spring": "snappy", "delay": delay}


def title(k: int) -> Layer:
    animator = {"by": "word", "from": {"opacity": 0, "y": 30}, "spring": "gentle"}
    gone = {"by": "character", "from": {"opacity": 0, "y": -20}, "duration": 0.4, "stagger": 0.01, "out": True}
    return {"type": "text", "text": f"Chapter {k}: how it is made", "size": 72, "animators": [animator, gone]}


def lower_third(k: int) -> Layer:
    texts = [{"type": "text", "text": text, "size": 40} for text in (f"Guest {k}", "engineer")]
    stack = {"type": "stack", "padding": 24, "gap": 8, "fill": "#111827cc", "radius": 16, "layers": texts}
    return {**stack, "position": keys((0, ["-20%", "85%"]), (0.6, ["20%", "85%"])), "opacity": spring(0, 1)}


def photo(k: int) -> Layer:
    slow = keys((0, 1.0), (180, 1.2), easing="linear")
    return {"type": "image", "source": "coffee.png", "size": [640, 360], "radius": 12, "scale": slow}


def badge(k: int) -> Layer:
    face = {"type": "gradient", "fill": {"type": "radial", "stops": ["#ffd54a", "#e64a19"]}, "size": [160, 160]}
    label = {"type": "text", "text": str(k), "size": 64, "shadows": [{"blur": 6}]}
    return {"type": "group", "size": [200, 200], "layers": [face, label], "rotation": spring(-90, 0), "opacity": 0.9}


def glow(k: int) -> Layer:
    disc = {"type": "shape", "shape": "ellipse", "size": [300, 300], "fill": "#6366f1"}
    blur = [{"type": "blur", "radius": 24}]
    return {"type": "group", "size": [400, 400], "layers": [disc], "effects": blur, "opacity": keys((0, 0.0), (1, 0.7))}


def line(k: int) -> Layer:
    trim = {"end": keys((0, 0.0), (1, 1.0))}
    return {"type": "shape", "size": [400, 80], "fill": None, "stroke": {"color": "#fff", "width": 4}, "trim": trim}


KINDS = (title, lower_third, photo, badge, glow, line)


def ground() -> Iterator[Layer]:
    """What a film has all the time."""
    yield {"type": "gradient", "fill": {"type": "linear", "stops": ["#0b1020", "#27314f"]}}
    yield {"type": "video", "source": "bigbuckbunny.mp4", "size": [1280, 720], "when_over": "loop", "muted": True}
    words = [{"word": f"word{k}", "start_ms": 400 * k, "end_ms": 400 * k + 380} for k in range(SECONDS * 5 // 2)]
    parts = [words[k : k + 6] for k in range(0, len(words), 6)]
    yield {
        "type": "captions",
        "segments": [
            {
                "start_ms": part[0]["start_ms"],
                "end_ms": part[-1]["end_ms"],
                "text": " ".join(word["word"] for word in part),
                "words": part,
            }
            for part in parts
        ],
    }


def real() -> Iterator[Layer]:
    yield from ground()
    count = LAYERS - 3
    for k in range(count):
        start = round(k * (SECONDS - 150) / count, 2)
        yield {
            "position": [f"{10 + k * 37 % 80}%", f"{15 + k * 23 % 60}%"],
            **KINDS[k % 6](k),
            "start": start,
            "end": start + 150,
        }


def hard() -> Iterator[Layer]:
    yield from ground()
    whole = float(SECONDS)
    for k in range(LAYERS - 3):
        at = {"position": [f"{10 + k * 37 % 80}%", f"{15 + k * 23 % 60}%"]}
        if k % 2:
            at = {"position": keys((0, ["5%", "10%"]), (whole / 2, ["90%", f"{k * 2}%"]), (whole, ["5%", "90%"]))}
            at["rotation"] = keys((0, 0), (whole, 360.0 * k), easing="linear")
        yield {**KINDS[k % 6](k), **at}


FILMS = {"real": real, "hard": hard}


def film(name: str) -> Scene:
    layers = list(FILMS[name]())
    document = {"size": [1920, 1080], "fps": 30, "duration": SECONDS, "background": "#000000", "layers": layers}
    return resolve(Composition.model_validate(document), MEDIA)


def measured(scene: Scene, share: int) -> tuple[float, int]:
    """CPU seconds for all digests, and how many layers were shown in all frames together."""
    spent, shown = 0.0, 0
    for block in range(0, scene.frames, 300 * share):
        started = time.process_time()
        for k in range(block, min(block + 300, scene.frames)):
            evaluate(scene, k / scene.fps).digest  # noqa: B018 - it is what is measured
        spent += time.process_time() - started
        middle = (block + 150) / scene.fps
        shown += 300 * sum(node.start <= middle < node.end for node in scene.nodes)
    return spent * share, shown * share


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.plan", description=__doc__)
    parser.add_argument("films", nargs="*", help="real, hard (both if left out)")
    parser.add_argument(
        "--share", type=int, default=1, help="measures one in so many stretches of 10 s, and multiplies"
    )
    arguments = parser.parse_args()
    slow = []
    for name in arguments.films or FILMS:
        scene = film(name)
        seconds, nodes = measured(scene, arguments.share)
        print(
            f"{name:<6} {scene.frames} frames: {seconds:6.1f} s CPU, {seconds / nodes * 1e6:5.1f} µs a layer shown",
            flush=True,
        )
        slow += [name] if seconds > GOAL else []
    if slow:
        print(f"over {GOAL:g} s: {', '.join(slow)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
