"""The names of a frame's colours, by its tags, and by its size where it has none; and where its chroma stands."""

from __future__ import annotations

from typing import TypedDict

from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

# Numbers of ITU-T H.273, as containers and FFmpeg write them.
MATRICES = {0: "rgb", 1: "bt709", 4: "fcc", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
PRIMARIES = {1: "bt709", 5: "bt601", 6: "bt601", 7: "bt601", 9: "bt2020", 11: "p3", 12: "p3"}
TRANSFERS = {16: "pq", 18: "hlg"}  # every other is a display's own gamma, near enough
BITS_OF_420 = {"yuv420p": 8, "yuvj420p": 8, "yuv420p10le": 10}  # pixel formats
# How far the first chroma sample of 4:2:0 stands from the picture's corner, in chroma samples across and down.
CHROMA = {
    "left": (0.25, 0.5),
    "center": (0.5, 0.5),
    "topleft": (0.25, 0.25),
    "top": (0.5, 0.25),
    "bottomleft": (0.25, 0.75),
    "bottom": (0.5, 0.75),
}
SD_LINES = 720  # untagged pictures with fewer lines are BT.601


class ColorTags(TypedDict):
    color_range: str
    matrix: str
    primaries: str
    transfer: str


def color_tags(frame: VideoFrame, context: VideoCodecContext) -> ColorTags:
    by_size = "bt601" if frame.height < SD_LINES else "bt709"
    if frame.format.is_rgb or frame.format.has_palette:
        return ColorTags(color_range="full", matrix="rgb", primaries=_primaries(frame, "bt709"), transfer="sdr")
    matrix = MATRICES.get(frame.colorspace, by_size)
    if matrix == "rgb":  # a YUV frame that claims RGB: the tag is wrong
        matrix = by_size
    full = frame.color_range == 2 or frame.format.name.startswith("yuvj")
    return ColorTags(
        color_range="full" if full else "limited",
        matrix=matrix,
        primaries=_primaries(frame, matrix),
        transfer=TRANSFERS.get(frame.color_trc, "sdr"),
    )


def chroma_place(frame: VideoFrame) -> str:
    """Where the chroma of a 4:2:0 frame stands. PyAV does not tell, but swscale goes by it: it shows how it takes a ramp."""
    import numpy as np  # 0.1 s: only where a file is read for the first time

    small = frame.reformat(16, 16, "yuv420p")
    ramp = np.zeros((8, small.planes[1].line_size), np.uint8)
    ramp[:, :8] = 64 + 16 * np.arange(8)
    small.planes[1].update(ramp.tobytes())
    ramp[:, :8] = 64 + 16 * np.arange(8)[:, None]
    small.planes[2].update(ramp.tobytes())
    _, across, down = small.reformat(format="yuv444p").to_ndarray()
    found = tuple(round(4 * (6.5 / 2 - (int(value) - 64) / 16)) / 4 for value in (across[6, 6], down[6, 6]))
    return next((name for name, place in CHROMA.items() if place == found), "left")


def _primaries(frame: VideoFrame, otherwise: str) -> str:
    return PRIMARIES.get(frame.color_primaries, otherwise)
