"""How loud each band of a sound is at each frame: what a visualiser shows, as a pure function of the sound.

Windows stand around the frames' times. What is loudest in the whole stretch reaches the top, so that quiet music moves
as well as loud music; levels rise fast and fall slowly, worked out in order from before the first frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp

import numpy as np
from numpy.typing import NDArray

from render_engine.media.audio_clip import RATE, Clip, between
from render_engine.media.mixing import summed

SIZE = 4096  # samples of a window: 85 ms, in which 40 Hz swings three times
BATCH = 10 * RATE  # samples that are looked at together
LEAD = Fraction(2)  # seconds before the first frame, from which levels are followed
RANGE = 48.0  # dB between the resting line and the top
CONTRAST = 1.8  # an exponent: peaks stand out of what surrounds them
SILENT = -60.0  # dBFS in a band: what is never louder is not blown up
TILT = 2.5  # dB an octave by which treble is lifted: in music it is that much weaker, in bands of equal pitch
KEPT = 0.7  # of the height, that smoothing leaves at least: what it takes off the loudest is given back
LOUD = 98  # percentile of the loudest bands that reaches the top; a single crash goes over it
Levels = NDArray[np.float64]  # (frames, bands)


@dataclass(frozen=True)
class Bands:
    count: int
    low: float  # Hz
    high: float
    smoothing: float  # 0 follows every change, 1 is slow
    gain: float  # dB

    @property
    def edges(self) -> NDArray[np.float64]:
        """Hz, equally far from each other in pitch."""
        return np.geomspace(self.low, self.high, self.count + 1)


def levels(clips: Sequence[Clip], frames: range, fps: Fraction, bands: Bands) -> Levels:
    """0…1 for each of the frames (numbers on the clips' timeline) and each band, the lowest first."""
    first = max(0, frames.start - round(LEAD * fps))
    start, end = first / fps, frames.stop / fps
    sound = (chunk.mean(axis=1) for chunk in summed(between(clips, start, end), round((end - start) * RATE)))
    centres = np.array([round((number / fps - start) * RATE) for number in range(first, frames.stop)], np.int64)
    parts = [_power(windows, bands.edges) for windows in _windows(sound, centres)]
    decibels = _decibels(np.concatenate(parts), bands)
    wanted = np.maximum((decibels - max(SILENT, _top(decibels)) + bands.gain) / RANGE + 1, 0)
    followed = _followed(wanted, float(1 / fps), bands.smoothing)[frames.start - first :]
    lost = min(max(_top(followed) - bands.gain / RANGE, KEPT), 1.0)
    shares: Levels = (followed / lost).clip(0, 1) ** CONTRAST
    return shares


def _windows(sound: Iterator[NDArray[np.float32]], centres: NDArray[np.int64]) -> Iterator[NDArray[np.float32]]:
    """Batches of windows around the centres, (n, SIZE); beyond its ends the sound is silent."""
    at, kept = -SIZE // 2, np.zeros(SIZE // 2, np.float32)  # the first kept sample, and those from there on
    while len(centres):
        got = [kept]
        while sum(map(len, got)) < BATCH + SIZE and (chunk := next(sound, None)) is not None:
            got.append(chunk)
        kept = np.concatenate(got)
        if len(kept) < BATCH + SIZE:
            kept = np.concatenate([kept, np.zeros(max(0, int(centres[-1]) + SIZE // 2 - at - len(kept)), np.float32)])
        starts = centres - SIZE // 2 - at
        inside = starts[starts + SIZE <= len(kept)]
        yield kept[inside[:, None] + np.arange(SIZE)]
        centres = centres[len(inside) :]
        done = int(starts[len(inside)]) if len(centres) else 0
        at, kept = at + done, kept[done:]


def _power(windows: NDArray[np.float32], edges: NDArray[np.float64]) -> Levels:
    """Mean square of each window in each band, (n, bands). A band may be narrower than the bins it is cut from."""
    hann = np.hanning(SIZE + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(windows * hann)
    power = (spectrum.real**2 + spectrum.imag**2) * (2 / (SIZE * float((hann**2).sum())))
    below = np.concatenate([np.zeros((len(power), 1)), np.cumsum(power, axis=1, dtype=np.float64)], axis=1)
    places = edges * SIZE / RATE + 0.5  # bin k reaches from k − ½ to k + ½
    whole = np.minimum(places.astype(np.int64), power.shape[1] - 1)
    return np.diff(below[:, whole] + power[:, whole] * (places - whole), axis=1)


def _decibels(power: Levels, bands: Bands) -> Levels:
    middles = np.sqrt(bands.edges[:-1] * bands.edges[1:])
    decibels: Levels = 10 * np.log10(power + 1e-12) + TILT * np.log2(middles / 1000)
    return decibels


def _followed(levels: Levels, step: float, smoothing: float) -> Levels:
    """Up within a frame or two, down over some tenths of a second. `step`: seconds from frame to frame."""
    rise, fall = (_share(step, seconds) for seconds in (0.06 * smoothing, 0.3 * smoothing))
    followed, now = np.empty_like(levels), np.zeros(levels.shape[1])
    for k, wanted in enumerate(levels):
        now = now + (wanted - now) * np.where(wanted > now, rise, fall)
        followed[k] = now
    return followed


def _top(levels: Levels) -> float:
    return float(np.percentile(levels.max(axis=1), LOUD))


def _share(step: float, seconds: float) -> float:
    """The part of the way gone in one step, when two thirds (1 − 1/e) are gone in `seconds`."""
    return 1 - exp(-step / seconds) if seconds > 0 else 1.0
