"""Pictures scaled straight into YUV planes: a slow zoom over a photograph never becomes RGB at the frame's size.

Qt's sampling is the fastest there is here, and knows four channels only. So four rows of a plane travel in the four
channels of one while it is scaled across, and four neighbouring columns while it is scaled down: a quarter of the work.

    full HD, ms of CPU a frame: Qt in BGRA and conversion 7.0, OpenCV's warpAffine of the planes 7.7, this 3.2
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from render_engine.cpu.convert import MIN_WIDTH, Converter, halve_chroma
from render_engine.cpu.place import nudged
from render_engine.cpu.texture import Texture
from render_engine.matrix import Matrix

Plane = NDArray[np.uint8]
LOST = 1  # level, in the mean of both ways: Qt rounds down
EDGE = 2  # chroma samples repeated beyond the picture's sides: theirs stand elsewhere than luma's


@dataclass(frozen=True)
class Packed:
    """Y, U and V of a picture of `width` pixels, four rows in the channels of one: (rows / 4, width, 4)."""

    planes: tuple[Plane, ...]
    halved: bool  # whether chroma has half the samples of luma

    @property
    def bytes(self) -> int:
        return sum(plane.nbytes for plane in self.planes)


def pack_texture(texture: Texture, halved: bool) -> Packed:
    """An opaque texture's planes, chroma at half its size or at all of it."""
    converter = Converter(texture.width, texture.height, "yuv444p")
    converter.convert(np.ascontiguousarray(texture.pixels))
    luma, *chroma = converter.planes
    return pack_planes((luma, *(_half(plane) for plane in chroma)) if halved else (luma, *chroma), halved)


def pack_planes(planes: Sequence[Plane], halved: bool) -> Packed:
    luma, *chroma = planes
    wide = [cv2.copyMakeBorder(plane, 0, 0, EDGE, EDGE, cv2.BORDER_REPLICATE) for plane in chroma]
    return Packed(tuple(_in_fours(np.asarray(plane, np.uint8)) for plane in (luma, *wide)), halved)


def is_packable(texture: Texture) -> bool:
    return texture.opaque and texture.width >= MIN_WIDTH


def can_hold(width: int, height: int) -> bool:
    """Whether a frame of this size can be filled: four columns of each plane are one of Qt's pixels."""
    return width % 8 == 0 and height % 2 == 0


class Scaler:
    """Scales packed pictures, in memory that it keeps: fresh pages cost a fifth of the work."""

    def __init__(self) -> None:
        self._wide, self._rows = np.empty(0, np.uint8), np.empty(0, np.uint8)

    def fill(self, targets: Sequence[Plane], packed: Packed, m: Matrix) -> None:
        """Fills contiguous 4:2:0 planes; `m`, upright, takes the picture's pixels to the frame's and leaves none bare."""
        sx, sy, tx, ty = m[0], m[3], m[4], m[5]
        self._scale(targets[0], packed.planes[0], sx, sy, tx, ty)
        # Chroma stands at even columns, between two rows (as MPEG-2 and H.264 players expect): in both, or in the frame.
        if packed.halved:
            across, down, left = sx, sy, (tx + 0.5 - sx / 2) / 2 - EDGE * sx
        else:
            across, down, left = sx / 2, sy / 2, (tx + 0.5) / 2 - EDGE * sx / 2
        for target, plane in zip(targets[1:], packed.planes[1:], strict=True):
            self._scale(target, plane, across, down, left, ty / 2)

    def _scale(self, target: Plane, packed: Plane, sx: float, sy: float, tx: float, ty: float) -> None:
        height, width = target.shape
        first = max(0, math.floor(-ty / sy) - 1) // 4
        last = min(len(packed), -(-(math.ceil((height - ty) / sy) + 1) // 4))
        size = (last - first) * width * 4
        if self._wide.size < size:
            self._wide, self._rows = np.empty(size, np.uint8), np.empty(size, np.uint8)
        wide = self._wide[:size].reshape(last - first, width, 4)
        _draw(wide, packed[first:last], sx, 1.0, tx, 0.0)
        rows = self._rows[:size].reshape(-1, width)
        cv2.split(wide, [rows[channel::4] for channel in range(4)])
        _draw(_as_pixels(target), _as_pixels(rows), 1.0, sy, 0.0, ty + 4 * first * sy)


def _draw(target: Plane, source: Plane, sx: float, sy: float, tx: float, ty: float) -> None:
    image, canvas = _image(source), _image(target)
    with QPainter(canvas) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.setTransform(nudged((sx, 0.0, 0.0, sy, tx, ty, 0.0, 0.0, 1.0)))
        painter.drawImage(0, 0, image)


def _image(pixels: Plane) -> QImage:
    # Premultiplied: the one format in which Qt takes four channels as they are.
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)


def _as_pixels(plane: Plane) -> Plane:
    return plane.reshape(len(plane), -1, 4)


def _in_fours(plane: Plane) -> Plane:
    padded = cv2.copyMakeBorder(plane, 0, -len(plane) % 4, 0, 0, cv2.BORDER_REPLICATE)
    raised = np.asarray(padded, np.uint8) + np.uint8(LOST)  # limited range: nothing wraps
    return np.asarray(cv2.merge([raised[row::4] for row in range(4)]), np.uint8)


def _half(plane: NDArray[Any]) -> Plane:
    height, width = plane.shape
    even = cv2.copyMakeBorder(plane, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    half = np.empty((len(even) // 2, even.shape[1] // 2), np.uint8)
    halve_chroma(np.asarray(even), half)
    return half
