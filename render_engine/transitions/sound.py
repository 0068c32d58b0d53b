"""The sound of a scene that comes and goes by transitions: faded with equal power, so that the two are as loud as one."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np

from render_engine.media.audio_clip import Clip, Envelope

STEP = 0.01  # seconds between two points of a fade

Fade = tuple[Fraction, Fraction]  # from, to: seconds of the timeline; of no length where there is none


def heard(clip: Clip, coming: Fade, going: Fade, until: Fraction) -> Clip | None:
    """The clip as far as `until`, faded in and out; None where nothing of it is heard."""
    if clip.at >= until:
        return None
    clip = replace(clip, duration=min(clip.duration, until - clip.at))
    start, end = float(clip.at), float(clip.at + clip.duration)
    fades = [(float(low), float(high)) for low, high in (coming, going)]
    if start >= fades[0][1] and end <= fades[1][0]:
        return clip
    return replace(clip, gain=_faded(clip.gain, start, end, *fades))


def _faded(
    gain: Envelope, start: float, end: float, coming: tuple[float, float], going: tuple[float, float]
) -> Envelope:
    times = {start, end, *(time for time, _ in gain)}
    for low, high in (coming, going):
        steps = math.ceil((high - low) / STEP - 1e-9)
        times |= {low + (high - low) * k / steps for k in range(steps + 1)} if steps > 0 else set()
    inside = sorted(time for time in times if start <= time <= end)
    known, levels = zip(*gain, strict=True) if gain else ((start,), (1.0,))
    before = np.interp(inside, known, levels)
    return tuple(
        (time, float(level) * _rising(time, *coming) * _rising(-time, -going[1], -going[0]))
        for time, level in zip(inside, before, strict=True)
    )


def _rising(time: float, low: float, high: float) -> float:
    share = (time - low) / (high - low) if high > low else float(time >= low)
    return math.sin(min(1.0, max(0.0, share)) * math.pi / 2)
