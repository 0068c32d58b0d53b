"""Any frame, at any time, in any order, is the right frame."""

import random
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from render_engine.errors import MediaError
from render_engine.media.probe import probe
from render_engine.media.video import VideoReader
from tests.render.clips import LONG_GOP, flat, number_of, numbered, numbered_clip, write_clip

ORDERS = {
    "forwards": lambda n: list(range(n)),
    "backwards": lambda n: list(range(n))[::-1],
    "at 2.5 speed": lambda n: [int(k * 2.5) for k in range(int(n / 2.5))],
    "at random": lambda n: random.Random(7).choices(range(n), k=40),
}
CLIPS = {
    "groups of 12": ("a.mp4", {}),
    "one keyframe": ("a.mp4", {"options": LONG_GOP}),
    "open groups": ("a.mp4", {"options": {"g": "12", "bf": "3", "x264-params": "open-gop=1:scenecut=0"}}),
    "matroska": ("a.mkv", {}),
    "transport stream": ("a.ts", {}),
    "MPEG-2 program": ("a.mpg", {"codec": "mpeg2video", "options": {"g": "12", "bf": "2", "qmax": "4"}}),
    "bare MPEG-2": ("a.m2v", {"codec": "mpeg2video", "options": {"g": "12", "bf": "2", "qmax": "4"}}),
    "VP8 with hidden frames": ("a.webm", {"codec": "libvpx", "options": {"auto-alt-ref": "1", "lag-in-frames": "16"}}),
    "AV1": ("a.webm", {"codec": "libsvtav1", "options": {"preset": "12", "svtav1-params": "lp=1"}}),
    "AVI": ("a.avi", {"codec": "mpeg4", "options": {"g": "12", "bf": "2", "qmax": "4"}}),
    "bare H.264": ("a.h264", {}),
    "VP9 with hidden frames": ("a.webm", {"codec": "libvpx-vp9", "options": {"cpu-used": "8", "auto-alt-ref": "1"}}),
    "H.265": ("a.mp4", {"codec": "libx265", "options": {"preset": "ultrafast", "x265-params": "log-level=0:pools=1"}}),
    "23.976": ("a.mp4", {"rate": Fraction(24000, 1001)}),
    "keyframes only": ("a.mov", {"codec": "mjpeg", "pix_fmt": "yuvj420p", "options": {}}),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("clip", CLIPS)
def test_every_index_gives_its_own_frame(clip, order, tmp_path):
    name, how = CLIPS[clip]
    path = numbered_clip(tmp_path / name, **how)
    info = probe(path).video
    assert len(info.frame_times) == 60
    reader = VideoReader(path, info)
    asked = ORDERS[order](60)
    assert [number_of(reader.bgra(index)) for index in asked] == asked
    reader.close()


def test_variable_frame_rate_keeps_every_time(tmp_path):
    stamps = [0, 33, 67, 100, 500, 520, 1000, 1017]
    path = write_clip(tmp_path / "phone.mp4", map(numbered, range(8)), stamps=stamps, time_base=Fraction(1, 1000))
    info = probe(path).video
    assert [round(time * 1000) for time in info.frame_times] == stamps
    reader = VideoReader(path, info)
    shown = [number_of(reader.bgra(info.index_at(Fraction(t, 1000)))) for t in (0, 32, 33, 99, 499, 500, 999, 5000)]
    assert shown == [0, 0, 1, 2, 3, 4, 5, 7]


def test_ntsc_times_are_exact(tmp_path):
    info = probe(numbered_clip(tmp_path / "film.mp4", rate=Fraction(24000, 1001))).video
    assert info.frame_times[59] == 59 * Fraction(1001, 24000)
    assert info.fps == Fraction(24000, 1001)


def test_the_last_frame_is_held_past_the_end(tmp_path):
    path = numbered_clip(tmp_path / "a.mp4", count=5)
    reader = VideoReader(path, probe(path).video)
    assert number_of(reader.bgra(1000)) == 4
    assert reader.bgra(1000) is reader.bgra(4)


def test_the_same_frame_twice_is_the_same_array_and_read_only(tmp_path):
    path = numbered_clip(tmp_path / "a.mp4", count=5)
    reader = VideoReader(path, probe(path).video)
    first = reader.bgra(2)
    assert reader.bgra(2) is first
    assert not first.flags.writeable


def test_a_kept_array_is_not_changed_by_later_frames(tmp_path):
    path = numbered_clip(tmp_path / "a.mp4", count=9)
    reader = VideoReader(path, probe(path).video)
    kept = [reader.bgra(index) for index in range(9)]
    assert [number_of(picture) for picture in kept] == list(range(9))


def test_a_clip_that_begins_in_mid_group_shows_its_first_good_frame(tmp_path):
    whole = numbered_clip(tmp_path / "whole.ts", options={**LONG_GOP, "g": "12"})
    cut = tmp_path / "cut.ts"
    with av.open(str(whole)) as source, av.open(str(cut), "w") as target:
        copy = target.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(video=0)):
            if number > 5 and packet.size:
                packet.stream = copy
                target.mux(packet)
    info = probe(cut).video
    reader = VideoReader(cut, info)
    forwards = [number_of(reader.bgra(n)) for n in range(len(info.frame_times))]
    backwards = [number_of(reader.bgra(n)) for n in reversed(range(len(info.frame_times)))]
    assert forwards[0] == 12
    assert forwards[-1] == 59
    assert forwards == backwards[::-1]


def test_pictures_before_an_edit_list_are_not_counted(tmp_path):
    path = numbered_clip(tmp_path / "a.mp4", options={**LONG_GOP, "g": "12"}, stamps=range(-4, 56))
    info = probe(path).video
    reader = VideoReader(path, info)
    assert info.frame_times[0] == 0
    assert [number_of(reader.bgra(n)) for n in (0, 5, 0)] == [4, 9, 4]


def test_sound_and_picture_keep_their_distance(tmp_path):
    path = tmp_path / "late.mp4"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=48000)
        picture = container.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 128, 48, "yuv420p"
        for number in range(10):
            frame = numbered(number)
            frame.pts, frame.time_base = number + 5, Fraction(1, 25)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 48000), np.float32), "fltp", "mono")
        silence.rate, silence.pts = 48000, 0
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    info = probe(path)
    assert info.video.frame_times[0] == Fraction(5, 25)
    assert abs(info.audio.start) < Fraction(1, 40)


def test_a_jump_far_ahead_does_not_decode_everything_between(tmp_path):
    path = numbered_clip(tmp_path / "a.mp4", count=240)
    reader = VideoReader(path, probe(path).video)
    reader.bgra(0)
    shown = []
    advance = reader._decoder._advance
    reader._decoder._advance = lambda *args: shown.append(reader._decoder._pending) or advance(*args)
    assert number_of(reader.bgra(230)) == 230
    assert shown[0][0] > 200


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_a_jump_decodes_from_the_keyframe_before_and_not_from_an_earlier_one(suffix, tmp_path):
    path = numbered_clip(tmp_path / f"a.{suffix}", count=240, options={"g": "60", "bf": "3", "sc_threshold": "0"})
    reader = VideoReader(path, probe(path).video)
    reader.bgra(0)
    seen = []
    index_of = reader._decoder._index_of
    reader._decoder._index_of = lambda frame: seen.append(index_of(frame)) or seen[-1]
    assert number_of(reader.bgra(185)) == 185
    assert min(seen) == 180
    assert len(seen) <= 2 + 185 - 180  # of them one that is kept for later


B_FRAMES = {"g": "250", "bf": "3", "sc_threshold": "0", "b_strategy": "0"}
SKIPPING = {
    "H.264": ("a.mp4", {"options": B_FRAMES}),
    "H.264 whose B-frames are referred to": ("a.mkv", {"options": B_FRAMES | {"x264-params": "b-pyramid=normal"}}),
    "open groups": ("a.mp4", {"options": B_FRAMES | {"g": "60", "x264-params": "open-gop=1:scenecut=0"}}),
    "H.265": ("a.mp4", {"codec": "libx265", "options": {"x265-params": "keyint=250:bframes=3:b-adapt=0:log-level=0:pools=1"}}),
}  # fmt: skip
WHOLE = {
    "H.265 of temporal layers": ("a.mp4", {"codec": "libx265", "options": {"x265-params": "temporal-layers=3:log-level=0"}}),
    "VP9": ("a.webm", {"codec": "libvpx-vp9", "options": {"cpu-used": "8", "g": "250"}}),
    "AV1": ("a.webm", {"codec": "libsvtav1", "options": {"preset": "12", "g": "250", "svtav1-params": "lp=1"}}),
    "MPEG-4": ("a.avi", {"codec": "mpeg4", "options": {"g": "250", "bf": "2", "qmax": "4"}}),
}  # fmt: skip


def seen_by(reader: VideoReader) -> list[int]:
    """Frames that its decoder gives from now on."""
    seen: list[int] = []
    index_of = reader._decoder._index_of
    reader._decoder._index_of = lambda frame: seen.append(index_of(frame)) or seen[-1]
    return seen


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("clip", SKIPPING | WHOLE)
def test_a_jump_far_behind_a_keyframe_shows_what_decoding_everything_does(clip, threads, tmp_path):
    name, how = (SKIPPING | WHOLE)[clip]
    path = numbered_clip(tmp_path / name, count=120, **how)
    info = probe(path).video
    straight = VideoReader(path, info)
    whole = [straight.bgra(index).tobytes() for index in range(120)]
    reader, rng = VideoReader(path, info, threads=threads), random.Random(3)
    seen = seen_by(reader)
    assert reader.bgra(115).tobytes() == whole[115]
    assert (len(seen) < 0.85 * (116 - min(seen))) == (clip in SKIPPING), (
        "a share is left out, where that is known to be right"
    )
    for index in [*rng.choices(range(120), k=30), *range(80, 70, -1), 20, 100, 101, 99, 60, 61, 62, 119]:
        if rng.random() < 0.5:  # on the way elsewhere, and given up
            reader.approach(rng.randrange(120), goal=rng.randrange(120))
        assert reader.bgra(index).tobytes() == whole[index], index
    for each in (straight, reader):
        each.close()


def test_backwards_play_decodes_each_group_a_bounded_number_of_times(tmp_path):
    path = numbered_clip(tmp_path / "a.mp4", count=132, options=LONG_GOP)
    reader = VideoReader(path, probe(path).video)
    seeks = []
    seek = reader._decoder._seek
    reader._decoder._seek = lambda index: seeks.append(index) or seek(index)
    assert [number_of(reader.bgra(n)) for n in reversed(range(132))] == list(reversed(range(132)))
    assert len(seeks) <= 4
    assert len(reader._decoder._kept) <= 48


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_animations_are_videos(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    pictures = [Image.new("RGBA", (16, 8), (shade, 0, 0, 255 if shade else 0)) for shade in (0, 80, 160, 240)]
    options = {"lossless": True} if suffix == "webp" else {"disposal": 2} if suffix == "gif" else {}
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=[100, 50, 200, 40], loop=0, **options)
    info = probe(path)
    assert info.kind == "animation"
    assert info.video.frame_times == (0, Fraction(100, 1000), Fraction(150, 1000), Fraction(350, 1000))
    assert info.duration == Fraction(390, 1000)
    reader = VideoReader(path, info.video)
    assert [int(reader.bgra(n)[4, 8, 2]) for n in (0, 1, 2, 3, 1, 0)] == pytest.approx([0, 80, 160, 240, 80, 0], abs=1)
    assert reader.bgra(0)[4, 8].tolist() == [0, 0, 0, 0]
    assert reader.bgra(1, 8, 4).shape == (4, 8, 4)


def test_a_gif_that_says_no_duration_runs_as_in_browsers(tmp_path):
    path = tmp_path / "a.gif"
    Image.new("L", (8, 8), 0).save(path, save_all=True, append_images=[Image.new("L", (8, 8), 200)], duration=0)
    assert probe(path).video.frame_times == (0, Fraction(1, 10))


def test_damage_in_the_middle_is_told_with_its_place(tmp_path):
    path = numbered_clip(tmp_path / "hurt.mov", codec="png", pix_fmt="gray", options={})
    info = probe(path).video
    with av.open(str(path)) as container:
        packet = [p for p in container.demux(video=0) if p.size][30]
        position, size = packet.pos, packet.size
    data = bytearray(path.read_bytes())
    data[position : position + size] = bytes(size)
    path.write_bytes(data)
    reader = VideoReader(path, info)
    assert number_of(reader.bgra(29)) == 29
    with pytest.raises(MediaError, match=r"hurt\.mov is damaged after 1\.\d+ s"):
        reader.bgra(31)


def test_odd_sizes_are_whole(tmp_path):
    path = write_clip(tmp_path / "odd.mkv", [flat((180, 90, 160), "yuv444p", 63, 35)], "ffv1", "yuv444p")
    info = probe(path).video
    reader = VideoReader(path, info)
    assert reader.bgra(0).shape == (35, 63, 4)
    assert np.ptp(reader.bgra(0)[..., :3], axis=(0, 1)).max() == 0
    assert (reader.yuv420(0).width, reader.yuv420(0).height) == (63, 35)
