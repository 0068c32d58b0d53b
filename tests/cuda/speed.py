"""make bench-gpu: how fast a real card draws, converts and copies. Writes its sections of docs/gpu-results.md.

GPU time is of the launches that make a frame, put into the stream again and again without anything between them; frames a
second are of the whole way to the host, evaluation left out.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from render_engine.cpu.pictures import Pictures
from render_engine.cuda.compositor import Compositor
from render_engine.cuda.device import Device, NoCard, open_device
from render_engine.cuda.effects import blur
from render_engine.cuda.frames import Frames
from render_engine.cuda.launches import Draw, Window
from render_engine.cuda.memory import Memory
from render_engine.cuda.place import copy
from render_engine.cuda.planes import semiplanar
from render_engine.cuda.records import records
from render_engine.cuda.texture import Texture, empty
from render_engine.display_list import OPAQUE, Effect
from render_engine.document.load import load_source
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate
from tests.bench.__main__ import ASSETS, HERE, MEDIA
from tests.cuda.results import RESULTS, table, write_section

SIZES = {"1080p": (1920, 1080), "4K": (3840, 2160)}
CASES = {"title": HERE / "cases/title.json", "captioned": HERE / "cases/captioned.json", "kenburns": HERE / "cases/kenburns.json",
         "sprites": HERE / "cases/sprites.json"}  # fmt: skip
GOALS = {("title", "1080p"): 0.2, ("captioned", "1080p"): 0.2, ("kenburns", "1080p"): 0.2, ("title", "4K"): 0.6,
         ("captioned", "4K"): 0.6, ("kenburns", "4K"): 0.6, ("sprites", "1080p"): 0.1}  # fmt: skip
AGAIN = 100
BLUR_GOAL = 0.15  # ms, sigma 20 at 1080p
TIMES_BANDWIDTH = 2.0  # of the least that moving the bytes takes
SET = 8  # textures of 4K in turn: more than fits any card's L2


@dataclass
class Recorder:
    """A device that remembers launches, to put them into the stream again."""

    device: Any
    launches: list[tuple[Any, ...]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.device, name)

    def launch(self, *what: Any) -> None:
        self.launches.append(what)
        self.device.launch(*what)


def repeated(device: Device, memory: Memory, launches: list[tuple[Any, ...]], times: int = AGAIN) -> float:
    """Milliseconds for all of them once."""
    for what in launches:
        device.launch(*what)
    begin = device.record(memory.stream)
    for _ in range(times):
        for what in launches:
            device.launch(*what)
    end = device.record(memory.stream)
    device.wait(end)
    return 1000 * device.seconds(begin, end) / times


def gpu_time(device: Device, name: str, size: tuple[int, int]) -> tuple[float, int]:
    """Milliseconds of drawing and converting the frame in the middle, and how many launches that is."""
    scene = scene_of(name, size)
    recorder = Recorder(device)
    memory = Memory(recorder)
    drawing = Compositor(*size, scene.fonts, Pictures(scene.media), memory)
    middle = scene.frames // 2
    drawing.draw(evaluate(scene, (middle - 1) / scene.fps))
    recorder.launches.clear()
    semiplanar(memory, drawing.draw(evaluate(scene, middle / scene.fps)))
    return repeated(device, memory, recorder.launches), len(recorder.launches)


def whole_way(name: str, size: tuple[int, int], count: int) -> list[str]:
    scene = scene_of(name, size)
    frames = Frames(*size, "yuv420p", scene.fonts, scene.media)
    lists = [evaluate(scene, number / scene.fps) for number in range(min(count, scene.frames))]
    frames.draw(lists[0])
    meter = frames.meter
    before = (meter.host_to_card, meter.card_to_host)
    began = time.perf_counter()
    for _ in frames.drawn(lists[1:]):
        pass
    count = len(lists) - 1
    rate = count / (time.perf_counter() - began)
    up, down = (
        (now - then) / count / 1e6 for now, then in zip((meter.host_to_card, meter.card_to_host), before, strict=True)
    )
    spent, hits = frames.spent, frames.meter.texture_hits
    each = [f"{1000 * seconds / spent.frames:.2f}" for seconds in (spent.drawing, spent.converting, spent.copying)]
    asked = hits + frames.meter.texture_misses
    told = frames.told()
    decoded = told.get("decoded_on_card", 0)
    of = decoded + told.get("decoded_by_processor", 0)
    frames.close()
    return [
        f"{rate:.0f}",
        *each,
        f"{up:.2f}",
        f"{down:.2f}",
        f"{100 * hits / max(1, asked):.0f} %",
        f"{decoded} of {of}" if of else "–",
    ]


def scene_of(name: str, size: tuple[int, int]) -> Any:
    props = {"assets": str(ASSETS), "media": str(MEDIA)}
    given = {key: value for key, value in props.items() if f"${{{key}}}" in CASES[name].read_text()}
    return open_scene(load_source(str(CASES[name]), props=given, size=size))


def kernels(device: Device, size: tuple[int, int]) -> list[list[str]]:
    """Copy, blend and convert beside the least that moving their bytes takes."""
    memory = Memory(Recorder(device))
    textures = [empty(memory, *size) for _ in range(SET)]
    pixels = size[0] * size[1]
    bandwidth = _copy_bandwidth(memory, textures)
    rows = []
    for name, make, moved in (
        ("copy", _copy, 8 * pixels),
        ("blend", _blend, 12 * pixels),
        ("convert", lambda memory, one, other: semiplanar(memory, one), 5.5 * pixels),
    ):
        ms = _of_pairs(memory, textures, make)
        least = 1000 * moved / bandwidth
        rows.append(
            [name, f"{ms:.3f}", f"{least:.3f}", f"{ms / least:.2f}", "yes" if ms <= TIMES_BANDWIDTH * least else "no"]
        )
    return [[f"{bandwidth / 1e9:.0f} GB/s"], *rows]


def _of_pairs(memory: Memory, textures: list[Texture], make: Callable[[Memory, Texture, Texture], Any]) -> float:
    recorder = memory.device
    assert isinstance(recorder, Recorder)
    recorder.launches.clear()
    held = [make(memory, one, other) for one, other in itertools.pairwise([*textures, textures[0]])]
    launches = list(recorder.launches)
    return repeated(recorder.device, memory, launches, AGAIN // SET) / len(held)


def _copy(memory: Memory, one: Texture, other: Texture) -> None:
    memory.launch("window", Window(one.image, other.image, 0, 0), other.width, other.height)


def _blend(memory: Memory, one: Texture, other: Texture) -> Any:
    sprite = copy(one, (0, 0), other.area, OPAQUE // 2, "normal")
    assert sprite
    sent = memory.upload(records([sprite], other.area, other.area))
    memory.launch("draw", Draw(other.image, sent.address, 0, 1), other.width, other.height)
    return sent


def _copy_bandwidth(memory: Memory, textures: list[Texture]) -> float:
    """Bytes a second, read and written, of the driver's own copy between two places on the card."""
    from cuda.bindings import driver as cu

    device, size = memory.device, textures[0].width * textures[0].height * 4
    pairs = list(itertools.pairwise([*textures, textures[0]]))
    for _ in range(2):  # the first run warms up
        begin = device.record(memory.stream)
        for one, other in pairs * (AGAIN // SET):
            cu.cuMemcpyDtoDAsync(other.block.address, one.block.address, size, memory.stream)
        end = device.record(memory.stream)
        device.wait(end)
    return 2 * size * len(pairs) * (AGAIN // SET) / max(1e-9, device.seconds(begin, end))


def blurring(device: Device, size: tuple[int, int]) -> float:
    recorder = Recorder(device)
    memory = Memory(recorder)
    texture = empty(memory, *size)
    blur.apply(texture, Effect("blur", (20.0,), 60), ())
    return repeated(device, memory, recorder.launches)


def _met(ms: float, goal: float | None) -> list[str]:
    return ["–", "–"] if goal is None else [f"{goal}", "yes" if ms <= goal else "no"]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--small", action="store_true", help="tiny frames, to try this out")
    arguments = parser.parse_args()
    sizes = {"1080p": (192, 108)} if arguments.small else SIZES
    try:
        device = open_device()
    except NoCard as error:
        print(f"nothing was run: {error}")
        return 1
    drawn, ways = [], []
    for name, (label, size) in itertools.product(CASES, sizes.items()):
        ms, count = gpu_time(device, name, size)
        goal = GOALS.get((name, label))
        drawn.append([name, label, f"{ms:.3f}", str(count), *_met(ms, goal)])
        ways.append([name, label, *whole_way(name, size, 10 if arguments.small else 120)])
    label, size = next(iter(sizes.items()))
    ms = blurring(device, size)
    drawn.append(["blur, sigma 20", label, f"{ms:.3f}", "–", *_met(ms, BLUR_GOAL)])
    bandwidth, *moved = kernels(device, list(sizes.values())[-1])
    card = device.card()
    heads = ["case", "size", "ms of GPU time a frame", "launches", "goal", "met"]
    write_section(arguments.output, "Drawing and converting", card, table(heads, drawn))
    heads = [
        "case",
        "size",
        "frames a second",
        "drawing ms",
        "converting ms",
        "copying ms",
        "MB up",
        "MB down",
        "texture hits",
        "videos' frames by NVDEC",
    ]
    write_section(arguments.output, "The whole way to the host", card, table(heads, ways))
    heads = ["kernel", "ms", "least ms", "times the least", f"within {TIMES_BANDWIDTH:g}"]
    told = f"The card copies {bandwidth[0]}, reading and writing counted."
    write_section(arguments.output, "Against memory bandwidth", card, [told, "", *table(heads, moved)])
    device.close()
    print(arguments.output.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
