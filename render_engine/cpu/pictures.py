"""Pixels of the scene's media, at the size they are wanted: decoded once, small where they are shown small."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from render_engine.cpu.texture import Kept, Texture
from render_engine.display_list import Picture
from render_engine.errors import MediaError
from render_engine.matrix import Matrix, scale_within
from render_engine.media.card_decoding import CardDecoding
from render_engine.media.info import VideoStream
from render_engine.media.medium import Medium
from render_engine.media.video import VideoReader

if TYPE_CHECKING:
    from render_engine.media.lottie_drawing import LottieDrawing

Size = tuple[int, int]
READERS = 3  # open decoders of one video: layers may show several places of it at once
VECTORS = ("svg", "lottie")  # drawn as large as they are shown
SHARPEST = 4096  # px: the side of a square that is as large as they are drawn, enlarged from there
LARGE = 1024  # px: the side of a square beyond which an SVG is drawn by steps of √2, not anew for each frame of a zoom
FORWARD = 64  # frames that a decoder may be ahead before another is opened for an earlier place


@dataclass
class _Open:
    reader: VideoReader
    frame: int
    used: int


class Pictures:
    """Asked by the compositor for a `Picture` and the scale it is drawn at. `card`: videos may be decoded on it.
    `threads`: that decode one of them, where somebody waits for a single frame."""

    def __init__(
        self, media: Mapping[str, Medium], limit: int = 96 << 20, card: CardDecoding | None = None, threads: int = 1
    ) -> None:
        self._media = media
        self._threads = threads
        self._card = card
        self._kept: Kept[Texture] = Kept(limit)
        self._readers: dict[str, list[_Open]] = {}
        self._lotties: dict[str, LottieDrawing] = {}
        self._clock = 0
        self._load: dict[str, Callable[[Picture, Medium, Size], Texture]] = {
            "image": self._image,
            "svg": self._svg,
            "lottie": self._lottie,
            "video": self._video,
        }

    def next_frame(self) -> None:
        """Another frame begins: decoders that it does not use may go elsewhere."""
        self._clock += 1

    def scaled(self, picture: Picture, whole: Matrix) -> Texture:
        """Pixels to be drawn through `whole`, from the picture's px to the output's."""
        return self.sized(picture, *self.size(picture, whole))

    def size(self, picture: Picture, whole: Matrix) -> Size:
        """As many pixels as are seen through `whole`, to twice as many."""
        scale = scale_within(whole, (0.0, 0.0, picture.width, picture.height))
        kind = self._media[picture.source].kind
        if kind not in VECTORS:
            return level(picture, scale)
        side = math.sqrt(picture.width * picture.height)
        if kind == "svg" and side * scale > LARGE:
            scale = LARGE / side * 2 ** (math.ceil(2 * math.log2(side * scale / LARGE) - 1e-9) / 2)
        scale = min(scale, SHARPEST / side)
        return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))

    def sized(self, picture: Picture, width: int, height: int) -> Texture:
        """The picture in exactly so many pixels."""
        medium = self._media[picture.source]
        try:
            return self._load[medium.kind](picture, medium, (width, height))
        except MediaError as error:
            raise error.at(medium.where) from error

    def planes(self, picture: Picture, width: int, height: int) -> av.VideoFrame | None:
        """A video's frame as yuv420p of that size, only to be read; None where it has to pass through RGB."""
        medium = self._media[picture.source]
        if medium.video is None:
            return None
        return self._reader(picture.source, medium.path, medium.video, picture.frame).yuv420(
            picture.frame, width, height
        )

    def approach(self, picture: Picture, frame: int) -> None:
        """The decoder of this picture's video goes on as far as an earlier frame, for who may change their mind in between."""
        medium = self._media[picture.source]
        if medium.video:
            self._reader(picture.source, medium.path, medium.video, frame).approach(frame, picture.frame)

    def coded(self, picture: Picture) -> tuple[av.VideoFrame, VideoStream] | None:
        """A video's frame as it was decoded, only to be read, where its planes can be used as they are."""
        medium = self._media[picture.source]
        if medium.video is None:
            return None
        frame = self._reader(picture.source, medium.path, medium.video, picture.frame).coded(picture.frame)
        return (frame, medium.video) if frame else None

    def is_opaque(self, picture: Picture) -> bool:
        """Whether the medium says that it has no transparency; images are known only once they are read."""
        video = self._media[picture.source].video
        return video is not None and not video.has_alpha

    def forget(self) -> None:
        """Pixels are read again; decoders stay open."""
        self._kept.clear()

    def is_video(self, picture: Picture) -> bool:
        return self._media[picture.source].video is not None

    def is_still(self, picture: Picture) -> bool:
        return self._media[picture.source].kind == "image"

    def close(self) -> None:
        for opened in self._readers.values():
            for each in opened:
                each.reader.close()
        self._readers.clear()
        for drawing in self._lotties.values():
            drawing.close()
        self._lotties.clear()

    def _image(self, picture: Picture, medium: Medium, size: Size) -> Texture:
        return self._kept.get((picture.source, size), lambda: _load_image(medium.path, size))

    def _svg(self, picture: Picture, medium: Medium, size: Size) -> Texture:
        return self._kept.get((picture.source, size), lambda: _load_svg(medium.path, size))

    def _lottie(self, picture: Picture, medium: Medium, size: Size) -> Texture:
        return self._kept.get(
            (picture.source, picture.frame, size),
            lambda: Texture(self._drawing(picture.source, medium.path).draw(picture.frame, *size)),
        )

    def _drawing(self, source: str, path: Path) -> LottieDrawing:
        if source not in self._lotties:
            from render_engine.media.lottie_drawing import LottieDrawing  # ThorVG: loaded only where it is used

            self._lotties[source] = LottieDrawing(path)
        return self._lotties[source]

    def _video(self, picture: Picture, medium: Medium, size: Size) -> Texture:
        stream = medium.video
        assert stream is not None
        reader = self._reader(picture.source, medium.path, stream, picture.frame)
        natural = size == (picture.width, picture.height)
        pixels = reader.bgra(picture.frame) if natural else reader.bgra(picture.frame, *size)
        return Texture(pixels, opaque=not stream.has_alpha)

    def _reader(self, source: str, path: Path, stream: VideoStream, frame: int) -> VideoReader:
        """The decoder that is nearest before the frame; else one that this frame has not used (a loop begins again);
        else another one, up to READERS."""
        opened = self._readers.setdefault(source, [])
        near = [each for each in opened if 0 <= frame - each.frame <= FORWARD]
        idle = [each for each in opened if each.used < self._clock]
        if near:
            chosen = max(near, key=lambda each: each.frame)
        elif idle or len(opened) >= READERS:
            chosen = min(idle or opened, key=lambda each: each.used)
        else:
            chosen = _Open(VideoReader(path, stream, self._card, self._threads), frame, 0)
            opened.append(chosen)
        chosen.frame, chosen.used = frame, self._clock
        return chosen.reader


def level(picture: Picture, scale: float) -> Size:
    """The picture halved as often as leaves enough pixels for a scale."""
    times = max(0, math.floor(-math.log2(max(scale, 1 / 4096)) + 1e-9))
    return (math.ceil(picture.width / 2**times), math.ceil(picture.height / 2**times))


def _load_svg(path: Path, size: Size) -> Texture:
    from render_engine.media.svg import render_svg  # resvg and Pillow: loaded only where they are used

    return Texture(render_svg(path, *size))


def _load_image(path: Path, size: Size) -> Texture:
    from render_engine.media.images import load_image  # Pillow: loaded only where it is used

    pixels = load_image(path, *size)
    if (pixels.shape[1], pixels.shape[0]) != size:
        smaller = size[0] * size[1] < pixels.shape[0] * pixels.shape[1]
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR))
    return Texture(pixels, opaque=bool((pixels[..., 3] == 255).all()))
