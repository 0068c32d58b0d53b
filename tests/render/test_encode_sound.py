"""Sound stands where it was put, to a millisecond, once priming and edit lists are honoured."""

import json
import subprocess

import numpy as np
import pytest

from tests.render.encoding import ffprobe, output, picture, write

RATE = 48_000
CLICKS = (0.25, 1.0, 1.75)  # seconds


def clicks(seconds=2.0):
    """Short bursts with a sharp start."""
    sound = np.zeros((int(seconds * RATE), 2), np.float32)
    burst = np.sin(np.arange(480) * 2 * np.pi * 1000 / RATE) * np.exp(-np.arange(480) / 120)
    for at in CLICKS:
        start = round(at * RATE)
        sound[start : start + 480] = 0.8 * burst[:, None]
    return sound


def heard(path):
    """The sound as Debian's ffmpeg plays it from time 0: (n, 2)."""
    asked = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-af", "aresample=async=1:first_pts=0"]
    made = subprocess.run([*asked, "-f", "f32le", "-ac", "2", "-ar", str(RATE), "-"], capture_output=True, check=True)
    return np.frombuffer(made.stdout, np.float32).reshape(-1, 2)


def lag(sound, played):
    """How late `played` is, in samples: the peak of their correlation."""
    size = 1 << (len(sound) + len(played)).bit_length()
    spectrum = np.fft.rfft(played[:, 0], size) * np.conj(np.fft.rfft(sound[:, 0], size))
    best = int(np.argmax(np.fft.irfft(spectrum, size)))
    return best - size if best > size // 2 else best


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("x264", "a.mp4"),
        ("x264", "a.mov"),
        ("x264", "a.mkv"),
        ("vp9", "a.webm"),
        ("prores", "a.mov"),
        ("wav", "a.wav"),
        ("m4a", "a.m4a"),
    ],
)
def test_sound_lags_less_than_a_millisecond(codec, name, tmp_path):
    sound = clicks()
    path = write(output(tmp_path / name, codec, audio=True), [picture(n) for n in range(60)], sound)
    # Opus priming makes a file begin before 0, and ffmpeg plays its first instant at 0: pictures shift with sound.
    start = float(ffprobe(path)["format"].get("start_time", 0)) * RATE
    assert abs(lag(sound, heard(path)) + start) <= RATE // 1000


@pytest.mark.parametrize(("codec", "name"), [("x264", "a.mp4"), ("vp9", "a.webm"), ("x264", "a.mkv")])
def test_pictures_start_at_zero_beside_sound(codec, name, tmp_path):
    path = write(output(tmp_path / name, codec, audio=True), [picture(n) for n in range(60)], clicks())
    asked = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "json"]
    told = json.loads(subprocess.run([*asked, str(path)], capture_output=True, check=True, text=True).stdout)
    times = [float(frame["pts_time"]) for frame in told["frames"]]
    assert times == pytest.approx([n / 30 for n in range(60)], abs=0.0006)


def test_wav_keeps_every_sample(tmp_path):
    sound = clicks()
    path = write(output(tmp_path / "a.wav", "wav", audio=True), [], sound)
    assert np.abs(heard(path) - sound).max() < 2**-22


def test_a_sound_file_has_no_pictures(tmp_path):
    path = write(output(tmp_path / "a.m4a", "m4a", audio=True), [], clicks())
    told = ffprobe(path)
    assert [(s["codec_name"], s["codec_type"]) for s in told["streams"]] == [("aac", "audio")]
    assert float(told["format"]["duration"]) == pytest.approx(2, abs=0.03)


def test_sound_and_pictures_lie_side_by_side_in_the_file(tmp_path):
    path = write(output(tmp_path / "a.mp4", audio=True), [picture(n) for n in range(120)], clicks(4.0))
    asked = ["ffprobe", "-v", "error", "-show_entries", "packet=codec_type,dts_time,pos", "-of", "json", str(path)]
    packets = json.loads(subprocess.run(asked, capture_output=True, check=True, text=True).stdout)["packets"]
    packets.sort(key=lambda packet: int(packet["pos"]))
    reached = {"video": 0.0, "audio": 0.0}
    for packet in packets:
        reached[packet["codec_type"]] = float(packet["dts_time"])
        assert abs(reached["video"] - reached["audio"]) < 1.1
