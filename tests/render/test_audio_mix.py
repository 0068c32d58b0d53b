"""Clips come together as one sound: in time, at their gain, in flat memory."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction as F

import numpy as np
import pytest

from render_engine.encode.audio import mix
from render_engine.errors import MediaError
from render_engine.media.audio_clip import Clip, Ducking
from tests.render.sounds import RATE, clicks, loudest, sine, write


def heard(*clips: Clip, length: F | int, block: int = 4096) -> np.ndarray:
    return np.concatenate(list(mix(clips, F(length), block=block)))


def level(wave: np.ndarray, start: float, end: float) -> float:
    return float(np.sqrt((wave[round(start * RATE) : round(end * RATE), 0] ** 2).mean()))


@pytest.fixture
def tone(tmp_path):
    return write(tmp_path / "tone.wav", sine(1000, 2))


@pytest.mark.parametrize("length", [F(1), F(1001, 30_000), F(7, 3)])
def test_a_mix_is_exactly_as_long_as_asked(tone, length):
    assert len(heard(Clip(tone, F(0), F(2)), length=length)) == round(length * RATE)


def test_nothing_to_hear_is_silence():
    assert not heard(length=1).any()


def test_a_clip_sounds_from_its_sample_to_its_sample(tmp_path):
    path = write(tmp_path / "a.wav", np.linspace(-0.5, 0.5, 2 * RATE))
    out = heard(Clip(path, F(1, 3), F(1, 2), source_start=F(1, 4)), length=1)[:, 0]
    source = np.linspace(-0.5, 0.5, 2 * RATE, dtype=np.float32)
    assert np.array_equal(out[16_000:40_000], source[12_000:36_000])
    assert not out[:16_000].any()
    assert not out[40_000:].any()


def test_a_clip_that_began_before_is_heard_from_its_middle(tmp_path):
    path = write(tmp_path / "a.wav", np.linspace(-0.5, 0.5, 2 * RATE))
    out = heard(Clip(path, F(-1, 2), F(1)), length=1)[:, 0]
    assert np.array_equal(out[:24_000], np.linspace(-0.5, 0.5, 2 * RATE, dtype=np.float32)[24_000:48_000])
    assert not out[24_000:].any()


def test_clips_add_up(tone):
    one = heard(Clip(tone, F(0), F(1), gain=((0, 0.5),)), length=1)
    both = heard(*[Clip(tone, F(0), F(1), gain=((0, 0.25),))] * 2, length=1)
    assert np.abs(one - both).max() < 1e-6


def test_the_block_size_changes_no_sample(tmp_path):
    path = write(tmp_path / "a.m4a", sine(330, 2, rate=44_100), "aac", 44_100)
    clips = [
        Clip(path, F(1, 7), F(2), speed=F(5, 4), loop=True, role="music", duck=Ducking()),
        Clip(path, F(1), F(1, 2), role="speech", gain=((1.0, 0.0), (1.2, 1.0))),
    ]
    assert np.array_equal(heard(*clips, length=2, block=997), heard(*clips, length=2, block=20_000))


def test_gain_follows_its_envelope(tmp_path):
    path = write(tmp_path / "a.wav", np.full(2 * RATE, 0.5))
    out = heard(Clip(path, F(0), F(2), gain=((0.5, 0.0), (1.5, 1.0))), length=2)[:, 0]
    assert not out[: RATE // 2].any()
    assert out[RATE] == pytest.approx(0.25, abs=1e-4)
    assert out[-1] == 0.5


def test_panning_right_silences_the_left_and_leaves_the_right(tone):
    middle, right = (heard(Clip(tone, F(0), F(1), pan=pan), length=1) for pan in (0.0, 1.0))
    assert np.abs(right[:, 0]).max() < 1e-6
    assert np.array_equal(right[:, 1], middle[:, 1])


@pytest.mark.parametrize(("suffix", "codec"), [("wav", "pcm_f32le"), ("m4a", "aac"), ("ogg", "libopus")])
def test_a_loop_has_no_seam(tmp_path, suffix, codec):
    """One second holds whole waves, so a seam would be a step: a sine's steps are bounded."""
    path = write(tmp_path / f"a.{suffix}", sine(500, 1), codec)
    out = heard(Clip(path, F(0), F(3), loop=True), length=3)[:, 0]
    steps = np.abs(np.diff(out, 2))
    assert steps[RATE - 600 : RATE + 600].max() < 3 * steps[RATE // 2 - 600 : RATE // 2 + 600].max() + 0.01
    assert level(out[:, None], 2.2, 2.8) == pytest.approx(level(out[:, None], 0.2, 0.8), rel=0.01)


def test_a_loop_repeats_its_part(tmp_path):
    path = write(tmp_path / "a.wav", np.linspace(-0.5, 0.5, 2 * RATE))
    out = heard(Clip(path, F(0), F(1), source_start=F(1, 2), source_end=F(3, 4), loop=True), length=1)[:, 0]
    assert np.array_equal(out, np.tile(out[:12_000], 4))


def test_a_loop_too_long_to_keep_repeats_too(tmp_path):
    wave = np.random.default_rng(1).uniform(-0.5, 0.5, 11 * RATE)
    path = write(tmp_path / "a.flac", wave, "flac")
    out = heard(Clip(path, F(0), F(23), loop=True), length=23)
    assert np.array_equal(out[: 11 * RATE], out[11 * RATE : 22 * RATE])


def test_backwards_is_the_same_sound_turned_round(tmp_path):
    path = write(tmp_path / "a.wav", np.random.default_rng(1).uniform(-0.5, 0.5, RATE))
    forth = heard(Clip(path, F(0), F(1)), length=1)
    back = heard(Clip(path, F(0), F(1), speed=F(-1)), length=1)
    assert np.array_equal(back, forth[::-1])


@pytest.mark.parametrize("speed", [F(1, 2), F(3, 4), F(11, 10), F(3, 2), F(2), F(-3, 2)])
def test_at_another_speed_sounds_come_when_the_speed_says(tmp_path, speed):
    times = (1.0, 2.3, 3.4, 4.6)
    path = write(tmp_path / "a.wav", clicks(*times, length=6))
    out = heard(Clip(path, F(0), F(6) / abs(speed), speed=speed), length=F(6) / abs(speed))[:, 0]
    expected = [(time if speed > 0 else 6 - time) / abs(float(speed)) for time in times]
    late = [1000 * (loudest(out, time) - time) for time in expected if np.abs(out).max() > 0]
    assert max(map(abs, late)) < 12
    assert abs(np.mean(late)) < 8


@pytest.mark.parametrize("speed", [F(1, 2), F(4, 3), F(2), F(10)])
def test_at_another_speed_the_pitch_stays(tmp_path, speed):
    path = write(tmp_path / "a.wav", sine(440, 10))
    out = heard(Clip(path, F(0), F(1), speed=speed), length=1)[4800:-4800, 0]
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    assert np.argmax(spectrum) * RATE / len(out) == pytest.approx(440, abs=3)
    assert np.abs(out).max() == pytest.approx(0.5, rel=0.1)


def test_music_sinks_under_speech_and_rises_again(tmp_path):
    music = write(tmp_path / "music.wav", sine(200, 6, level=0.2))
    voice = write(tmp_path / "voice.wav", sine(3000, 2))
    speech = Clip(voice, F(2), F(2), role="speech")
    ducked = Clip(music, F(0), F(6), role="music", duck=Ducking(amount=-12))
    out = heard(ducked, speech, length=6) - heard(speech, length=6)
    before = level(out, 1, 1.9)
    assert 20 * np.log10(level(out, 3, 3.9) / before) == pytest.approx(-12, abs=0.2)
    assert 20 * np.log10(level(out, 5.8, 6) / before) == pytest.approx(0, abs=0.5)


def test_ducking_makes_no_clicks(tmp_path):
    music = write(tmp_path / "music.wav", np.full(4 * RATE, 0.5))
    voice = write(tmp_path / "voice.wav", sine(3000, 1))
    speech = Clip(voice, F(1), F(1), role="speech")
    out = heard(Clip(music, F(0), F(4), duck=Ducking()), speech, length=4) - heard(speech, length=4)
    assert np.abs(np.diff(out[:, 0])).max() < 0.001


def test_other_roles_do_not_duck(tmp_path, tone):
    music = write(tmp_path / "music.wav", sine(200, 2, level=0.2))
    effect = Clip(tone, F(0), F(2), role="effect")
    out = heard(Clip(music, F(0), F(2), duck=Ducking()), effect, length=2) - heard(effect, length=2)
    assert level(out, 1, 2) == pytest.approx(0.2 / 2**0.5, rel=0.01)


def test_what_is_too_loud_is_cut_and_told(tone):
    made = mix([Clip(tone, F(0), F(1), gain=((0, 4.0),))], F(1))
    out = np.concatenate(list(made))
    assert np.abs(out).max() == 1
    assert made.peak == pytest.approx(2, rel=0.01)
    assert made.clipped > RATE / 2


def test_a_broken_file_in_the_mix_is_named(tmp_path):
    (tmp_path / "bad.wav").write_bytes(b"RIFF but not really")
    with pytest.raises(MediaError, match=r"bad\.wav"):
        heard(Clip(tmp_path / "bad.wav", F(0), F(1)), length=1)


def test_memory_does_not_grow_with_length(tmp_path):
    path = write(tmp_path / "a.m4a", sine(330, 130, rate=44_100), "aac", 44_100)

    def peak(length: int) -> int:
        clips = [Clip(path, F(0), F(length)), Clip(path, F(0), F(length), source_end=F(1, 2), loop=True)]
        tracemalloc.start()
        for _ in mix(clips, F(length)):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1)
    assert peak(120) < 1.1 * peak(10) + 100_000
