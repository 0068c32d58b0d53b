"""Frames that no other refers to need not be decoded on the way to one that is asked for: a third of them, commonly.

Only where the standard says so of single frames: in H.264 always, in H.265 where the stream has one temporal layer. The
frames that are decoded are the same to the last bit.
"""

from __future__ import annotations

from av.video.stream import VideoStream

_HVCC_LAYERS = (
    21  # the byte of an H.265 file's header that says how many temporal layers there are, 0 if it is not known
)


def may_skip(stream: VideoStream) -> bool:
    name, header = stream.codec_context.name, stream.codec_context.extradata or b""
    if name == "hevc":
        return len(header) > _HVCC_LAYERS and header[0] == 1 and header[_HVCC_LAYERS] >> 3 & 7 == 1
    return name == "h264"
