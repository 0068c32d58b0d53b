"""Makes the sample music in resources/media from nothing but arithmetic, so that it is ours: python scripts/make_music.py

Two loops of pads, plucks, bass and drums: “music-bright” at 120 beats a minute, “music-calm” at 84. Stereo, 48 kHz, AAC.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48000
MEDIA = Path(__file__).parent.parent / "resources" / "media"
Sound = NDArray[np.float64]  # (samples,) or (samples, 2)


@dataclass(frozen=True)
class Song:
    name: str
    tempo: float  # beats a minute
    chords: tuple[tuple[int, ...], ...]  # MIDI notes, four beats each
    drums: bool


SONGS = (
    Song("music-bright", 120, ((57, 60, 64, 67), (53, 57, 60, 64), (48, 55, 60, 64), (55, 59, 62, 66)) * 3, True),
    Song("music-calm", 84, ((50, 57, 61, 66), (47, 54, 57, 62), (43, 50, 59, 62), (45, 52, 57, 61)) * 2, False),
)


def pitch(note: float) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def times(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE


def low_passed(sound: Sound, cutoff: float) -> Sound:
    """By a smooth fall in the spectrum, 12 dB an octave."""
    spectrum = np.fft.rfft(sound)
    at = np.fft.rfftfreq(len(sound), 1 / RATE)
    return np.fft.irfft(spectrum / (1 + (at / cutoff) ** 2), len(sound))


def saw(frequency: float, time: Sound, phase: float) -> Sound:
    turns = time * frequency + phase
    return 2 * (turns - np.floor(turns + 0.5))


def pad(notes: tuple[int, ...], seconds: float, random: np.random.Generator) -> Sound:
    """Detuned saws, soft at both ends, different on the left and the right."""
    time = times(seconds)
    sides = []
    for _ in range(2):
        voices = [saw(pitch(n + d), time, random.random()) for n in notes for d in (-0.08, 0.0, 0.07)]
        sides.append(low_passed(np.sum(voices, axis=0), 1500))
    shape = np.minimum(1, time / 0.35) * np.minimum(1, (seconds - time) / 0.5)
    return np.stack(sides, 1) * shape[:, None] * 0.045


def pluck(note: int, pan: float) -> Sound:
    time = times(1.1)
    tone = np.sin(2 * np.pi * pitch(note) * time + 1.4 * np.exp(-time * 9) * np.sin(4 * np.pi * pitch(note) * time))
    shaped = tone * np.exp(-time * 4.6) * np.minimum(1, time / 0.004) * 0.14
    return np.stack([shaped * np.sqrt(0.5 - pan / 2), shaped * np.sqrt(0.5 + pan / 2)], 1)


def bass(note: int, seconds: float) -> Sound:
    time = times(seconds)
    tone = np.sin(2 * np.pi * pitch(note) * time) + 0.25 * np.sin(4 * np.pi * pitch(note) * time)
    shaped = tone * np.minimum(1, time / 0.01) * np.minimum(1, (seconds - time) / 0.08) * 0.12
    return np.stack([shaped, shaped], 1)


def kick() -> Sound:
    time = times(0.32)
    tone = np.sin(2 * np.pi * (48 * time + 26 * (1 - np.exp(-time * 32)) / 4)) * np.exp(-time * 11)
    return np.stack([tone, tone], 1) * 0.32


def hat(random: np.random.Generator, long: bool) -> Sound:
    time = times(0.25 if long else 0.07)
    noise = np.diff(random.standard_normal((len(time) + 2, 2)), n=2, axis=0)
    return noise * np.exp(-time * (16 if long else 70))[:, None] * 0.016


def clap(random: np.random.Generator) -> Sound:
    time = times(0.3)
    noise = np.diff(random.standard_normal((len(time) + 1, 2)), axis=0)
    return noise * (np.exp(-time * 22) * (1 + (time < 0.02)))[:, None] * 0.06


def put(track: Sound, at: float, sound: Sound) -> None:
    """Into the loop; what rings over its end goes on at its beginning."""
    places = (round(at * RATE) + np.arange(len(sound))) % len(track)
    np.add.at(track, places, sound)


def echoed(track: Sound, beat: float) -> Sound:
    out = track.copy()
    for times_over, level in ((1, 0.3), (2, 0.13), (3, 0.06)):
        out += np.roll(track[:, ::-1] if times_over % 2 else track, round(times_over * 0.75 * beat * RATE), 0) * level
    return out


def composed(song: Song) -> Sound:
    random = np.random.default_rng(7)
    beat = 60 / song.tempo
    length = round(len(song.chords) * 4 * beat * RATE)
    pads, plucks, drums = (np.zeros((length, 2)) for _ in range(3))
    for k, chord in enumerate(song.chords):
        at = k * 4 * beat
        put(pads, at, pad(chord, 4 * beat + 0.4, random))
        put(pads, at, bass(chord[0] - 12, 2.8 * beat))
        put(pads, at + 3 * beat, bass(chord[0] - 12, 0.9 * beat))
        steps = 8 if song.drums else 4
        for step in range(steps):
            note = sorted(chord)[(step * 3) % 4] + 12 * (1 + (step % 4 == 3))
            put(plucks, at + step * 4 * beat / steps, pluck(note, 0.5 * np.sin(2.1 * (step + k))))
        if song.drums and k >= 2:
            beaten(drums, at, beat, random)
    mixed = pads * (ducked(length, beat) if song.drums else 1) + echoed(plucks, beat) + drums
    return mixed * 0.7 / np.abs(mixed).max()


def beaten(drums: Sound, at: float, beat: float, random: np.random.Generator) -> None:
    for k in range(4):
        put(drums, at + k * beat, kick())
        put(drums, at + (k + 0.5) * beat, hat(random, k == 3))
        if k % 2:
            put(drums, at + k * beat, clap(random))


def ducked(length: int, beat: float) -> Sound:
    """The pads give way to the kick and come back."""
    since = (np.arange(length) / RATE) % beat
    return (1 - 0.55 * np.exp(-since * 9))[:, None]


def written(song: Song) -> None:
    path = MEDIA / f"{song.name}.m4a"
    samples = composed(song).astype(np.float32)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = 96_000
        for at in range(0, len(samples), 1024):
            block = np.ascontiguousarray(samples[at : at + 1024].T)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    print(f"{path.name}: {len(samples) / RATE:.2f} s, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    for song in SONGS:
        written(song)
