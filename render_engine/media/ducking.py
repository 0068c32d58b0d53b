"""Music that sinks under speech: a follower of the speech's level, ten milliseconds at a time."""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from render_engine.media.audio import Samples
from render_engine.media.audio_clip import RATE, Ducking

HOP = RATE // 100
HOLD = 30  # hops for which what was heard still counts: music does not swell between two words
KNEE = 6.0  # dB above the threshold at which the whole amount is reached: no chatter around one level


class Follower:
    """Give it the other role's samples in order; it gives the gain for the same samples."""

    def __init__(self, duck: Ducking) -> None:
        self._duck = duck
        self._depth = 0.0  # 0 untouched, 1 fully sunk
        self._past = np.zeros(HOLD)  # what was wanted of late
        self._down = _step(duck.attack)
        self._up = _step(duck.release)

    def gain(self, other: Samples) -> NDArray[np.float32]:
        """Linear gain a sample; `other` is a whole number of hops long."""
        power = (other.astype(np.float64) ** 2).mean(axis=1).reshape(-1, HOP).mean(axis=1)
        level = 10 * np.log10(power + 1e-12)
        depths = [self._depth]
        wished = np.concatenate([self._past, ((level - self._duck.threshold) / KNEE).clip(0, 1)])
        self._past = wished[-HOLD:]
        for wanted in sliding_window_view(wished, HOLD + 1).max(axis=1):
            step = self._down if wanted > depths[-1] else self._up
            depths.append(depths[-1] + (float(wanted) - depths[-1]) * step)
        self._depth = depths[-1]
        depth = np.interp(np.arange(1, len(other) + 1) / HOP, np.arange(len(depths)), depths)
        return (10 ** (depth * self._duck.amount / 20)).astype(np.float32)


def _step(seconds: float) -> float:
    """The part of the way gone in one hop, when two thirds (1 − 1/e) are gone in `seconds`."""
    return 1.0 if seconds <= 0 else 1 - exp(-HOP / RATE / seconds)
