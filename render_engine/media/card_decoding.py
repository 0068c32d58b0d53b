"""Decoding by a card's own decoder (NVDEC), so that frames are where they are drawn.

FFmpeg's decoders hand their work to it. Only codecs whose standard fixes every sample are given to it (not MPEG-2, whose
transforms may differ by a level): so it is all the same to a film who decoded it. Whatever it refuses is decoded as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from render_engine.media.info import VideoStream
from render_engine.media.tags import BITS_OF_420

if TYPE_CHECKING:
    from av.video.stream import VideoStream as AvVideoStream

EXACT = ("h264", "hevc", "vp8", "vp9", "av1")


class CardRefused(Exception):
    """A card's decoder did not take a stream, or failed at it: the processor decodes instead."""


@dataclass
class CardDecoding:
    """What readers of one film share that may decode on a card, whose context is current in this thread."""

    takes: Callable[[str, int, int, int], str]  # codec, bits, width, height: why the card does not, empty where it does
    on_card: int = 0  # frames so far
    by_processor: int = 0
    brought_down: int = 0  # bytes of frames that the processor needed
    reasons: dict[str, str] = field(default_factory=dict)  # by file: why the processor decodes it

    def refusal(self, info: VideoStream) -> str:
        """Why the card cannot decode this stream; empty where it can."""
        from render_engine.media.color_conversion import needs_conversion  # numpy: not where facts are read

        if info.codec not in EXACT or info.animation:
            return f"{info.codec.upper()} is decoded by the processor"
        if info.pixel_format not in BITS_OF_420 or info.has_alpha:
            return f"{info.pixel_format} is decoded by the processor"
        if needs_conversion(info.transfer, info.primaries):
            return "HDR and wide gamut are decoded and mapped by the processor"
        if info.interlaced:
            return "interlaced video is decoded and deinterlaced by the processor"
        if info.coded_width % 2 or info.coded_height % 2:
            return "a picture with an odd side is decoded by the processor"
        return self.takes(info.codec, BITS_OF_420[info.pixel_format], info.coded_width, info.coded_height)

    def on_host(self, frame: VideoFrame) -> VideoFrame:
        """The same frame in the processor's memory: of a card's, NV12 or P010."""
        if not frame.sw_format:
            return frame
        down = frame.reformat(format=frame.sw_format.name)
        self.brought_down += sum(plane.buffer_size for plane in down.planes)
        return down

    def told(self) -> dict[str, Any]:
        """How many frames were decoded by which, since this was asked last; and why not by the card, by file."""
        told = {"decoded_on_card": self.on_card, "decoded_by_processor": self.by_processor}
        self.on_card = self.by_processor = self.brought_down = 0
        return told | {"refused_by_nvdec": dict(self.reasons)}


def is_on_card(frame: VideoFrame) -> bool:
    return frame.format.name == "cuda"


def card_context(stream: AvVideoStream) -> VideoCodecContext:
    """A decoder for the stream in the CUDA context that is current: FFmpeg would open the primary one with flags of its own,
    and refuses where it is open already. Raises FFmpegError where there is no CUDA."""
    from av.codec.hwaccel import HWAccel

    options: dict[str, object] = {"primary_ctx": "0", "current_ctx": "1"}
    card = HWAccel("cuda", allow_software_fallback=False, is_hw_owned=True, options=options)
    given = stream.codec_context
    context = CodecContext.create(given.codec.canonical_name, "r", card)  # FFmpeg's own: libdav1d has no way to a card
    assert isinstance(context, VideoCodecContext)
    context.extradata = given.extradata
    context.pix_fmt = given.pix_fmt  # PyAV wrote the card's there already, and AV1's decoder thinks it is set up
    context.reorder_depth = given.reorder_depth
    context.thread_count = 1  # the processor only reads headers
    return context
