"""make test-gpu: every golden scene and template on a real card beside the CPU, NVDEC and NVENC where the card has them.

Writes its section of docs/gpu-results.md. Fails where a scene is not near, as tests/cuda/comparing.py says how near.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av

from render_engine.cpu.frames import Frames as CpuFrames
from render_engine.cuda.device import Device, NoCard, open_device
from render_engine.cuda.frames import Frames
from render_engine.display_list import DisplayList
from render_engine.document.load import load_source
from render_engine.document.templates import TEMPLATES
from render_engine.encode.available import available
from render_engine.encode.segment import open_segment
from render_engine.encode.video_settings import VideoSettings
from render_engine.errors import EncoderError
from render_engine.fidelity import worst_psnr
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.scene import Scene
from tests.cuda.comparing import EDGE, EDGES, LEVELS, PSNR, SCENES, compared, drawn, scene_and_frame
from tests.cuda.nvdec_on_card import nvdec
from tests.cuda.results import RESULTS, table, write_section

NVENC = (("h264_nvenc", 8), ("hevc_nvenc", 8), ("hevc_nvenc", 10), ("av1_nvenc", 8), ("av1_nvenc", 10))
SIZE = (960, 540)  # of templates
ROWS = 64  # at a time, where a card is short of memory
MOMENTS = (0.1, 0.35, 0.6, 0.85)  # of a template, where it is compared


def cases(few: int | None) -> Iterator[tuple[str, Scene, DisplayList]]:
    for path in sorted(SCENES.glob("*.json"))[:few]:
        yield path.stem, *scene_and_frame(path)
    for name in list(TEMPLATES)[:few]:
        scene = open_scene(load_source(name, size=SIZE))
        for moment in MOMENTS:
            number = int(moment * scene.frames)
            yield f"{name} at frame {number}", scene, evaluate(scene, number / scene.fps)


def parity(device: Device, few: int | None) -> tuple[list[str], bool]:
    worst, wrong = [], 0
    count = 0
    for name, scene, frame in cases(few):
        found, _ = compared(scene, frame, device)
        count += 1
        wrong += not found.is_near
        worst.append((found.psnr, name, found))
        if not found.is_near:
            print(f"✗ {name}: {found}")
    rows = [
        [name, f"{found.psnr:.1f}", str(found.most), f"{100 * found.far:.2f} %"]
        for _, name, found in sorted(worst)[:12]
    ]
    told = (
        f"{count - wrong} of {count} frames are near: PSNR ≥ {PSNR:g} dB, no pixel more than {LEVELS} levels off but at most "
        f"{100 * EDGES:g} % by at most {EDGE}. The furthest:"
    )
    return [told, "", *table(["frame", "dB", "most levels", f"pixels over {LEVELS}"], rows)], not wrong


def in_parts(device: Device, few: int | None) -> tuple[list[str], bool]:
    """As where the card is short of memory."""
    different, count = [], 0
    for name, scene, frame in cases(few):
        count += 1
        if (drawn(scene, frame, device) != drawn(scene, frame, device, ROWS)).any():
            different.append(name)
    told = f"{count - len(different)} of {count} frames are the same to the last bit when they are drawn {ROWS} rows at a time."
    return [told, *(f"- different: {name}" for name in different)], not different


def nvenc() -> list[str]:
    return [f"- {name}, {bits} bits: {_encoded(name, bits)}" for name, bits in NVENC]


def _encoded(codec: str, bits: int) -> str:
    """A second of frames that never leave the card, read again beside those that the processor draws."""
    answer = available(codec)
    if not answer.ok:
        return f"not yet run: {answer.reason}"
    scene = open_scene(load_source("hello-world", size=SIZE))
    settings = VideoSettings(*SIZE, Fraction(scene.fps), codec, renderer="cuda", bit_depth=bits)
    frames = Frames(*SIZE, settings.pixel_format, scene.fonts, scene.media, on_card=True)
    lists = [evaluate(scene, number / scene.fps) for number in range(30)]
    try:
        read = _read_again(settings, frames.drawn(lists))
    except EncoderError as error:
        return f"not yet run: {error}"
    down = frames.meter.card_to_host
    frames.close()
    processor = CpuFrames(*SIZE, settings.pixel_format, scene.fonts, scene.media)
    near = min(worst_psnr(processor.draw(one), found) for one, found in zip(lists, read, strict=True))
    processor.close()
    return f"{len(read)} frames read again, at least {near:.1f} dB in the block furthest off; {down} bytes came down"


def _read_again(settings: VideoSettings, frames: Iterable[av.VideoFrame]) -> list[av.VideoFrame]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "segment")
        with open_segment(settings, path) as writer:
            for frame in frames:
                writer.write(frame)
        with av.open(str(path)) as file:
            return list(file.decode(video=0))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--few", type=int, help="only so many scenes and templates, to try this out")
    arguments = parser.parse_args()
    try:
        device = open_device()
    except NoCard as error:
        print(f"nothing was run: {error}")
        return 1
    lines, right = parity(device, arguments.few)
    write_section(arguments.output, "Parity", device.card(), lines)
    divided, same = in_parts(device, arguments.few)
    write_section(arguments.output, "Short of memory", device.card(), divided)
    write_section(arguments.output, "NVENC by DLPack", device.card(), nvenc())
    decoded, alike = nvdec(device)
    write_section(arguments.output, "NVDEC", device.card(), decoded)
    device.close()
    print("\n".join([*lines[:1], *divided, *decoded]))
    return 0 if right and same and alike else 1


if __name__ == "__main__":
    sys.exit(main())
