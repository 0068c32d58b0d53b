"""The same films decoded by the card and by the processor, compared byte for byte, and how long a frame takes each of them."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from render_engine.cuda.device import Device
from render_engine.cuda.memory import Memory
from render_engine.cuda.nvdec import refusal
from render_engine.cuda.texture import downloaded
from render_engine.cuda.video import from_planes
from render_engine.document.templates import BASE
from render_engine.media.card_decoding import CardDecoding
from render_engine.media.info import VideoStream
from render_engine.media.probe import probe
from render_engine.media.video import VideoReader
from tests.cuda.comparing import SCENES
from tests.cuda.decoded import ON_CARDS, film
from tests.cuda.results import table

SIZE = (640, 360)  # NVDEC takes no HEVC below 144 × 144
JUMPS = (30, 31, 5, 4, 3, 2, 20, 0)  # far ahead, back, and backwards one by one
TIMED = 200  # frames


def nvdec(device: Device) -> tuple[list[str], bool]:
    """For docs/gpu-results.md; and whether no frame differs."""
    rows, right = [], True
    with tempfile.TemporaryDirectory() as folder:
        films = [film(Path(folder), codec, SIZE) for codec in ON_CARDS]
        for path in (*films, SCENES / "media" / "counter.mp4", BASE / "media" / "bigbuckbunny.mp4"):
            info = probe(path).video
            assert info
            card = CardDecoding(refusal)
            unlike, count = _compared(device, path, info, card)
            right = right and not unlike
            by_card, by_processor = (_milliseconds(device, path, info, way) for way in (CardDecoding(refusal), None))
            told = card.reasons.get(path.name, "")
            what = f"{info.codec}, {info.pixel_format}, {info.width}×{info.height}"
            found = (
                f"not yet run: {told}" if not card.on_card else f"{count - unlike} of {count} the same {told}".strip()
            )
            rows.append([path.name, what, found, f"{by_card:.2f}", f"{by_processor:.2f}"])
    heads = ["film", "", "frames by NVDEC and by the processor", "ms a frame by NVDEC", "by the processor"]
    return table(heads, rows), right


def _compared(device: Device, path: Path, info: VideoStream, card: CardDecoding) -> tuple[int, int]:
    """How many frames differ, of how many."""
    memory = Memory(device)
    one, other = VideoReader(path, info, card), VideoReader(path, info)
    last = len(info.frame_times) - 1
    indexes = [*range(min(40, last + 1)), *(min(index, last) for index in JUMPS)]
    unlike = 0
    for index in indexes:
        there, here = one.coded(index), other.coded(index)
        assert there
        assert here
        size = (info.width, info.height)
        textures = [from_planes(memory, frame, info, size) for frame in (there, here)]
        unlike += not (downloaded(textures[0]) == downloaded(textures[1])).all()
    for reader in (one, other):
        reader.close()
    memory.close()
    return unlike, len(indexes)


def _milliseconds(device: Device, path: Path, info: VideoStream, card: CardDecoding | None) -> float:
    """From the file to a texture, one after another."""
    memory, reader = Memory(device), VideoReader(path, info, card)
    count = min(TIMED, len(info.frame_times))
    began = time.perf_counter()
    for index in range(count):
        frame = reader.coded(index)
        assert frame
        from_planes(memory, frame, info, (info.width, info.height))
    memory.finish()
    spent = time.perf_counter() - began
    reader.close()
    memory.close()
    return 1000 * spent / count
