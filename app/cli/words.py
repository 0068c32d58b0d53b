"""Numbers as people read them."""

from __future__ import annotations

from fractions import Fraction


def fps_words(fps: Fraction) -> str:
    return f"{float(fps):.3f}".rstrip("0").rstrip(".")


def size_words(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


def clock(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def time_words(seconds: Fraction) -> str:
    """A moment of a film: 1.5 s, 1:02.5"""
    if seconds < 60:
        return f"{float(seconds):.3f}".rstrip("0").rstrip(".") + " s"
    minutes, rest = divmod(seconds, 60)
    digits = f"{float(rest):06.3f}".rstrip("0").rstrip(".")
    return f"{minutes}:{digits}"
