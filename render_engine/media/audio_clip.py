"""A stretch of sound on the timeline, as plain data: what resolve hands to the mix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

RATE = 48_000  # samples a second, of every mix

Role = Literal["music", "speech", "effect"]
Envelope = tuple[tuple[float, float], ...]  # (seconds of the timeline, linear gain), linear in between


@dataclass(frozen=True)
class Ducking:
    """Sinks a clip while clips of another role are heard."""

    under: Role = "speech"
    amount: float = -12.0  # dB
    threshold: float = -40.0  # dBFS of the other role's level
    attack: float = 0.1  # seconds
    release: float = 0.5


@dataclass(frozen=True)
class Clip:
    """Sound of one file from `at` for `duration` seconds of the timeline."""

    path: Path
    at: Fraction
    duration: Fraction
    source_start: Fraction = Fraction(0)  # seconds of the file
    source_end: Fraction | None = None  # the file's end if None
    speed: Fraction = Fraction(1)  # pitch is kept; negative plays backwards
    loop: bool = False
    gain: Envelope = ()  # as loud as recorded if empty
    pan: float = 0.0  # −1 left, 1 right
    role: Role = "effect"
    duck: Ducking | None = None
    layers: tuple[str, ...] = field(default=(), repr=False, compare=False)  # ids of the layers that it is of; not heard


def between(clips: Sequence[Clip], start: Fraction, end: Fraction) -> tuple[Clip, ...]:
    """The clips of a stretch of the timeline, on a timeline that begins with it."""
    return tuple(
        replace(clip, at=clip.at - start, gain=tuple((time - float(start), gain) for time, gain in clip.gain))
        for clip in clips
        if clip.at < end and clip.at + clip.duration > start
    )
