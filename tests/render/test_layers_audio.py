"""What the mix is told: where a sound starts, how long it lasts, how loud it is when."""

from __future__ import annotations

import math
import wave
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from render_engine.document.composition import Composition
from render_engine.errors import DocumentError
from render_engine.media.audio_clip import Clip, Envelope
from render_engine.timeline.resolve import resolve
from tests.render.drawing import scene


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * 2))  # two seconds
    return tmp_path


def clip(folder: Path, **fields: object) -> Clip:
    (found,) = scene({"type": "audio", "source": "tone.wav", **fields}, base=folder).audio
    return found


def level(envelope: Envelope, time: float) -> float:
    """Linear between the points, as the mix reads it."""
    for (a, low), (b, high) in pairwise(envelope):
        if a <= time <= b:
            return low + (high - low) * (time - a) / (b - a)
    raise AssertionError(time)


def test_sound_lasts_as_long_as_its_file(folder: Path) -> None:
    found = clip(folder, start=0.5)
    assert (found.at, found.duration, found.gain) == (Fraction(1, 2), 2, ())
    assert (
        resolve(Composition.model_validate({"layers": [{"type": "audio", "source": "tone.wav"}]}), folder).duration == 2
    )


def test_sound_ends_with_its_layer_and_with_the_composition(folder: Path) -> None:
    assert clip(folder, start=0.5, end=1.25).duration == Fraction(3, 4)
    assert clip(folder, start=3.5).duration == Fraction(1, 2)


def test_trim_and_speed(folder: Path) -> None:
    found = clip(folder, trim=[0.5, 1.5], speed=2)
    assert (found.source_start, found.source_end, found.speed) == (Fraction(1, 2), Fraction(3, 2), 2)
    assert found.duration == Fraction(1, 2)
    assert clip(folder, speed=-1).speed == -1


def test_loop_fills_the_time_there_is(folder: Path) -> None:
    found = clip(folder, when_over="loop")
    assert (found.loop, found.duration) == (True, 4)


def test_fades_are_of_equal_power(folder: Path) -> None:
    gain = clip(folder, start=1, fade_in=0.5, fade_out=1, volume=0.8).gain
    assert (gain[0], gain[-1]) == ((1.0, 0.0), (3.0, pytest.approx(0)))
    assert level(gain, 1.25) == pytest.approx(0.8 * math.sin(math.pi / 4), abs=1e-3)
    assert level(gain, 1.7) == pytest.approx(0.8)
    assert level(gain, 2.5) == pytest.approx(0.8 * math.sin(math.pi / 4), abs=1e-3)


def test_moving_volume_is_followed_closely_and_a_still_one_costs_nothing(folder: Path) -> None:
    keyframes = [{"at": 0, "value": 0, "easing": "inCubic"}, {"at": 1, "value": 1}]
    gain = clip(folder, volume={"keyframes": keyframes}).gain
    assert level(gain, 0.505) == pytest.approx(0.505**3, abs=1e-4)
    assert len([time for time, _ in gain if time > 1]) == 1
    assert len(clip(folder, volume=0.5).gain) == 2


def test_silence_is_no_sound(folder: Path) -> None:
    assert scene({"type": "audio", "source": "tone.wav", "volume": 0}, base=folder).audio == ()
    assert scene({"type": "audio", "source": "tone.wav", "hidden": True}, base=folder).audio == ()


def test_role_pan_and_ducking_reach_the_mix(folder: Path) -> None:
    found = clip(folder, role="music", pan=-0.5, duck={"under": "speech", "amount": -9})
    assert (found.role, found.pan) == ("music", -0.5)
    assert found.duck is not None
    assert (found.duck.under, found.duck.amount, found.duck.release) == ("speech", -9, 0.5)


def test_sound_in_a_group_starts_with_the_group(folder: Path) -> None:
    sound = {"type": "audio", "source": "tone.wav", "start": 0.25}
    (found,) = scene({"type": "group", "start": 1, "end": 2, "layers": [sound]}, base=folder).audio
    assert (found.at, found.duration) == (Fraction(5, 4), Fraction(3, 4))


def test_trim_that_leaves_nothing_is_refused(folder: Path) -> None:
    with pytest.raises(DocumentError, match=r"layers\[0\]\.trim.*2\.000 s"):
        clip(folder, trim=[2, None])
    with pytest.raises(DocumentError, match=r"layers\[0\]\.speed"):
        clip(folder, speed=0)
