"""Small sound files for the tests, made with FFmpeg's encoders, and the lag between two sounds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 48_000


def seconds(count: float, rate: int = RATE) -> np.ndarray:
    return np.arange(round(count * rate)) / rate


def sine(hertz: float, length: float, level: float = 0.5, rate: int = RATE) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * seconds(length, rate))


def clicks(*times: float, length: float, rate: int = RATE) -> np.ndarray:
    """Short noise bursts, each the same, that no codec and no window mistakes."""
    wave = np.zeros(round(length * rate))
    burst = np.random.default_rng(7).uniform(-0.8, 0.8, rate // 1000)
    for time in times:
        at = round(time * rate)
        wave[at : at + len(burst)] = burst
    return wave


def write(path: Path, wave: np.ndarray, codec: str = "pcm_f32le", rate: int = RATE, layout: str = "mono") -> Path:
    """`wave` is (n,) for mono or (channels, n)."""
    wave = np.atleast_2d(wave)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        for at in range(0, wave.shape[1], 1024):
            part = np.ascontiguousarray(wave[:, at : at + 1024], np.float32)
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def lag(heard: np.ndarray, expected: np.ndarray) -> float:
    """Milliseconds by which `heard` comes late, from the peak of their cross-correlation."""
    size = 1 << (len(heard) + len(expected)).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(expected, size)), size)
    at = int(np.argmax(product))
    return 1000 * (at if at < size // 2 else at - size) / RATE


def loudest(wave: np.ndarray, around: float, within: float = 0.05) -> float:
    """When (s) the loudest sample near a time sounds."""
    low = max(round((around - within) * RATE), 0)
    return (low + int(np.argmax(np.abs(wave[low : round((around + within) * RATE)])))) / RATE
