"""Where the beats of a piece of music are: its onsets, its tempo, and the best path through the onsets at that tempo.

After Ellis, "Beat Tracking by Dynamic Programming" (2007): every beat stands on an onset as far as that keeps its
distance from the beat before near the tempo's. Made for music of a steady tempo, not for rubato.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render_engine.media.audio import AudioReader
from render_engine.media.audio_clip import RATE

HOP = RATE // 100  # samples from one onset strength to the next: 10 ms
SIZE = 2048  # samples of a window: 43 ms
BANDS = 40
LOWEST, HIGHEST = 30.0, 16_000.0  # Hz
BATCH = 2000  # windows that are looked at together
SLOWEST, FASTEST = 50.0, 210.0  # beats a minute
USUAL, OCTAVES = 125.0, 0.8  # the tempo that is taken where twice or half as fast fits as well, and how strongly
BETWEEN = 0.65  # how much like beats the onsets half-way are that make it twice as fast: kick and snare, not a hi-hat
STEADY = 400.0  # how much more a beat in its place is worth than one on an onset
SHORTEST = 3.0  # seconds, in which there are beats to speak of
EARLY = 0.004  # seconds by which a window feels an onset before it is at its middle
Curve = NDArray[np.float64]


def beats(path: Path) -> tuple[float, ...]:
    """Seconds of the file; none where nothing beats. Raises MediaError."""
    strength = onsets(path)
    if len(strength) * HOP < SHORTEST * RATE or strength.max() <= 0:
        return ()
    return tuple(round(frame * HOP / RATE + EARLY, 3) for frame in _path(strength, period(strength)))


def onsets(path: Path) -> Curve:
    """How much louder the bands get at each hop, against what surrounds it."""
    flux, before = [np.zeros(0)], np.zeros((1, BANDS))
    with AudioReader(path) as reader:
        for at in range(0, 1 << 62, BATCH * HOP):
            sound = reader.read_some(max(0, at - SIZE // 2), BATCH * HOP + SIZE)
            if len(sound) <= SIZE:
                break
            bands = _bands(_windows(sound.mean(axis=1), at))
            rise = np.diff(np.concatenate([before, bands]), axis=0)
            flux.append(np.maximum(rise, 0).sum(axis=1))
            before = bands[-1:]
    return _relative(np.concatenate(flux))


def period(strength: Curve) -> float:
    """Hops from beat to beat: where the onsets are most like themselves, at it and at its multiples."""
    like, soft = _likeness(strength), _likeness(np.convolve(strength, np.hanning(9), mode="same"))
    lags = np.arange(60 / FASTEST, 60 / SLOWEST, 0.001) * RATE / HOP
    comb = sum(_at(like, lags * times) / times for times in (1, 2, 4))
    usual = np.exp(-0.5 * (np.log2(60 * RATE / HOP / lags / USUAL) / OCTAVES) ** 2)
    lag = float(lags[np.argmax(np.maximum(comb, 0) * usual)])
    while lag / 2 >= lags[0] and _at(soft, lag / 2) > BETWEEN * _at(soft, lag):
        lag /= 2
    return lag


def _likeness(curve: Curve) -> Curve:
    """With itself, so many hops later."""
    size = 1 << (2 * len(curve)).bit_length()
    return np.fft.irfft(np.abs(np.fft.rfft(curve, size)) ** 2, size)[: len(curve)]


def _at(curve: Curve, places: Curve | float) -> Any:
    return np.interp(places, np.arange(len(curve)), curve, right=0.0)


def _windows(sound: NDArray[np.float32], at: int) -> NDArray[np.float32]:
    """Around every hop from sample `at` on, (n, SIZE)."""
    if at == 0:
        sound = np.concatenate([np.zeros(SIZE // 2, np.float32), sound])
    starts = np.arange(min(BATCH, (len(sound) - SIZE) // HOP + 1)) * HOP
    windows: NDArray[np.float32] = sound[starts[:, None] + np.arange(SIZE)]
    return windows


def _bands(windows: NDArray[np.float32]) -> Curve:
    """Loudness as it is felt, (n, BANDS): the root of the magnitude, compressed."""
    power = np.abs(np.fft.rfft(windows * np.hanning(SIZE).astype(np.float32)))
    edges = np.unique(
        (np.geomspace(LOWEST, HIGHEST, BANDS + 1) * SIZE / RATE).astype(int) + np.arange(BANDS + 1) // BANDS
    )
    sums = np.add.reduceat(power, edges[:-1], axis=1)
    felt: Curve = np.zeros((len(power), BANDS))
    felt[:, : sums.shape[1]] = np.log1p(sums)
    return felt


def _relative(flux: Curve) -> Curve:
    """Over the mean of the second around it, in standard deviations; nothing where it lasts no second."""
    if len(flux) < RATE // HOP:
        return np.zeros_like(flux)
    around = np.convolve(flux, np.ones(RATE // HOP) / (RATE // HOP), mode="same")
    over: Curve = np.maximum(flux - around, 0)
    spread = float(over.std())
    return over / spread if spread > 0 else np.zeros_like(over)


def _path(strength: Curve, period: float) -> list[int]:
    """The hops of the beats."""
    steps = np.arange(-round(2 * period), -round(period / 2) + 1)
    cost = STEADY * np.log(-steps / period) ** 2
    lead = len(steps) + round(period)
    best, came = np.zeros(len(strength) + lead), np.zeros(len(strength), int)
    for k, value in enumerate(_smooth(strength, period)):
        ways = best[k + lead + steps] - cost
        way = int(np.argmax(ways))
        best[k + lead], came[k] = value + ways[way], k + steps[way]
    last = len(strength) - round(period) + int(np.argmax(best[-round(period) :]))
    return _sounding(_traced(came, last), strength)


def _smooth(strength: Curve, period: float) -> Curve:
    width = max(1.0, period / 32)
    bell = np.exp(-0.5 * (np.arange(-round(3 * width), round(3 * width) + 1) / width) ** 2)
    return np.convolve(strength, bell, mode="same")


def _traced(came: NDArray[np.int64], last: int) -> list[int]:
    path = [last]
    while came[path[-1]] >= 0:
        path.append(int(came[path[-1]]))
    return path[::-1]


def _sounding(path: list[int], strength: Curve) -> list[int]:
    """Without the beats before the first onset and after the last."""
    heard = np.array([strength[max(0, k - 3) : k + 4].max() for k in path])
    loud = np.flatnonzero(heard > 0.25 * np.sqrt((heard**2).mean()))
    return path[loud[0] : loud[-1] + 1] if len(loud) else []
