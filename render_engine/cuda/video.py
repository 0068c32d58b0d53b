"""A video's frame on the card: the decoder's own planes, sent up or decoded there, are turned into pixels as they are shown."""

from __future__ import annotations

from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

from render_engine.cuda.launches import Video, floats
from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import Texture, empty
from render_engine.media.card_decoding import is_on_card
from render_engine.media.info import VideoStream
from render_engine.media.tags import CHROMA

WEIGHTS = {  # of red and blue in luma
    "bt601": (0.299, 0.114),
    "bt709": (0.2126, 0.0722),
    "bt2020": (0.2627, 0.0593),
    "smpte240m": (0.212, 0.087),
    "fcc": (0.30, 0.11),
}
TO_EIGHT_BITS = {"yuv420p": 1.0, "yuvj420p": 1.0, "nv12": 1.0, "yuv420p10le": 1 / 4, "p010le": 1 / 256}
PLANES = tuple(name for name in TO_EIGHT_BITS if name.startswith("yuv"))  # of decoders of the host


def from_planes(memory: Memory, frame: av.VideoFrame, info: VideoStream, size: tuple[int, int]) -> Texture:
    """`frame`: as it was decoded, 4:2:0 in 8 or 10 bits. `size`: as it is shown, upright."""
    if not is_on_card(frame):
        sent = [memory.upload(_rows(plane)) for plane in frame.planes]
        return _drawn(memory, frame, info, size, (sent[0].address, sent[1].address, sent[2].address))
    luma, chroma = (plane.buffer_ptr for plane in frame.planes)
    sample = 2 if _form(frame) == "p010le" else 1
    # FFmpeg fills its frames in the null stream: we begin to read after that, and it fills this one again after we have read.
    memory.wait_for_ffmpeg()
    texture = _drawn(memory, frame, info, size, (luma, chroma, chroma + sample))
    memory.let_ffmpeg_wait()
    return texture


def _drawn(
    memory: Memory, frame: av.VideoFrame, info: VideoStream, size: tuple[int, int], planes: tuple[int, int, int]
) -> Texture:
    form = _form(frame)
    unit = TO_EIGHT_BITS[form]
    out = empty(memory, *size)
    pitches = (frame.planes[0].line_size, frame.planes[1].line_size)
    shape = (1 if form in PLANES else 2, unit < 1, frame.width, frame.height, info.rotation // 90)
    matrix = floats(_matrix(info.matrix, info.color_range, unit).reshape(-1).tolist())
    arguments = Video(*planes, *pitches, *shape, floats(CHROMA[info.chroma]), out.image, matrix)
    memory.launch("from_planes", arguments, *size)
    return out


def _form(frame: av.VideoFrame) -> str:
    return frame.sw_format.name if frame.sw_format else frame.format.name


def _rows(plane: av.video.plane.VideoPlane) -> NDArray[np.uint8]:
    return np.frombuffer(memoryview(plane), np.uint8)


@lru_cache(maxsize=16)
def _matrix(name: str, span: str, unit: float) -> NDArray[np.float64]:
    """(3, 4): blue, green, red in 0…255 from Y, U, V and 1; `unit`: what a step of a sample is in steps of 8 bits."""
    red, blue = WEIGHTS[name]
    green = 1 - red - blue
    y, c, black = (255 / 219, 255 / 224, 16) if span == "limited" else (1.0, 1.0, 0)
    to_blue, to_red = 2 * (1 - blue) * c, 2 * (1 - red) * c
    rows = np.array(
        [[y, to_blue, 0, 0], [y, -to_blue * blue / green, -to_red * red / green, 0], [y, 0, to_red, 0]], np.float64
    )
    rows[:, 3] = -(rows[:, 0] * black + (rows[:, 1] + rows[:, 2]) * 128)
    rows[:, :3] *= unit
    return rows
