"""Video as the engine draws it: one reader over one file, any frame by index, in sRGB/BT.709.

Two ways out: `bgra` for everything, and `yuv420` for opaque pictures that never need to become RGB.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from render_engine.media.card_decoding import CardDecoding, is_on_card
from render_engine.media.color_conversion import ToSdr, needs_conversion
from render_engine.media.decoder import FrameDecoder
from render_engine.media.info import VideoStream
from render_engine.media.premultiply import Pixels, premultiply
from render_engine.media.tags import BITS_OF_420

if TYPE_CHECKING:
    from render_engine.media.animation import AnimationDecoder

# Without FULL_CHR_H_INT swscale rounds every term down: colours come out up to 3 levels too dark. Planar RGB with
# these flags is exact (0.5 levels) and costs a third of packed.
EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT | Interpolation.FULL_CHR_H_INT
MATRICES = {
    "bt601": Colorspace.ITU601,
    "bt709": Colorspace.ITU709,
    "bt2020": Colorspace.BT2020,
    "smpte240m": Colorspace.SMPTE240M,
    "fcc": Colorspace.FCC,
    "rgb": Colorspace.DEFAULT,
}
RANGES = {"limited": ColorRange.MPEG, "full": ColorRange.JPEG}
TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
BT709_LIMITED = (1, 1, 1, 1)  # range, matrix, primaries, transfer as H.273 numbers


class VideoReader:
    """Arrays are the caller's to keep but not to write: the last one is kept and given again."""

    def __init__(self, path: Path, info: VideoStream, card: CardDecoding | None = None, threads: int = 1) -> None:
        self._info = info
        self._card = card
        self._animation = _animation(path, info) if info.animation else None
        self._decoder = None if info.animation else FrameDecoder(path, info, card, threads)
        self._reformatter = VideoReformatter()
        self._plane_reformatter = VideoReformatter()
        self._to_sdr: dict[tuple[int, int], ToSdr] = {}
        self._opaque: Pixels | None = None
        self._last: tuple[tuple[int, int, int], Pixels] | None = None
        self._last_yuv: tuple[tuple[int, int, int], VideoFrame] | None = None

    def bgra(self, index: int, width: int | None = None, height: int | None = None) -> Pixels:
        """(height, width, 4) BGRA, premultiplied, upright, read-only. An index past the end holds the last frame."""
        key = (self._clamped(index), width or self._info.width, height or self._info.height)
        if self._last is None or self._last[0] != key:
            picture = self._picture(*key)
            picture.flags.writeable = False
            self._last = key, picture
        return self._last[1]

    def yuv420(self, index: int, width: int | None = None, height: int | None = None) -> VideoFrame | None:
        """The frame, at display size unless told, as yuv420p, BT.709 limited, or None where it has alpha or must pass through RGB.
        It may be the decoder's own frame: never write into it."""
        if not self._is_plane_work():
            return None
        key = (self._clamped(index), width or self._info.width, height or self._info.height)
        if self._last_yuv is None or self._last_yuv[0] != key:
            self._last_yuv = key, self._in_bt709(self._host_frame(key[0]), *key[1:])
        return self._last_yuv[1]

    def coded(self, index: int) -> VideoFrame | None:
        """The decoder's own frame, on the card or not, only to be read, where it is 4:2:0 whose colours stay; else None."""
        if not self._is_plane_work():
            return None
        assert self._decoder is not None
        frame = self._decoder.frame(self._clamped(index))
        return frame if is_on_card(frame) or frame.format.name in BITS_OF_420 else None

    def approach(self, index: int, goal: int) -> None:
        """Decodes as far as `index` on the way to `goal`; nothing is converted."""
        if self._decoder:
            self._decoder.approach(self._clamped(index), self._clamped(goal))

    def close(self) -> None:
        self._last = self._last_yuv = None
        self._to_sdr.clear()
        for source in (self._animation, self._decoder):
            if source is not None:
                source.close()

    def _clamped(self, index: int) -> int:
        return min(max(index, 0), len(self._info.frame_times) - 1)

    def _picture(self, index: int, width: int, height: int) -> Pixels:
        if self._animation is not None:
            return _resized(self._animation.array(index), width, height)
        frame = self._host_frame(index)
        turned = self._info.rotation in (90, 270)
        size = (height, width) if turned else (width, height)
        upright = self._coded_picture(frame, *size)
        return np.asarray(cv2.rotate(upright, TURNS[self._info.rotation])) if self._info.rotation else upright

    def _host_frame(self, index: int) -> VideoFrame:
        assert self._decoder is not None
        frame = self._decoder.frame(index)
        return self._card.on_host(frame) if self._card else frame

    def _coded_picture(self, frame: VideoFrame, width: int, height: int) -> Pixels:
        info = self._info
        if needs_conversion(info.transfer, info.primaries):
            return self._converted(frame, width, height)
        if info.has_alpha or frame.format.is_rgb:
            return self._packed(frame, width, height)
        planes = self._reformat(frame, "gbrp", width, height)
        green, blue, red = (_plane(planes, n) for n in range(3))
        return self._merged(blue, green, red)

    def _packed(self, frame: VideoFrame, width: int, height: int) -> Pixels:
        """Straight alpha must be premultiplied before it is scaled, or edges take the colour of what is invisible."""
        packed = self._reformat(frame, "bgra", frame.width, frame.height)
        straight = _rows(packed, 0)[: frame.height, : frame.width * 4].copy()
        return _resized(premultiply(straight.reshape(frame.height, frame.width, 4)), width, height)

    def _converted(self, frame: VideoFrame, width: int, height: int) -> Pixels:
        deep = self._reformat(frame, "gbrp16le", width, height)
        if (width, height) not in self._to_sdr:
            self._to_sdr[(width, height)] = ToSdr(self._info.transfer, self._info.primaries, deep)
        mapped = self._to_sdr[(width, height)](deep)
        green, blue, red = (_eight_bits(mapped, n) for n in range(3))
        if not self._info.has_alpha:
            return self._merged(blue, green, red)
        alpha = self._packed(frame, width, height)[..., 3]
        return premultiply(np.asarray(cv2.merge([blue, green, red, alpha])))

    def _merged(self, blue: Pixels, green: Pixels, red: Pixels) -> Pixels:
        if self._opaque is None or self._opaque.shape != blue.shape:
            self._opaque = np.full(blue.shape, 255, np.uint8)
        return np.asarray(cv2.merge([blue, green, red, self._opaque]), np.uint8)

    def _reformat(self, frame: VideoFrame, name: str, width: int, height: int) -> VideoFrame:
        matrix = MATRICES[self._info.matrix]
        return self._reformatter.reformat(
            frame,
            width,
            height,
            name,
            src_colorspace=matrix,
            dst_colorspace=matrix,
            src_color_range=RANGES[self._info.color_range],
            dst_color_range=ColorRange.JPEG,
            interpolation=EXACT,
            threads=1,
        )

    def _is_plane_work(self) -> bool:
        info = self._info
        return not (
            info.animation or info.has_alpha or info.matrix == "rgb" or needs_conversion(info.transfer, info.primaries)
        )

    def _in_bt709(self, frame: VideoFrame, width: int, height: int) -> VideoFrame:
        info = self._info
        size = (height, width) if info.rotation in (90, 270) else (width, height)
        plain = frame.format.name == "yuv420p" and (info.matrix, info.color_range) == ("bt709", "limited")
        if not plain or size != (frame.width, frame.height):
            frame = self._plane_reformatter.reformat(
                frame,
                *size,
                "yuv420p",
                src_colorspace=MATRICES[info.matrix],
                dst_colorspace=Colorspace.ITU709,
                src_color_range=RANGES[info.color_range],
                dst_color_range=ColorRange.MPEG,
                interpolation=EXACT,
                threads=1,
            )
        if info.rotation:
            frame = _rotated_planes(frame, info.rotation)
        frame.color_range, frame.colorspace, frame.color_primaries, frame.color_trc = BT709_LIMITED
        return frame


def _animation(path: Path, info: VideoStream) -> AnimationDecoder:
    from render_engine.media.animation import AnimationDecoder  # Pillow: loaded only where it is used

    return AnimationDecoder(path, info)


def _rows(frame: VideoFrame, number: int) -> Pixels:
    """A plane's memory, padding and all, without a copy."""
    plane = frame.planes[number]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)


def _plane(frame: VideoFrame, number: int) -> Pixels:
    plane = frame.planes[number]
    return _rows(frame, number)[: plane.height, : plane.width]


def _eight_bits(frame: VideoFrame, number: int) -> Pixels:
    """A 16-bit plane, rounded to nearest."""
    plane = frame.planes[number]
    deep = _rows(frame, number).view("<u2")[: plane.height, : plane.width]
    return np.asarray(cv2.convertScaleAbs(deep, alpha=255 / 65535), np.uint8)


def _rotated_planes(frame: VideoFrame, rotation: int) -> VideoFrame:
    width, height = (frame.height, frame.width) if rotation in (90, 270) else (frame.width, frame.height)
    turned = VideoFrame(width, height, "yuv420p")
    for number in range(3):
        _plane(turned, number)[:] = cv2.rotate(_plane(frame, number), TURNS[rotation])
    turned.pts, turned.time_base = frame.pts, frame.time_base
    return turned


def _resized(picture: Pixels, width: int, height: int) -> Pixels:
    if picture.shape[:2] == (height, width):
        return picture
    smaller = width * height < picture.shape[0] * picture.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (width, height), interpolation=how), np.uint8)
