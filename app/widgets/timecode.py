"""Moments as editors write them: HH:MM:SS:FF, counted in whole frames; typed, also frames, seconds or steps."""

from __future__ import annotations

import re
from fractions import Fraction

_FRAME = re.compile(r"([+-]?)(\d+)")
_SECONDS = re.compile(r"([+-]?)(\d*\.?\d+)\s*s")
_CLOCK = re.compile(r"([+-]?)((?:\d+:){1,2}\d+\.\d+)")
_CODE = re.compile(r"([+-]?)((?:\d+[:;]){1,3}\d+)")


def timecode(frame: int, fps: Fraction) -> str:
    """Non-drop: as many frames are counted to a second as fit into one, rounded up."""
    base = -(-fps.numerator // fps.denominator)
    seconds, rest = divmod(max(0, frame), base)
    digits = max(2, len(str(base - 1)))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:0{digits}}"


def read_moment(text: str, fps: Fraction, at: int = 0) -> int:
    """The frame that `text` means: 120, 1:02:05 (the last part is frames), 1:02.5 and 2.5s (it is seconds); with a sign, from
    frame `at`.

    Raises ValueError for what is no moment.
    """
    text = text.strip()
    for pattern, frames in ((_FRAME, _whole), (_SECONDS, _seconds), (_CLOCK, _clock), (_CODE, _code)):
        if found := pattern.fullmatch(text):
            sign, number = found.groups()
            count = frames(number, fps)
            return {"": count, "+": at + count, "-": at - count}[sign]
    raise ValueError(f"“{text}” is no moment: 120, 00:00:04:00, 2.5s, +10")


def _whole(text: str, fps: Fraction) -> int:
    return int(text)


def _seconds(text: str, fps: Fraction) -> int:
    return int(Fraction(text) * fps)


def _clock(text: str, fps: Fraction) -> int:
    seconds = Fraction(0)
    for part in text.split(":"):
        seconds = 60 * seconds + Fraction(part)
    return int(seconds * fps)


def _code(text: str, fps: Fraction) -> int:
    base = -(-fps.numerator // fps.denominator)
    *clock, frames = (int(part) for part in re.split("[:;]", text))
    seconds = 0
    for part in clock:
        seconds = 60 * seconds + part
    return seconds * base + frames
