"""A video's frame on the card: the decoder's own planes are sent, three eighths of the bytes, and turned into pixels there."""

from __future__ import annotations

from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

from render_engine.cuda.launches import Video, floats
from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import Texture, empty
from render_engine.media.info import VideoStream

WEIGHTS = {  # of red and blue in luma
    "bt601": (0.299, 0.114),
    "bt709": (0.2126, 0.0722),
    "bt2020": (0.2627, 0.0593),
    "smpte240m": (0.212, 0.087),
    "fcc": (0.30, 0.11),
}


def from_planes(memory: Memory, frame: av.VideoFrame, info: VideoStream) -> Texture:
    """`frame`: yuv420p, as it was decoded."""
    out = empty(memory, frame.width, frame.height)
    luma, blue, red = (memory.upload(_rows(plane)) for plane in frame.planes)
    pitch, chroma_pitch = (frame.planes[number].line_size for number in (0, 1))
    assert chroma_pitch == frame.planes[2].line_size
    matrix = floats(_matrix(info.matrix, info.color_range).reshape(-1).tolist())
    places = (luma.address, blue.address, red.address, pitch, chroma_pitch, 1)
    memory.launch("from_planes", Video(*places, out.image, matrix), out.width, out.height)
    return out


def _rows(plane: av.video.plane.VideoPlane) -> NDArray[np.uint8]:
    return np.frombuffer(memoryview(plane), np.uint8)


@lru_cache(maxsize=16)
def _matrix(name: str, span: str) -> NDArray[np.float64]:
    """(3, 4): blue, green, red in 0…255 from Y, U, V and 1."""
    red, blue = WEIGHTS[name]
    green = 1 - red - blue
    y, c, black = (255 / 219, 255 / 224, 16) if span == "limited" else (1.0, 1.0, 0)
    to_blue, to_red = 2 * (1 - blue) * c, 2 * (1 - red) * c
    rows = np.array(
        [[y, to_blue, 0, 0], [y, -to_blue * blue / green, -to_red * red / green, 0], [y, 0, to_red, 0]], np.float64
    )
    rows[:, 3] = -(rows[:, 0] * black + (rows[:, 1] + rows[:, 2]) * 128)
    return rows
