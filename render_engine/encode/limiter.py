"""A look-ahead limiter: turns down before a peak comes, so that nothing is cut and nothing is over the ceiling.

The gain a sample needs is taken at its true peak (4× oversampled, as ITU-R BS.1770 asks), held over the look-ahead
on both sides and smoothed by two averages as wide as that together: at each peak the smooth gain is the needed one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from render_engine.media.audio import Samples
from render_engine.media.audio_clip import RATE

LOOK_AHEAD = RATE * 20 // 1000  # 20 ms down, 20 ms up: slow enough not to grate, too short to pump
TAPS = 12  # of the oversampling filter, each side
_EDGE = LOOK_AHEAD + TAPS
_SPAN = RATE
Curve = NDArray[np.float64]


def limited(blocks: Iterator[Samples], gain: float, ceiling: float) -> Iterator[Samples]:
    """The blocks times `gain`, with true peaks at most `ceiling` (both linear). As many samples as came in."""
    held = np.zeros((_EDGE, 2), np.float32)
    for block in blocks:
        held = np.concatenate([held, block * np.float32(gain)])
        while len(held) >= _SPAN + 2 * _EDGE:
            yield _turned_down(held[: _SPAN + 2 * _EDGE], ceiling)
            held = held[_SPAN:]
    yield _turned_down(np.concatenate([held, np.zeros((_EDGE, 2), np.float32)]), ceiling)


def true_peaks(samples: Samples) -> Curve:
    """The largest size of the wave at and up to the sample after each sample, over both channels."""
    peaks: Curve = np.abs(samples).max(axis=1).astype(np.float64)
    for kernel in _KERNELS:
        for channel in samples.T:
            np.maximum(peaks, np.abs(np.convolve(channel, kernel, mode="same")), out=peaks)
    return peaks


def _turned_down(window: Samples, ceiling: float) -> Samples:
    """The window without its edges."""
    inside = slice(_EDGE, len(window) - _EDGE)
    if 2 * np.abs(window).max() <= ceiling:  # no wave overshoots its samples by 6 dB
        return window[inside]
    peaks = true_peaks(window)
    if peaks.max() <= ceiling:
        return window[inside]
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    held = _lowest(needed, LOOK_AHEAD + 2)  # 2: an in-between peak holds the samples on both its sides
    smooth = _averaged(_averaged(held, LOOK_AHEAD // 2), LOOK_AHEAD // 2)
    lead = (len(window) - len(smooth)) // 2
    gain = smooth[_EDGE - lead : len(window) - _EDGE - lead]
    turned: Samples = (window[inside] * gain[:, None]).astype(np.float32)
    return turned


def _lowest(values: Curve, width: int) -> Curve:
    """Minimum over each `width` neighbours, by doubling."""
    have = 1
    while have < width:
        step = min(have, width - have)
        values = np.minimum(values[:-step], values[step:])
        have += step
    return values


def _averaged(values: Curve, width: int) -> Curve:
    total: Curve = np.cumsum(np.concatenate([[0.0], values]))
    averages: Curve = (total[width:] - total[:-width]) / width
    return averages


def _kernel(phase: float) -> Curve:
    at = np.arange(-TAPS, TAPS + 1) + phase
    kernel: Curve = np.sinc(at) * np.hanning(2 * TAPS + 3)[1:-1]
    return kernel


_KERNELS = [_kernel(phase) for phase in (0.25, 0.5, 0.75)]
