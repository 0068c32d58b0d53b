"""What is written can be read by others, and shows what was drawn, when it was drawn."""

from fractions import Fraction

import av
import numpy as np
import pytest

from render_engine.cpu.convert import Converter, planes_of
from render_engine.encode.output import Chapter
from tests.render.encoding import PATCHES, SIZE, decoded, ffprobe, output, patches, picture, psnr, write

VIDEO = [
    ("x264", ".mp4"),
    ("x265", ".mp4"),
    ("svtav1", ".mp4"),
    ("vp9", ".webm"),
    ("prores", ".mov"),
    ("prores-4444", ".mov"),
]
WITH_ALPHA = [("vp9", ".webm", "libvpx-vp9"), ("prores-4444", ".mov", None), ("gif", ".gif", None)]


def video(path):
    return ffprobe(path, "-count_frames")["streams"][0]


@pytest.mark.parametrize(("codec", "suffix"), VIDEO)
def test_a_file_says_its_colours_and_has_every_frame(codec, suffix, tmp_path):
    path = write(output(tmp_path / f"a{suffix}", codec), [picture(n) for n in range(15)])
    told = video(path)
    assert [told[k] for k in ("color_space", "color_transfer", "color_primaries")] == ["bt709"] * 3
    assert told.get("color_range", "tv") == "tv"  # MOV has no place for it; ffprobe 7 says nothing for ProRes then
    assert (told["width"], told["height"], told["nb_read_frames"]) == (*SIZE, "15")
    assert float(told["start_time"]) == 0


@pytest.mark.parametrize(("codec", "suffix"), VIDEO)
def test_pictures_come_back(codec, suffix, tmp_path):
    drawn = [picture(n) for n in range(8)]
    crf = {} if codec.startswith("prores") else {"crf": 18}
    shown = decoded(write(output(tmp_path / f"a{suffix}", codec, **crf), drawn))
    assert min(psnr(a[..., 2::-1], b[..., :3]) for a, b in zip(drawn, shown, strict=True)) > 36


@pytest.mark.parametrize(("codec", "suffix"), [*VIDEO, ("gif", ".gif")])
def test_flat_colours_come_back_within_two_levels(codec, suffix, tmp_path):
    crf = {} if codec.startswith("prores") or codec == "gif" else {"crf": 12}
    path = write(output(tmp_path / f"a{suffix}", codec, 25, **crf), [patches()] * 3)
    last = decoded(path)[-1]
    for index, color in enumerate(PATCHES.values()):
        inside = last[20:80, index * 48 + 16 : index * 48 + 32, :3].astype(int)
        assert np.abs(inside - color[::-1]).max() <= 2, (color, inside[0, 0])


@pytest.mark.parametrize("codec", ["x265", "svtav1"])
def test_10_bits_keep_what_8_round_away(codec, tmp_path):
    ramp = np.full((SIZE[1], SIZE[0], 4), 255, np.uint8)
    ramp[..., :3] = np.arange(SIZE[0])[:, None] // 3 + 40
    drawn = planes_of(Converter(*SIZE, "yuv420p10le").convert(ramp))[0].astype(float)

    def off(bits):
        path = write(output(tmp_path / f"{bits}.mp4", codec, crf=2, bit_depth=bits), [ramp] * 3)
        with av.open(str(path)) as container:
            frame = list(container.decode(video=0))[-1]
        assert frame.format.name == ("yuv420p10le" if bits == 10 else "yuv420p")
        return np.abs(planes_of(frame)[0] * (1 if bits == 10 else 4) - drawn).mean()

    assert off(10) < 0.5 < off(8), "levels of 10 bits"


@pytest.mark.parametrize(("codec", "suffix", "decoder"), WITH_ALPHA[:2])
def test_a_half_white_area_decodes_to_white_at_half(codec, suffix, decoder, tmp_path):
    path = write(output(tmp_path / f"a{suffix}", codec, alpha=True), [patches(alpha=True)] * 3)
    last = decoded(path, decoder)[-1].astype(int)
    assert np.abs(last[104:120, 8:-8] - (255, 255, 255, 128)).max() <= 2
    assert np.abs(last[20:80, 16:32] - (*PATCHES["red"][::-1], 255)).max() <= 3


@pytest.mark.parametrize(("codec", "suffix", "decoder"), WITH_ALPHA)
def test_edges_against_nothing_have_no_dark_fringe(codec, suffix, decoder, tmp_path):
    canvas = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
    canvas[:, 96:] = (60, 200, 250, 255)
    path = write(output(tmp_path / f"a{suffix}", codec, 25, alpha=True), [canvas] * 3)
    last = decoded(path, decoder)[-1].astype(int)
    assert (last[:, :90, 3] < 6).all()
    assert (last[:, 100:, 3] > 249).all()
    assert np.abs(last[:, 96:100, :3] - (250, 200, 60)).max() <= 6


def test_vp9_with_alpha_says_so(tmp_path):
    path = write(output(tmp_path / "a.webm", "vp9", alpha=True), [picture(n, alpha=True) for n in range(3)])
    tags = {key.lower(): value for key, value in video(path)["tags"].items()}
    assert tags["alpha_mode"] == "1"


@pytest.mark.parametrize("fps", ["24000/1001", "30000/1001", "60000/1001", "25", "12.5"])
def test_timestamps_are_exact(fps, tmp_path):
    path = write(output(tmp_path / "a.mp4", fps=Fraction(fps)), [picture(n) for n in range(40)])
    told = video(path)
    assert Fraction(told["avg_frame_rate"]) == Fraction(told["r_frame_rate"]) == Fraction(fps)
    with av.open(str(path)) as container:
        times = [frame.pts * frame.time_base for frame in container.decode(video=0)]
    assert times == [n / Fraction(fps) for n in range(40)]
    assert abs(float(told["duration"]) - 40 / Fraction(fps)) < 1e-6


@pytest.mark.parametrize(("codec", "tag"), [("x264", "avc1"), ("x265", "hvc1")])
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_quicktime_and_phones_find_what_they_know(codec, tag, suffix, tmp_path):
    path = write(output(tmp_path / f"a{suffix}", codec), [picture(n) for n in range(5)])
    told = video(path)
    assert (told["codec_tag_string"], told["pix_fmt"]) == (tag, "yuv420p")
    content = path.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat"), "the index stands first, so playing starts at once"


def test_prores_4444_keeps_its_name(tmp_path):
    path = write(output(tmp_path / "a.mov", "prores-4444", alpha=True), [picture(0, alpha=True)] * 2)
    assert (video(path)["codec_tag_string"], video(path)["profile"]) == ("ap4h", "4444")


@pytest.mark.parametrize(("codec", "suffix"), [*VIDEO, ("x264", ".mkv"), ("gif", ".gif")])
def test_the_same_frames_make_the_same_bytes(codec, suffix, tmp_path):
    sound = None if codec == "gif" else np.sin(np.arange(24000) / 20)[:, None].repeat(2, 1).astype(np.float32)
    one, two = (
        write(
            output(tmp_path / f"{name}{suffix}", codec, 25, title="t", audio=sound is not None),
            [picture(n) for n in range(8)],
            sound,
        )
        for name in "ab"
    )
    assert one.read_bytes() == two.read_bytes()


def test_title_comment_and_chapters_are_told(tmp_path):
    chapters = (Chapter(Fraction(0), Fraction(1, 2), "Opening"), Chapter(Fraction(1, 2), Fraction(1), "End"))
    for name in ("a.mp4", "a.mkv"):
        wanted = output(tmp_path / name, title="Spring", comment="made here", chapters=chapters)
        told = ffprobe(write(wanted, [picture(n) for n in range(30)]), "-show_chapters")
        tags = {key.lower(): value for key, value in told["format"]["tags"].items()}
        assert (tags["title"], tags["comment"]) == ("Spring", "made here")
        assert "creation_time" not in tags
        assert [(c["tags"]["title"], float(c["start_time"])) for c in told["chapters"]] == [
            ("Opening", 0),
            ("End", 0.5),
        ]


@pytest.mark.parametrize("codec", ["x264", "x265"])
def test_a_peak_rate_is_kept_though_every_segment_begins_anew(codec, tmp_path):
    noise = np.random.default_rng(1).integers(0, 256, (60, SIZE[1], SIZE[0], 4), dtype=np.uint8)
    noise[..., 3] = 255
    free = write(output(tmp_path / "free.mp4", codec), noise, runs=(15, 15, 15))
    bound = write(output(tmp_path / "bound.mp4", codec, max_rate=1_500_000), noise, runs=(15, 15, 15))
    assert bound.stat().st_size * 8 / 2 < 1.05 * 1_500_000 < free.stat().st_size * 8 / 3


def test_gif_delays_are_whole_hundredths_that_do_not_drift(tmp_path):
    path = write(output(tmp_path / "a.gif", "gif", 30), [picture(n) for n in range(31)])
    with av.open(str(path)) as container:
        times = [round(frame.pts * frame.time_base * 100) for frame in container.decode(video=0)]
    assert times == [round(Fraction(100 * n, 30)) for n in range(31)]


def test_gif_keeps_its_hole_through_a_change(tmp_path):
    def ball(n):
        canvas = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
        canvas[40:80, 20 * n : 20 * n + 40] = (0, 0, 255, 255)
        return canvas

    path = write(output(tmp_path / "a.gif", "gif", 25, alpha=True), [ball(n) for n in range(5)])
    for n, shown in enumerate(decoded(path)):
        assert (shown[..., 3] == ball(n)[..., 3]).all()
        assert (shown[60, 20 * n + 20, :3] == (255, 0, 0)).all()


def test_gif_loops_for_ever(tmp_path):
    path = write(output(tmp_path / "a.gif", "gif", 25), [picture(n) for n in range(3)])
    assert b"NETSCAPE2.0\x03\x01\x00\x00" in path.read_bytes()


def test_a_png_sequence_is_exact_straight_alpha(tmp_path):
    folder = write(output(tmp_path / "frames", "png", alpha=True), [picture(n, alpha=True) for n in range(3)])
    assert sorted(each.name for each in folder.iterdir()) == ["00001.png", "00002.png", "00003.png"]
    shown = decoded(folder / "00002.png")[0]
    assert (shown[100] == (255, 255, 255, 128)).all()
    assert (shown[:96] == picture(1)[:96][..., [2, 1, 0, 3]]).all()


def test_a_png_sequence_takes_a_pattern_of_names_and_odd_sizes(tmp_path):
    canvases = [picture(n, size=(33, 61)) for n in range(2)]
    write(output(tmp_path / "shot_%03d.png", "png", width=33, height=61), canvases)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["shot_001.png", "shot_002.png"]
    assert (decoded(tmp_path / "shot_001.png")[0] == canvases[0][..., [2, 1, 0, 3]]).all()


def test_a_shorter_sequence_leaves_no_end_of_the_longer_one(tmp_path):
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "notes.txt").write_text("mine")
    write(output(tmp_path / "frames", "png"), [picture(n) for n in range(4)])
    write(output(tmp_path / "frames", "png"), [picture(n) for n in range(2)])
    assert sorted(each.name for each in (tmp_path / "frames").iterdir()) == ["00001.png", "00002.png", "notes.txt"]
