"""python -m tests.bench.effects [NAMES] [--json]: what one step of each effect costs at full HD, in ms of CPU on one core.

On a photo, and on the same photo half transparent; best of nine. The effect is made as a render makes it: by its model,
resolved and evaluated.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

from render_engine.cpu import effects
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect, Group
from render_engine.document.composition import Composition
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve

MEDIA = Path(__file__).parents[2] / "resources" / "media"
SIZE = (1920, 1080)
RUNS = 9
POINT = 12.0  # ms


@dataclass(frozen=True)
class Case:
    goal: float  # ms
    effect: dict[str, Any]  # as a document writes it


CASES = {
    "color_adjust by channel": Case(POINT, {"type": "color_adjust", "exposure": 0.5, "contrast": 1.2}),
    "color_adjust": Case(POINT, {"type": "color_adjust", "exposure": 0.5, "saturation": 1.3, "hue": 20}),
    "curves": Case(POINT, {"type": "curves", "master": [[0, 0], [0.25, 0.2], [0.75, 0.85], [1, 1]]}),
    "duotone": Case(POINT, {"type": "duotone"}),
    "vignette": Case(POINT, {"type": "vignette"}),
    "vignette in colour": Case(POINT, {"type": "vignette", "color": "#6366f1"}),
    "grain": Case(POINT, {"type": "grain", "amount": 0.2}),
    "grain in colour, large": Case(POINT, {"type": "grain", "amount": 0.2, "size": 3, "monochrome": False}),
    "lut": Case(60, {"type": "lut", "source": "warm.cube"}),
    "chroma_key": Case(60, {"type": "chroma_key", "color": "#c8a070"}),
    "pixelate": Case(25, {"type": "pixelate", "size": 24}),
    "pixelate finely": Case(25, {"type": "pixelate", "size": 4}),
    "blur finely": Case(POINT, {"type": "blur", "radius": 2}),
    "blur": Case(POINT, {"type": "blur", "radius": 10}),
    "blur widely": Case(POINT, {"type": "blur", "radius": 100}),
    "glow": Case(25, {"type": "glow", "threshold": 0.6}),
    "glow in colour": Case(25, {"type": "glow", "color": "#6366f1"}),
    "directional_blur": Case(25, {"type": "directional_blur", "length": 60}),
    "directional_blur aslant": Case(25, {"type": "directional_blur", "length": 60, "angle": 45}),
    "directional_blur upright": Case(25, {"type": "directional_blur", "length": 300, "angle": 90}),
    "zoom_blur": Case(25, {"type": "zoom_blur"}),
    "zoom_blur a little": Case(25, {"type": "zoom_blur", "amount": 0.0025}),
    "zoom_blur a lot": Case(25, {"type": "zoom_blur", "amount": 0.8, "center": ["10%", "20%"]}),
    "corner_pin": Case(25, {"type": "corner_pin", "top_left": ["10%", "5%"], "top_right": ["80%", "20%"]}),
    "displacement": Case(25, {"type": "displacement", "speed": 1}),
    "displacement finely": Case(25, {"type": "displacement", "scale": 12, "speed": 1}),
    "sharpen": Case(25, {"type": "sharpen"}),
    "sharpen widely": Case(25, {"type": "sharpen", "radius": 8}),
}


def made(case: Case, folder: Path) -> Effect:
    layer = {"type": "image", "source": str(MEDIA / "coffee.png"), "size": SIZE, "effects": [case.effect]}
    scene = resolve(Composition.model_validate({"size": SIZE, "duration": 1, "layers": [layer]}), folder)
    (group,) = evaluate(scene, Fraction(1, 2)).items
    assert isinstance(group, Group)
    return group.effects[-1]


@cache
def photo() -> Pixels:
    pixels = cv2.resize(cv2.imread(str(MEDIA / "coffee.png")), SIZE, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA), np.uint8)


@cache
def half_transparent() -> Pixels:
    fading = np.linspace(20, 235, SIZE[0]).astype(np.uint8)
    pixels = photo().copy()
    pixels[..., 3] = fading
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA), np.uint8)


def cost(effect: Effect, pixels: Pixels, inputs: Sequence[Pixels] = ()) -> float:
    """ms of CPU of one step, at best."""
    taken = []
    for _ in range(RUNS):
        texture = Texture(pixels.copy())
        began = time.process_time()
        effects.apply(texture, effect, inputs)
        taken.append(time.process_time() - began)
    return min(taken) * 1000


def yardstick() -> float:
    """ms of CPU of one and the same blur: how fast this machine is just now."""
    pixels, out = photo(), np.empty_like(photo())
    taken = []
    for _ in range(3 * RUNS):
        began = time.process_time()
        cv2.GaussianBlur(pixels, (5, 5), 1, dst=out)
        taken.append(time.process_time() - began)
    return min(taken) * 1000


def measured(name: str, folder: Path) -> dict[str, Any]:
    effect = made(CASES[name], folder)
    on_photo, on_half = cost(effect, photo()), cost(effect, half_transparent())
    goal = CASES[name].goal
    return {
        "effect": name, "photo_ms": round(on_photo, 1), "half_transparent_ms": round(on_half, 1), "goal_ms": goal,
        "met": max(on_photo, on_half) <= goal,
    }  # fmt: skip


def write_cube(path: Path, size: int = 33) -> None:
    """A grade that bends every channel by the others."""
    steps = np.linspace(0, 1, size)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    rows = np.stack([red**0.9, 0.9 * green + 0.1 * red, blue**1.2], axis=-1).reshape(-1, 3)
    path.write_text(f"LUT_3D_SIZE {size}\n" + "\n".join("{:.6f} {:.6f} {:.6f}".format(*row) for row in rows))


def line(row: dict[str, Any]) -> str:
    costs = f"{row['photo_ms']:>6} ms   half transparent {row['half_transparent_ms']:>6} ms"
    return f"{row['effect']:<26} {costs}   goal {row['goal_ms']:>5} ms   {'met' if row['met'] else 'NOT MET'}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.effects", description=__doc__)
    parser.add_argument("names", nargs="*", help="of effects (all if left out)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in CASES]:
        print(f"bench: there is no {', '.join(unknown)}; there are {', '.join(CASES)}", file=sys.stderr)
        return 2
    cv2.setNumThreads(1)
    all_met = True
    print(f"yardstick {yardstick():.1f} ms (4.4 on a quiet machine)", file=sys.stderr)
    with TemporaryDirectory() as folder:
        write_cube(Path(folder) / "warm.cube")
        for name in arguments.names or CASES:
            row = measured(name, Path(folder))
            all_met &= row["met"]
            print(json.dumps(row) if arguments.json else line(row), flush=True)
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main())
