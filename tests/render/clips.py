"""Small real clips for the tests: numbered frames, flat patches, made with FFmpeg's encoders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

NUMBER_BITS = 8
BLOCK = 16


def numbered(number: int, width: int = 128, height: int = 48) -> av.VideoFrame:
    """Luma blocks spell the number in binary, black and white."""
    luma = np.full((height, width), 128, np.uint8)
    for bit in range(NUMBER_BITS):
        luma[:, bit * BLOCK : (bit + 1) * BLOCK] = 235 if number >> bit & 1 else 16
    return planar([luma, *(np.full(((height + 1) // 2, (width + 1) // 2), 128, np.uint8) for _ in range(2))])


def number_of(picture: np.ndarray) -> int:
    """Reads the number back from BGRA, at any scale."""
    height, width = picture.shape[:2]
    columns = [round((bit + 0.5) * BLOCK * width / 128) for bit in range(NUMBER_BITS)]
    return sum(1 << bit for bit, x in enumerate(columns) if picture[height // 2, x, 1] > 127)


def planar(planes: Sequence[np.ndarray], name: str = "yuv420p") -> av.VideoFrame:
    """A frame from its planes; 16-bit planes in a 16-bit format."""
    frame = av.VideoFrame(planes[0].shape[1], planes[0].shape[0], name)
    for target, source in zip(frame.planes, planes, strict=True):
        rows = np.frombuffer(memoryview(target), source.dtype).reshape(-1, target.line_size // source.itemsize)
        rows[: source.shape[0], : source.shape[1]] = source
    return frame


def flat(values: Sequence[int], name: str = "yuv420p", width: int = 64, height: int = 64) -> av.VideoFrame:
    """One colour, by its code values; chroma of 4:2:0 halved, others full."""
    deep = np.uint16 if any(tag in name for tag in ("10", "12", "16")) else np.uint8
    halved = (height // 2, width // 2) if "420" in name else (height, width)
    sizes = [(height, width), halved, halved, (height, width)]
    return planar([np.full(size, value, deep) for size, value in zip(sizes, values, strict=False)], name)


def packed(pixels: np.ndarray) -> av.VideoFrame:
    """Straight RGBA (height, width, 4)."""
    return av.VideoFrame.from_ndarray(pixels, "rgba")


def write_clip(
    path: Path,
    frames: Iterable[av.VideoFrame],
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    rate: Fraction | int = 25,
    options: dict[str, str] | None = None,
    tags: tuple[int, int, int, int] | None = None,
    stamps: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    rotation: int = 0,
    aspect: Fraction | None = None,
    metadata: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """`tags` are range, matrix, primaries and transfer as H.273 numbers; `stamps` in `time_base`."""
    frames = list(frames)
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, pix_fmt
        stream.metadata.update(metadata or {})
        context = stream.codec_context
        context.thread_count = 1
        if time_base:
            context.time_base = time_base
        if aspect:
            context.sample_aspect_ratio = aspect
        if tags:
            context.color_range, context.colorspace, context.color_primaries, context.color_trc = tags
        if rotation:
            stream.set_display_rotation(rotation)
        for number, frame in enumerate(frames):
            frame.pts = stamps[number] if stamps else number
            frame.time_base = time_base or 1 / Fraction(rate)
            if tags:
                frame.color_range, frame.colorspace, frame.color_primaries, frame.color_trc = tags
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


LOSSLESS = {"crf": "0", "preset": "ultrafast"}
LONG_GOP = {"crf": "20", "preset": "medium", "g": "250", "bf": "3", "x264-params": "scenecut=0"}


def numbered_clip(path: Path, count: int = 60, **how: object) -> Path:
    how.setdefault("options", {**LONG_GOP, "g": "12"})
    return write_clip(path, (numbered(n) for n in range(count)), **how)  # type: ignore[arg-type]  # passed through
