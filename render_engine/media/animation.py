"""Animated GIF, WebP and PNG as videos, read by Pillow (FFmpeg's WebP demuxer is not in the wheels)."""

from __future__ import annotations

import io
from collections import OrderedDict
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
from PIL import Image

from render_engine.errors import MediaError
from render_engine.media.frame_times import FrameTimes
from render_engine.media.images import DAMAGE, opened
from render_engine.media.info import ImageInfo, VideoStream
from render_engine.media.premultiply import Pixels, premultiplied

CODECS = {"GIF": "gif", "WEBP": "webp", "PNG": "apng"}
SHORTEST = 20  # ms: browsers show anything shorter for 100 ms
UNSAID = 100
KEPT_BYTES = 200_000_000


def probe_animation(path: Path, picture: ImageInfo) -> VideoStream | None:
    """None where the picture stands still."""
    if picture.format not in CODECS:
        return None
    with opened(path) as image:
        count = getattr(image, "n_frames", 1)
        if count < 2:
            return None
        lengths = [_length(image, index) for index in range(count)]
    *starts, end = accumulate(lengths, initial=0)
    duration = Fraction(end, 1000)
    return VideoStream(
        width=picture.width,
        height=picture.height,
        coded_width=picture.width,
        coded_height=picture.height,
        fps=count / duration,
        frame_times=FrameTimes.of(starts, Fraction(1, 1000)),
        duration=duration,
        codec=CODECS[picture.format],
        decoder="pillow",
        pixel_format="rgba",
        rotation=0,
        sample_aspect=Fraction(1),
        has_alpha=picture.has_alpha,
        interlaced=False,
        color_range="full",
        matrix="rgb",
        primaries="bt709",
        transfer="sdr",
        animation=True,
    )


class AnimationDecoder:
    """Frames by index; short loops stay in memory (200 MB), longer ones are decoded again."""

    def __init__(self, path: Path, info: VideoStream) -> None:
        self._path = path
        self._last = len(info.frame_times) - 1
        self._room = max(1, KEPT_BYTES // (info.width * info.height * 4))
        self._kept: OrderedDict[int, Pixels] = OrderedDict()
        self._image = Image.open(io.BytesIO(path.read_bytes()))

    def array(self, index: int) -> Pixels:
        index = min(max(index, 0), self._last)
        if index not in self._kept:
            self._kept[index] = self._decode(index)
            if len(self._kept) > self._room:
                self._kept.popitem(last=False)
        return self._kept[index]

    def close(self) -> None:
        self._kept.clear()
        self._image.close()

    def _decode(self, index: int) -> Pixels:
        try:
            self._image.seek(index)
            self._image.load()
        except DAMAGE as error:
            raise MediaError(f"{self._path.name} is damaged at frame {index}: {error}.") from error
        return premultiplied(np.asarray(self._image.convert("RGBA")))


def _length(image: Image.Image, index: int) -> int:
    image.seek(index)
    image.load()  # WebP knows a frame's length only then, and damage shows
    told = round(image.info.get("duration", 0))
    return told if told >= SHORTEST else UNSAID
