"""Overlays over full-frame pictures, blended in YUV: these never become RGB and back, which costs more than drawing.

What lies over them is drawn over transparency, turned once into premultiplied YUV with its alpha, and blended into
each frame's planes. Only what changed in the overlay is drawn and turned again.

    out = video · (1 − alpha) + overlay         for Y at full size, for U and V at half
"""

from __future__ import annotations

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.base import Base
from render_engine.cpu.compositor import Compositor
from render_engine.cpu.convert import BAND, halve_chroma, planes_of, tagged
from render_engine.cpu.pictures import Pictures
from render_engine.cpu.texture import Pixels
from render_engine.display_list import DisplayList, Op, Rect, intersect
from render_engine.text.face import Fonts

Plane = NDArray[np.uint8]


def _matrix() -> NDArray[np.float32]:
    """Premultiplied BGRA (0…255) to premultiplied limited-range BT.709 Y, U, V, and what lets the video through."""
    kr, kb = 0.2126, 0.0722
    kg = 1 - kr - kb
    luma = np.array([kb, kg, kr]) * 219 / 255
    blue = np.array([1 - kb, -kg, -kr]) / (2 * (1 - kb)) * 224 / 255
    red = np.array([-kb, -kg, 1 - kr]) / (2 * (1 - kr)) * 224 / 255
    rows = [[*luma, 16 / 255, 0], [*blue, 128 / 255, 0], [*red, 128 / 255, 0], [0, 0, 0, -1, 255]]
    return np.array(rows, np.float32)


MATRIX = _matrix()
ROWS = 128  # blended at a time: few calls, and they stay in the processor's cache


class OverVideo:
    """Makes the frames of one scene that stand on pictures in motion."""

    def __init__(self, width: int, height: int, fonts: Fonts, pictures: Pictures) -> None:
        self._overlay = Compositor(width, height, fonts, pictures)
        self._base = Base(width, height, pictures)
        self._last = b""
        self._size = (width, height)
        self._y = np.zeros((height, width), np.uint8)
        self._through = np.full((height, width), 255, np.uint8)
        self._chroma = [np.zeros((height // 2, width // 2), np.uint8) for _ in range(2)]
        self._through_chroma = np.full((height // 2, width // 2), 255, np.uint8)
        self.frame = tagged(av.VideoFrame(width, height, "yuv420p"))
        self._planes = planes_of(self.frame)

    def draw(self, frame: DisplayList) -> av.VideoFrame | None:
        """The frame, good until the next call; None where it does not stand on planes."""
        if frame.digest == self._last:
            return self.frame
        found = self._base.split(frame)
        sources = self._base.planes(found[0]) if found else None
        if found is None or sources is None:
            return None
        over = found[1]
        self._last = b""  # should drawing fail, the planes are neither the old frame nor the new one
        canvas, changed = self._overlay.draw(DisplayList(*self._size, (0, 0, 0, 0), over))
        for rect in changed:
            self._turn(canvas, rect)
        for band in _covered(over, self._size):
            self._write(sources, band)
        self._last = frame.digest
        return self.frame

    def _write(self, sources: tuple[Plane, ...], band: Rect) -> None:
        """Rows of the base, with the overlay blended over the columns that it covers."""
        overlays = ((self._y, self._through), *((plane, self._through_chroma) for plane in self._chroma))
        for k, (target, source, (overlay, through)) in enumerate(zip(self._planes, sources, overlays, strict=True)):
            x0, y0, x1, y1 = band if k == 0 else [edge // 2 for edge in band]
            if x1 - x0 < target.shape[1]:
                target[y0:y1] = source[y0:y1]
            if x0 < x1:
                part = (slice(y0, y1), slice(x0, x1))
                cv2.multiply(source[part], through[part], dst=target[part], scale=1 / 255)
                cv2.add(target[part], overlay[part], dst=target[part])

    def _turn(self, canvas: Pixels, rect: Rect) -> None:
        """The changed part of the overlay as YUV: grown to bands, and to the chroma that its columns share."""
        width, height = self._size
        x0, x1 = max(0, rect[0] // 16 * 16 - 16), min(width, -(-rect[2] // 16) * 16 + 16)
        y0, y1 = rect[1] // BAND * BAND, min(height, -(-rect[3] // BAND) * BAND)
        margin = 16 if x0 else 0
        yuva = cv2.transform(canvas[y0:y1, x0 - margin : x1], MATRIX)
        y, u, v, through = cv2.split(yuva)
        self._y[y0:y1, x0:x1] = y[:, margin:]
        self._through[y0:y1, x0:x1] = through[:, margin:]
        half = (slice(y0 // 2, y1 // 2), slice(x0 // 2, x1 // 2))
        for full, target in ((u, self._chroma[0]), (v, self._chroma[1]), (through, self._through_chroma)):
            halve_chroma(np.asarray(full), target[half], margin)


def _covered(over: tuple[Op, ...], size: tuple[int, int]) -> list[Rect]:
    """All rows in bands, with the even columns that hold all that the overlay draws there."""
    width, height = size
    rects = []
    for top in range(0, height, ROWS):
        band = (0, top, width, min(top + ROWS, height))
        parts = [part for op in over if (part := intersect(op.bounds, band))[2]]
        left = min((part[0] for part in parts), default=0) // 2 * 2
        # one column further: chroma is averaged with the one to its left
        right = max((part[2] + 3 for part in parts), default=0) // 2 * 2
        rects.append((left, top, min(width, right), band[3]))
    return rects
