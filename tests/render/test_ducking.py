"""Music makes way for speech as a person at the desk would do it: early enough, evenly, and back without haste."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.encode.audio import mix
from render_engine.media.audio_clip import Clip
from tests.render.drawing import scene
from tests.render.sounds import RATE, seconds, sine, write

LENGTH = 10
SPOKEN = (3.0, 6.0)  # seconds in which somebody speaks
Wave = np.ndarray


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Music, and three seconds of syllables: five a second, with a pause for breath of a quarter of a second."""
    folder = tmp_path_factory.mktemp("sound")
    write(folder / "music.wav", sine(200, LENGTH, level=0.2))
    time = seconds(3)
    syllables = np.sin(np.pi * 5 * time) ** 2 * ((time < 1.4) | (time > 1.65))
    write(folder / "voice.wav", syllables * sine(1500, 3, level=0.4))
    return folder


def heard(clips: tuple[Clip, ...]) -> Wave:
    return np.concatenate(list(mix(clips, F(LENGTH))))[:, 0]


def gains(clips: tuple[Clip, ...]) -> Wave:
    """dB of the music against the music alone, every 10 ms."""
    speech = tuple(clip for clip in clips if clip.path.name != "music.wav")
    music = (heard(clips) - heard(speech)).reshape(-1, RATE // 100)
    return np.asarray(20 * np.log10(np.sqrt((music**2).mean(axis=1)) / (0.2 / 2**0.5) + 1e-9))


def clips(folder: Path, *layers: dict[str, Any]) -> tuple[Clip, ...]:
    return scene(*layers, base=folder, duration=LENGTH).audio


def music(**fields: Any) -> dict[str, Any]:
    return {"type": "audio", "source": "music.wav", "role": "music", "duck": {"under": "speech"} | fields}


SPEECH = {"type": "audio", "source": "voice.wav", "role": "speech", "start": SPOKEN[0]}


def between(curve: Wave, start: float, end: float) -> Wave:
    return curve[round(start * 100) : round(end * 100)]


def test_music_is_twelve_decibels_lower_under_speech_and_as_before_around_it(folder: Path) -> None:
    curve = gains(clips(folder, music(), SPEECH))
    assert between(curve, 0, 2.9) == pytest.approx(0, abs=0.05)
    assert between(curve, 3.6, 5.9) == pytest.approx(-12, abs=0.5)
    assert between(curve, 9.2, 10) == pytest.approx(0, abs=0.3)


def test_music_does_not_pump_between_syllables_and_breaths(folder: Path) -> None:
    spoken = between(gains(clips(folder, music(release=0.2), SPEECH)), 3.6, 5.9)
    assert np.ptp(spoken) < 0.5


def test_it_sinks_in_the_attack_and_rises_in_the_release(folder: Path) -> None:
    curve = gains(clips(folder, music(attack=0.2, release=1), SPEECH))
    begun = 3 + next(k for k, gain in enumerate(between(curve, 3, 4)) if gain < -0.3) / 100
    assert between(curve, begun + 0.18, begun + 0.22).mean() == pytest.approx(-12 * (1 - np.exp(-1)), abs=1.5)
    rising = between(curve, 6.4, 9)
    assert (np.diff(rising) > -0.02).all()
    back = 6 + next(k for k, gain in enumerate(between(curve, 6, 9)) if gain > -12 * np.exp(-1)) / 100
    assert back == pytest.approx(7.3, abs=0.15)  # a second, after the hold of 0.3 s


def test_it_sinks_before_a_word_is_over(folder: Path) -> None:
    assert between(gains(clips(folder, music(), SPEECH)), 3.3, 3.4).max() < -8


def test_sound_of_a_video_is_speech_too_and_may_duck(folder: Path) -> None:
    video = {"type": "video", "source": str(Path("resources/media/bigbuckbunny.mp4").absolute())}
    said, sunk = clips(folder, video | {"role": "speech"}, video | {"role": "music", "duck": {"amount": -6}})
    assert said.role == "speech"
    assert sunk.duck is not None
    assert (sunk.role, sunk.duck.amount) == ("music", -6)


def test_speech_in_a_scene_of_a_sequence_sinks_the_music_beneath_all_of_them(folder: Path) -> None:
    scenes = [{"duration": 3}, {"duration": 3.5, "layers": [SPEECH | {"start": 0}]}, {"duration": 3.5}]
    curve = gains(clips(folder, music(), {"type": "sequence", "scenes": scenes}))
    assert between(curve, 0, 2.9) == pytest.approx(0, abs=0.05)
    assert between(curve, 3.6, 5.9) == pytest.approx(-12, abs=0.5)
