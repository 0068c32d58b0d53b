"""Turns the canvas (8-bit BGRA, premultiplied) into the picture an encoder takes: BT.709, limited range, tagged.

Every frame passes here, so it was measured (full HD, ms of CPU a frame, Linux x86-64, av 18.1):

    swscale to yuv420p, bicubic + accurate_rnd + bitexact   6.4   chroma from unpaired rows, 0.8 % of luma off by one
    swscale to yuv420p, no flags                            4.3   errors of a level, depends on the CPU
    OpenCV, 3x3 transform + area chroma                     3.3   errors of a level
    swscale's new path to yuv444p, then chroma by OpenCV    2.5   every sample rounded right   <- this file

The new path is asked for by the scale filter's `unstable` flag. It has to be told not to dither (flat colours would
turn to patterns), which only the filter can: hence a small filter graph for each size of rectangle. It does not subsample:
chroma is averaged from 4:4:4 here, left-sited as MPEG-2 and H.264 players expect.

Any changed rectangles may be converted alone, grown to bands of 64 rows and to sixteenths of the width: a full conversion
gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import av
import av.filter
import cv2
import numpy as np
from av.video.plane import VideoPlane
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from render_engine.cpu.texture import Kept

Pixels = NDArray[np.uint8]
Rect = tuple[int, int, int, int]  # x0, y0, x1, y1
Plane = NDArray[Any]  # uint8, or uint16 for the 10-bit formats

_RGB = 0  # AVCOL_SPC_RGB, for which PyAV has no name

BAND = 64  # rows, as the compositor's bands
MIN_WIDTH = 16  # pixels; swscale reads past the end of narrower pictures
_BLEED = 8  # how far colour reaches into what is transparent, in pixels
_COLUMNS = 16  # parts of the width that are converted alone
_GRAPHS = 4  # canvases' worth of pixels: a graph keeps a frame

_EXACT = "flags=unstable+bicubic+accurate_rnd+bitexact:sws_dither=0"


def to_straight(canvas: Pixels) -> Pixels:
    """Premultiplied BGRA (h, w, 4) as straight BGRA, rounded exactly; what is transparent is black."""
    return _as_pixels(cv2.cvtColor(canvas, cv2.COLOR_mRGBA2RGBA))


def to_rgba(canvas: Pixels) -> Pixels:
    """Premultiplied BGRA (h, w, 4) as straight RGBA, for stills."""
    return _as_pixels(cv2.cvtColor(to_straight(canvas), cv2.COLOR_BGRA2RGBA))


def _straight_with_bleed(canvas: Pixels, top: int, bottom: int) -> Pixels:
    """Straight rows whose transparent pixels take the colour near them, so that a lossy encoder and chroma averages do
    not pull black into the edges. Reads rows around the asked ones and discards them."""
    straight = to_straight(canvas[top:bottom])
    hidden = (straight[..., 3] == 0).view(np.uint8)
    if not cv2.countNonZero(hidden):
        return straight
    first, last = max(0, top - _BLEED), min(len(canvas), bottom + _BLEED)
    size = 2 * _BLEED + 1
    near = cv2.blur(canvas[first:last], (size, size), borderType=cv2.BORDER_REPLICATE)[top - first :][: bottom - top]
    colour = to_straight(np.ascontiguousarray(near))
    colour[..., 3] = 0
    return _as_pixels(cv2.copyTo(colour, hidden, straight))


def _opaque(canvas: Pixels, top: int, bottom: int) -> Pixels:
    return canvas[top:bottom]


def _straight(canvas: Pixels, top: int, bottom: int) -> Pixels:
    return to_straight(canvas[top:bottom])


@dataclass(frozen=True)
class _Route:
    """How a pixel format is reached: what is done first, what swscale makes (None: nothing), and what is done after."""

    prepare: Callable[[Pixels, int, int], Pixels]  # (canvas, first row, end row) -> those rows
    through: str | None
    halve_chroma: bool = False
    lessen: int = 0  # bits by which samples are shortened at the end, so that means are rounded once
    reach: int = 0  # how many rows further a change shows
    by_columns: bool = False  # whether columns may be converted alone


_ROUTES = {
    "yuv420p": _Route(_opaque, "yuv444p", halve_chroma=True, by_columns=True),
    "yuv420p10le": _Route(_opaque, "yuv444p16le", halve_chroma=True, lessen=6, by_columns=True),
    "yuv444p": _Route(_opaque, "yuv444p", by_columns=True),
    "yuva420p": _Route(_straight_with_bleed, "yuva444p", halve_chroma=True, reach=_BLEED),
    "yuv422p10le": _Route(_opaque, "yuv422p10le"),
    "yuva444p10le": _Route(_straight_with_bleed, "yuva444p10le", reach=_BLEED),
    "bgr0": _Route(_opaque, None),
    "bgra": _Route(_straight, None),
}


class Converter:
    """Converts canvases of one size to one pixel format.

    The same frame object is handed out each time, with the changed rows written into it: it is good until the next
    call. (x264, x265, SVT-AV1, libvpx, ProRes, FFV1 and NVENC copy what they are given before encode returns.)
    """

    def __init__(self, width: int, height: int, pix_fmt: str) -> None:
        self._route = _ROUTES[pix_fmt]
        assert not self._route.halve_chroma or (width % 2 == 0 and height % 2 == 0), (width, height)
        assert self._route.through is None or width >= MIN_WIDTH, width
        self._width, self._height = width, height
        self._graphs: Kept[_Graph] = Kept(_GRAPHS * width * height)
        self.frame = tagged(av.VideoFrame(width, height, pix_fmt))
        self.planes = planes_of(self.frame)
        self._whole = False

    def convert(self, canvas: Pixels, changed: Sequence[Rect] | None = None) -> av.VideoFrame:
        """The canvas as a video frame; with `changed`, only what changed since the last call (the first is whole)."""
        assert canvas.shape == (self._height, self._width, 4), canvas.shape
        assert canvas.flags.c_contiguous
        whole = (0, 0, self._width, self._height)
        for rect in [whole] if changed is None or not self._whole else joined(map(self._grown, changed)):
            self._convert(canvas, rect)
        self._whole = True
        return self.frame

    def _grown(self, rect: Rect) -> Rect:
        """To whole bands and columns, and to where its colour bleeds: few sizes, so few graphs."""
        x0, y0, x1, y1 = rect
        reach = self._route.reach
        top, bottom = max(0, y0 - reach) // BAND * BAND, min(self._height, -(-(y1 + reach) // BAND) * BAND)
        if not self._route.by_columns:
            return (0, top, self._width, bottom)
        step = max(MIN_WIDTH, -(-self._width // (_COLUMNS * 16)) * 16)
        left = x0 // step * step
        right = -(-x1 // step) * step + MIN_WIDTH  # the next chroma column averages the last one
        return (left, top, right if self._width - right >= MIN_WIDTH else self._width, bottom)

    def _convert(self, canvas: Pixels, rect: Rect) -> None:
        left, top, right, bottom = rect
        margin = min(left, MIN_WIDTH)  # chroma is averaged from one column further left
        pixels = self._route.prepare(canvas, top, bottom)[:, left - margin : right]
        through = self._route.through
        if through is None:
            self.planes[0][top:bottom] = pixels
            return
        size = (right - left + margin, bottom - top)
        graph = self._graphs.get(size, lambda: _Graph(*size, through))
        made = planes_of(graph(pixels))
        for index, (source, target) in enumerate(zip(made, self.planes, strict=True)):
            if self._route.halve_chroma and index in (1, 2):
                part = target[top // 2 : bottom // 2, left // 2 : right // 2]
                halve_chroma(source, part, margin)
            else:
                part = target[top:bottom, left:right]
                part[:] = source[:, margin:]
            if lessen := self._route.lessen:
                part += 1 << lessen - 1
                part >>= lessen


class _Graph:
    """swscale from BGRA of one size to another pixel format."""

    def __init__(self, width: int, height: int, pix_fmt: str) -> None:
        self.bytes = width * height
        self._graph = av.filter.Graph()  # the filters below die with it
        self._graph.threads = 1
        size = f"video_size={width}x{height}:pix_fmt=bgra:time_base=1/1:colorspace=gbr:range=pc"
        chain = [
            self._graph.add("buffer", size),
            self._graph.add("scale", f"out_color_matrix=bt709:out_range=tv:{_EXACT}"),
            self._graph.add("format", pix_fmt),
            self._graph.add("buffersink"),
        ]
        self._graph.link_nodes(*chain).configure()
        self._source, self._sink = chain[0], chain[-1]

    def __call__(self, pixels: Pixels) -> av.VideoFrame:
        frame = av.VideoFrame.from_numpy_buffer(pixels, format="bgra")
        frame.colorspace, frame.color_range = _RGB, ColorRange.JPEG
        self._source.push(frame)
        made = self._sink.pull()
        assert isinstance(made, av.VideoFrame)
        return made


def joined(rects: Iterable[Rect]) -> list[Rect]:
    """From the top down; neighbours of the same columns as one."""
    found: list[Rect] = []
    for rect in rects:
        last = found[-1] if found else None
        if last and (last[0], last[2], last[3]) == (rect[0], rect[2], rect[1]):
            found[-1] = (last[0], last[1], rect[2], rect[3])
        else:
            found.append(rect)
    return found


def halve_chroma(full: Plane, half: Plane, margin: int = 0) -> None:
    """Averages a 4:4:4 chroma plane (h, margin + w) into a 4:2:0 one (h/2, w/2): rows in pairs, columns by 1 2 1 around
    the even ones, as two boxes half a sample apart. The margin is only read."""
    height, width = half.shape
    cv2.resize(full[:, margin:], (width, height), dst=half, interpolation=cv2.INTER_AREA)
    first = 0 if margin else 1  # the leftmost column of the picture has nothing before it
    if width > first:
        earlier, there = full[:, margin - 1 : -1] if margin else full[:, 1:-1], half[:, first:]
        before = cv2.resize(earlier, (width - first, height), interpolation=cv2.INTER_AREA)
        cv2.addWeighted(there, 0.5, before, 0.5, 0, dst=there)


_TAGS: dict[bool, tuple[int, int, int, int]] = {  # is RGB -> range, matrix, primaries, transfer
    False: (ColorRange.MPEG, Colorspace.ITU709, ColorPrimaries.BT709, ColorTrc.BT709),
    True: (ColorRange.JPEG, _RGB, ColorPrimaries.BT709, ColorTrc.IEC61966_2_1),
}


def tagged(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame with all four colour tags: PyAV's conversions set only some."""
    frame.color_range, frame.colorspace, frame.color_primaries, frame.color_trc = _TAGS[frame.format.is_rgb]
    return frame


def planes_of(frame: av.VideoFrame) -> tuple[Plane, ...]:
    """A frame's planes as arrays over its own memory: (h, w), or (h, w, 4) where four bytes make a pixel."""
    packed = len(frame.planes) == 1 and len(frame.format.components) > 1
    depth = np.uint16 if frame.format.components[0].bits > 8 else np.uint8
    return tuple(_plane(plane, depth, 4 if packed else 1) for plane in frame.planes)


def _plane(plane: VideoPlane, depth: type[np.uint8 | np.uint16], samples: int) -> Plane:
    rows = np.frombuffer(memoryview(plane), np.uint8).view(depth).reshape(plane.height, -1)
    rows = rows[:, : plane.width * samples]
    return rows if samples == 1 else rows.reshape(plane.height, plane.width, samples)


def _as_pixels(made: Any) -> Pixels:
    assert isinstance(made, np.ndarray)
    assert made.dtype == np.uint8
    return made
