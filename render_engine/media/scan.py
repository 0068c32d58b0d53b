"""When each frame of a file is shown, read from its packets: nothing is decoded where the container tells the truth.

Where it does not (no timestamps, VP8's hidden frames) the stream is decoded once, and where even that gives no
times, frames are counted at the stream's rate.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from render_engine.media.decoder import OPEN_OPTIONS, frames_of
from render_engine.media.frame_times import FrameTimes

# After a seek these give every frame the timestamp it has in a reading from the start; others (MPEG program
# streams) do not, and are decoded from their start.
EXACT_SEEK = {"mov", "matroska", "mpegts", "avi"}
HIDDEN_FRAMES = {"vp8"}  # a packet may hold no frame to show


@dataclass
class Track:
    """What the packets of one stream say, in the stream's own time base."""

    base: Fraction
    shown: list[int] = field(default_factory=list)  # presentation timestamps
    keys: list[tuple[int, int]] = field(default_factory=list)  # (pts, dts)
    end: int = 0
    packets: int = 0
    untimed: bool = False
    damaged: bool = False

    def take(self, packet: Packet[Stream]) -> None:
        self.packets += 1
        self.damaged = packet.is_corrupt
        if packet.pts is None:
            self.untimed = True
            return
        if packet.is_discard:  # before an edit list's beginning
            return
        self.shown.append(packet.pts)
        self.end = max(self.end, packet.pts + (packet.duration or 0))
        if packet.is_keyframe:
            self.keys.append((packet.pts, packet.pts if packet.dts is None else packet.dts))

    def seconds(self, stamp: int) -> Fraction:
        return stamp * self.base


def scan(container: InputContainer, streams: Sequence[VideoStream | AudioStream]) -> dict[int, Track]:
    """Reads every packet once."""
    tracks = {stream.index: Track(stream.time_base or Fraction(1, 1000)) for stream in streams}
    for packet in container.demux(*streams):
        if packet.size:
            tracks[packet.stream_index].take(packet)
    return tracks


@dataclass(frozen=True)
class Timing:
    """Frame times of a video stream from the start of the file, and how a reader finds the frames again."""

    times: FrameTimes
    duration: Fraction
    keyframes: tuple[tuple[int, int], ...]
    counted: bool


def timing(container: InputContainer, stream: VideoStream, track: Track, origin: Fraction, fps: Fraction) -> Timing:
    stamps = sorted(set(track.shown))
    if track.untimed or stream.codec_context.name in HIDDEN_FRAMES:
        decoded = _decoded_stamps(container, stream)
        if any(stamp is None for stamp in decoded) or len(set(decoded)) < len(decoded):
            return _counted(len(decoded), fps)
        stamps = sorted(stamp for stamp in decoded if stamp is not None)
    if not stamps:
        return Timing(FrameTimes.of((), track.base), Fraction(0), (), False)
    exact = EXACT_SEEK.intersection(container.format.name.split(","))
    keys = tuple(sorted({(bisect_left(stamps, pts), dts) for pts, dts in track.keys})) if exact else ()
    times = FrameTimes.of(stamps, track.base, origin)
    return Timing(times, _end(times, track.seconds(track.end) - origin, fps), keys, False)


def _end(times: FrameTimes, told: Fraction, fps: Fraction) -> Fraction:
    """The last packet's duration where there is one, the average step where not."""
    return told if told > times[-1] else times[-1] + 1 / fps


def _counted(count: int, fps: Fraction) -> Timing:
    return Timing(FrameTimes.of(range(count), 1 / fps), count / fps, (), True)


def _decoded_stamps(container: InputContainer, stream: VideoStream) -> list[int | None]:
    with av.open(container.name, options=OPEN_OPTIONS) as again:
        return [frame.pts for frame in frames_of(again, again.streams[stream.index])]  # type: ignore[arg-type]  # the same video stream


def average_rate(stream: VideoStream, track: Track) -> Fraction:
    """The stream's own word where it has one; otherwise what its timestamps say."""
    told = stream.average_rate or stream.guessed_rate
    if told:
        return Fraction(told)
    stamps = sorted(set(track.shown))
    steps: Iterator[int] = (b - a for a, b in pairwise(stamps))
    total = sum(steps)
    return Fraction(len(stamps) - 1) / track.seconds(total) if total else Fraction(25)
