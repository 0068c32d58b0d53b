"""The names of a frame's colours, by its tags, and by its size where it has none."""

from __future__ import annotations

from typing import TypedDict

from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

# Numbers of ITU-T H.273, as containers and FFmpeg write them.
MATRICES = {0: "rgb", 1: "bt709", 4: "fcc", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
PRIMARIES = {1: "bt709", 5: "bt601", 6: "bt601", 7: "bt601", 9: "bt2020", 11: "p3", 12: "p3"}
TRANSFERS = {16: "pq", 18: "hlg"}  # every other is a display's own gamma, near enough
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


def _primaries(frame: VideoFrame, otherwise: str) -> str:
    return PRIMARIES.get(frame.color_primaries, otherwise)
