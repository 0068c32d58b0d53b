"""A mix comes out as loud as asked, judged by Debian's ffmpeg, and never over its ceiling."""

from __future__ import annotations

import re
import subprocess
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from render_engine.encode.audio import loudness, measure, mix, normalised
from render_engine.errors import RenderFailed
from render_engine.media.audio_clip import Clip
from tests.render.sounds import RATE, sine, write

BUNNY = Path(__file__).parents[2] / "resources/media/bigbuckbunny.mp4"


@pytest.fixture
def lively(tmp_path):
    """A quiet tone with loud bursts, so that a target cannot be met by turning up alone."""
    wave = sine(300, 6, level=0.05) + 0.01 * np.random.default_rng(2).standard_normal(6 * RATE)
    for at in range(6):
        wave[at * RATE : at * RATE + 1200] += sine(900, 0.025, level=0.7)
    return Clip(write(tmp_path / "lively.wav", wave), F(0), F(6))


def judged(path: Path) -> tuple[float, float]:
    """Integrated loudness and true peak as ffmpeg's program prints them."""
    told = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    summary = told[told.rindex("Summary:") :]
    integrated = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)
    assert integrated
    assert peak
    return float(integrated[1]), float(peak[1])


def test_the_reference_tone_measures_as_the_standard_says(tmp_path):
    """EBU Tech 3341, case 1: 1 kHz at −23 dBFS on both sides is −23 LUFS."""
    path = write(tmp_path / "a.wav", sine(1000, 20, level=10 ** (-23 / 20)))
    assert loudness(mix([Clip(path, F(0), F(20))], F(20))) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("target", [-23.0, -16.0])
def test_a_mix_is_as_loud_as_asked_and_under_its_ceiling(tmp_path, lively, target):
    out = np.concatenate(list(normalised([lively], F(6), target)))
    integrated, peak = judged(write(tmp_path / "out.wav", out.T, layout="stereo"))
    assert len(out) == 6 * RATE
    assert integrated == pytest.approx(target, abs=0.5)
    assert peak <= -1.0


def test_turning_down_only_turns_down(tmp_path):
    clip = Clip(BUNNY, F(0), F(5))
    plain = np.concatenate(list(mix([clip], F(5))))
    quiet = np.concatenate(list(normalised([clip], F(5), -40.0)))
    loud = np.abs(plain) > 0.01
    assert np.ptp(quiet[loud] / plain[loud]) < 1e-4
    assert measure([quiet]).integrated == pytest.approx(-40, abs=0.1)


def test_the_limiter_shifts_nothing_in_time(lively):
    plain = np.concatenate(list(mix([lively], F(6))))[:, 0]
    limited = np.concatenate(list(normalised([lively], F(6), -16.0)))[:, 0]
    assert (np.sign(limited) == np.sign(plain)).all()


def test_silence_stays_silence(tmp_path):
    path = write(tmp_path / "a.wav", np.zeros(RATE))
    assert not np.concatenate(list(normalised([Clip(path, F(0), F(1))], F(1), -14.0))).any()


def test_a_loudness_out_of_reach_is_refused(lively):
    with pytest.raises(RenderFailed, match="lower loudness"):
        list(normalised([lively], F(6), 0.0))
