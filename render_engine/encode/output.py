"""What is to be written: one frozen value, checked whole before any work is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from render_engine.encode.codecs import CODECS, DEFAULT_SPEED, SPEEDS, Codec
from render_engine.encode.video_settings import VideoSettings
from render_engine.errors import EncoderError

SMALLEST = 16  # pixels a side; encoders and swscale fail below it in ways of their own
LARGEST = 2**31 // 8  # pixels with 128 more a side: what FFmpeg's buffers hold
GIF_FASTEST = 50  # frames a second: browsers slow down GIFs whose delay is under 2/100 s


@dataclass(frozen=True)
class Chapter:
    start: Fraction  # seconds
    end: Fraction
    title: str


@dataclass(frozen=True)
class Output:
    """A file (or, for a PNG sequence, a folder or a pattern like `shot_%05d.png`) and how to write it."""

    path: Path
    width: int
    height: int
    fps: Fraction
    codec: Codec
    crf: float | None = None  # None: the codec's own default
    speed: str = DEFAULT_SPEED
    alpha: bool = False
    max_rate: int | None = None  # bits a second, at the peak
    renderer: str = "cpu"
    bit_depth: int | None = None  # of a sample, 8 or 10; None: the codec's usual one
    audio: bool = False
    audio_bitrate: int = 192_000
    title: str = ""
    comment: str = ""
    chapters: tuple[Chapter, ...] = ()

    @property
    def video(self) -> VideoSettings:
        """What decides the bytes of its segments; the name, the sound and what is told of it do not."""
        return VideoSettings(
            self.width,
            self.height,
            self.fps,
            self.codec.name,
            self.crf,
            self.speed,
            self.alpha,
            self.max_rate,
            self.renderer,
            self.bit_depth,
        )

    @property
    def pixel_format(self) -> str:
        """What frames must be; empty for sound alone."""
        return self.video.pixel_format


def check(output: Output) -> None:
    """Refuses what cannot be written, with the first reason found."""
    for reason in _reasons(output):
        raise EncoderError(reason)


def _reasons(output: Output) -> Iterator[str]:
    codec = output.codec
    if output.path.suffix.lower() not in codec.suffixes:
        good = ", ".join(suffix or "a folder" for suffix in codec.suffixes)
        yield f'"{output.path.name}" cannot hold {codec.title}: name it with {good}, or choose another encoder.'
    if output.audio and codec.audio(output.path.suffix) is None:
        yield f"{codec.title} is silent: leave the sound out, or choose a video format."
    if output.bit_depth is not None and output.bit_depth not in codec.bit_depths:
        yield _depth_reason(codec, output.bit_depth)
    if codec.encoder is None:
        return
    yield from _size_reasons(output)
    if output.alpha and codec.alpha_format is None:
        yield f"{codec.title} cannot hold transparency: use prores-4444 (.mov), vp9 (.webm), gif or png."
    if output.crf is not None and codec.crf is None:
        yield f"{codec.title} has no crf: leave it out."
    low, high = codec.crf_range
    if output.crf is not None and not low <= output.crf <= high:
        yield f"crf {output.crf:g} is out of range for {codec.title}: {low:g} (best) to {high:g} (smallest)."
    if output.speed not in SPEEDS:
        yield f'"{output.speed}" is not a speed: one of {", ".join(SPEEDS)}.'
    if output.fps <= 0:
        yield f"{output.fps} frames a second cannot be written."
    if codec.name == "gif" and output.fps > GIF_FASTEST:
        yield f"GIF cannot show {float(output.fps):g} frames a second: {GIF_FASTEST} at most, and 25 is usual."


def _depth_reason(codec: Codec, bits: int) -> str:
    if bits not in (8, 10):
        return f"{bits} is no bit depth of films: 8 or 10."
    those = ", ".join(other.name for other in CODECS.values() if bits in other.bit_depths)
    return f"{codec.title} does not hold {bits} bits: leave --bit-depth out, or choose an encoder that does ({those})."


def _size_reasons(output: Output) -> Iterator[str]:
    width, height = output.width, output.height
    if min(width, height) < SMALLEST:
        yield f"{width}x{height} is too small to be encoded: {SMALLEST} pixels a side at least."
    if (width + 128) * (height + 128) >= LARGEST:
        yield f"{width}x{height} is too large to be encoded: {LARGEST // 10**6} million pixels are the most."
    if output.codec.even and (width % 2 or height % 2):
        below, above = (f"{width // 2 * 2}x{height // 2 * 2}", f"{(width + 1) // 2 * 2}x{(height + 1) // 2 * 2}")
        yield f"{output.codec.title} needs even sizes, and {width}x{height} is odd: use {below} or {above}."
