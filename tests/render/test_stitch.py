"""Segments encoded apart play as one film: every frame in its place, the sound as if nothing had been cut."""

import itertools
import json
import subprocess
from fractions import Fraction

import av
import numpy as np
import pytest

from render_engine.encode.packets import packet_digests
from render_engine.encode.stitch import stitch
from render_engine.media.audio import RATE
from tests.render.encoding import decoded, join, output, parts, picture, psnr, write

STITCHED = [
    ("x264", ".mp4"),
    ("x265", ".mp4"),
    ("svtav1", ".mp4"),
    ("vp9", ".webm"),
    ("prores", ".mov"),
]
OTHERWISE = [("x264", ".mov"), ("x264", ".mkv"), ("x265", ".mkv"), ("svtav1", ".webm"), ("prores", ".mkv")]
WITH_ALPHA = [("vp9", ".webm", "libvpx-vp9"), ("prores-4444", ".mov", None)]
RATES = ["24000/1001", "25", "30000/1001", "30", "60"]
FRAMES = 35  # in segments of 7, 9 and 19


def packets(path):
    asked = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts,dts,duration,flags"]
    asked += ["-show_entries", "stream=time_base", "-of", "json", str(path)]
    told = json.loads(subprocess.run(asked, capture_output=True, check=True, text=True).stdout)
    return Fraction(told["streams"][0]["time_base"]), told["packets"]


def shown(frame):
    """Which picture this is: its square stands 3 px further right in each."""
    bright = frame[25:45, :, 0].mean(axis=0).astype(int) - frame[25:45, :, 2].mean(axis=0).astype(int) > 100
    return round(int(np.argmax(bright)) / 3)


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize(("codec", "suffix"), STITCHED)
def test_every_packet_has_its_own_time_at_every_rate(codec, suffix, fps, tmp_path):
    path = write(output(tmp_path / f"a{suffix}", codec, fps, speed="ultrafast"), map(picture, range(FRAMES)))
    base, told = packets(path)
    tick = 0 if suffix == ".mp4" or suffix == ".mov" else 1  # WebM tells whole milliseconds
    times = sorted(int(packet["pts"]) for packet in told)
    assert len(times) == FRAMES
    for number, time in enumerate(times):
        assert abs(time - number / Fraction(fps) / base) <= tick / 2
    decoding = [int(packet["dts"]) for packet in told if "dts" in packet]
    assert all(one < two for one, two in itertools.pairwise(decoding))
    assert all(int(packet["dts"]) <= int(packet["pts"]) for packet in told if "dts" in packet)
    assert all("K" in told[border]["flags"] for border in (0, 7, 16))


@pytest.mark.parametrize(("codec", "suffix"), [*STITCHED, *OTHERWISE])
def test_a_decoder_shows_every_frame_once_and_in_order(codec, suffix, tmp_path):
    path = write(output(tmp_path / f"a{suffix}", codec, "30000/1001"), map(picture, range(FRAMES)))
    assert [shown(frame) for frame in decoded(path)] == list(range(FRAMES))
    with av.open(str(path)) as container:
        assert abs(container.streams.video[0].average_rate - Fraction(30000, 1001)) < Fraction(1, 1000)
        times = [frame.pts * frame.time_base for frame in container.decode(video=0)]
    assert max(abs(time - n * Fraction(1001, 30000)) for n, time in enumerate(times)) <= Fraction(1, 2000)


@pytest.mark.parametrize(("codec", "suffix", "decoder"), WITH_ALPHA)
def test_transparency_goes_on_behind_every_border(codec, suffix, decoder, tmp_path):
    drawn = [picture(n, alpha=True) for n in range(FRAMES)]
    path = write(output(tmp_path / f"a{suffix}", codec, 25, alpha=True), drawn)
    frames = decoded(path, decoder)
    assert [shown(frame) for frame in frames] == list(range(FRAMES))
    assert all(np.abs(frame[104:120, 8:-8, 3].astype(int) - 128).max() <= 2 for frame in frames)


@pytest.mark.parametrize("frames", [1, 2, 3, 9])
@pytest.mark.parametrize(("codec", "suffix"), STITCHED)
def test_films_of_a_few_frames_are_whole(codec, suffix, frames, tmp_path):
    path = write(output(tmp_path / f"a{suffix}", codec, 25), map(picture, range(frames)), runs=(40,))
    assert [shown(frame) for frame in decoded(path)] == list(range(frames))
    base, told = packets(path)
    assert sorted(round(int(packet["pts"]) * base * 25) for packet in told) == list(range(frames))


def test_a_segment_without_b_frames_first_delays_none_that_has_them(tmp_path):
    still, moving = [picture(0)] * 8, [picture(n) for n in range(30)]
    path = write(output(tmp_path / "a.mp4", fps=25), still + moving, runs=(8, 15))
    _, told = packets(path)
    assert all(int(packet["dts"]) <= int(packet["pts"]) for packet in told)
    assert [shown(frame) for frame in decoded(path)] == [0] * 8 + list(range(30))


def test_what_is_stitched_looks_like_one_long_encode(tmp_path):
    drawn = [picture(n) for n in range(FRAMES)]
    whole = decoded(write(output(tmp_path / "a.mp4"), drawn, runs=(FRAMES,)))
    cut = decoded(write(output(tmp_path / "b.mp4"), drawn))
    assert min(map(psnr, cut, whole)) > 40


@pytest.mark.parametrize(
    ("codec", "suffix"), [("x264", ".mp4"), ("x264", ".mov"), ("vp9", ".webm"), ("prores", ".mov")]
)
def test_a_tone_runs_through_the_borders_without_a_click(codec, suffix, tmp_path):
    tone = 0.5 * np.sin(np.arange(2 * RATE) * 2 * np.pi * 440 / RATE).astype(np.float32)[:, None].repeat(2, 1)
    path = write(output(tmp_path / f"a{suffix}", codec, audio=True), map(picture, range(60)), tone, runs=(15, 15, 15))
    asked = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-f", "f32le", "-ar", str(RATE), "-"]
    heard = np.frombuffer(subprocess.run(asked, capture_output=True, check=True).stdout, np.float32).reshape(-1, 2)
    assert 0 <= len(heard) - len(tone) < 1024  # AAC ends with a whole packet
    inner = slice(RATE // 20, -RATE // 20)  # a lossy codec rings where the film begins and ends
    bend = np.abs(np.diff(heard[inner, 0], 2)).max()
    assert bend < 1.2 * np.abs(np.diff(tone[inner, 0], 2)).max()


@pytest.mark.parametrize(("codec", "suffix"), [*STITCHED, ("x264", ".mkv"), ("prores", ".mkv")])
def test_stitching_tells_digests_that_segments_and_the_film_bear_out(codec, suffix, tmp_path):
    wanted = output(tmp_path / f"a{suffix}", codec)
    segments, _ = parts(wanted, map(picture, range(FRAMES)), None, tmp_path)
    told = list(stitch(wanted, segments, None))
    assert [each.frames for each in told] == [7, 16, 35]
    digests = [each.digest for each in told]
    assert digests == packet_digests(wanted.path, [7, 9, 19])
    assert digests == [digest for path in segments for digest in packet_digests(path, [FRAMES])]


def test_a_changed_packet_has_another_digest(tmp_path):
    wanted = output(tmp_path / "a.mp4")
    before = packet_digests(write(wanted, map(picture, range(16))), [7, 9])
    content = bytearray(wanted.path.read_bytes())
    content[-5] ^= 1
    wanted.path.write_bytes(content)
    after = packet_digests(wanted.path, [7, 9])
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)


def test_the_same_segments_make_the_same_film(tmp_path):
    tone = np.sin(np.arange(RATE) / 20).astype(np.float32)[:, None].repeat(2, 1)
    made = parts(output(tmp_path / "a.mp4", audio=True), map(picture, range(FRAMES)), tone, tmp_path)
    one, two = (join(output(tmp_path / name, audio=True, title="t"), *made) for name in ("a.mp4", "b.mp4"))
    assert one.read_bytes() == two.read_bytes()


def test_settings_that_change_the_bytes_change_the_identity():
    plain = output("a.mp4").video
    others = [{"crf": 21}, {"speed": "fast"}, {"fps": 25}, {"width": 194}, {"max_rate": 10**6}]
    changed = [output("a.mp4", **each).video for each in others] + [output("a.mp4", "x265").video]
    assert len({settings.identity() for settings in (plain, *changed)}) == 7
    assert output("b.mov", crf=20, title="t").video.identity() == plain.identity()


def test_both_passes_of_a_gif_tell_how_far_they_are(tmp_path):
    wanted = output(tmp_path / "out.gif", "gif", 25)
    made, _ = parts(wanted, [picture(n) for n in range(20)], None, tmp_path)
    steps = [step.frames for step in stitch(wanted, made, None)]
    assert steps == [*(n // 2 for n in range(1, 21)), *((20 + n) // 2 for n in range(1, 21))]
