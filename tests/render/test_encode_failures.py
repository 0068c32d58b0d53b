"""What cannot be written is told early and in words; nothing half-made takes a name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from render_engine.encode.stitch import check_place, stitch
from render_engine.errors import BadInput, EncoderError, RenderFailed
from tests.render.encoding import output, parts, picture, segment, write

KINDS = [("x264", "a.mp4"), ("gif", "a.gif"), ("png", "frames")]


def refused(wanted):
    with pytest.raises(BadInput) as told:
        check_place(wanted)
    return str(told.value)


def test_an_odd_size_names_the_two_nearest_even_ones(tmp_path):
    message = refused(output(tmp_path / "a.mp4", width=1081, height=607))
    assert "1081x607" in message
    assert "1080x606" in message
    assert "1082x608" in message


@pytest.mark.parametrize(
    ("codec", "name", "options", "words"),
    [
        ("x264", "a.webm", {}, "a.webm"),
        ("x264", "a.mp4", {"alpha": True}, "transparency"),
        ("x264", "a.mp4", {"crf": 77}, "77"),
        ("x264", "a.mp4", {"width": 8}, "too small"),
        ("x264", "a.mp4", {"width": 16384, "height": 16384}, "too large"),
        ("x264", "a.mp4", {"speed": "warp"}, "warp"),
        ("prores", "a.mov", {"crf": 20}, "crf"),
        ("gif", "a.gif", {"fps": 60}, "60"),
        ("gif", "a.gif", {"audio": True}, "silent"),
        ("png", "one.png", {}, "pattern"),
        ("x264", "a.mp4", {"fps": 0}, "0 frames"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(codec, name, options, words, tmp_path):
    message = refused(output(tmp_path / name, codec, **({"fps": 25} | options)))
    assert words in message
    assert list(tmp_path.iterdir()) == []


def test_a_size_the_encoder_does_not_take_is_told_in_its_words(tmp_path):
    with pytest.raises(EncoderError, match=r"H\.264 at 65536x64"):
        segment(output(tmp_path / "a.mp4", width=65536, height=64).video, tmp_path / "segment", [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("codec", "name"), KINDS)
def test_a_missing_folder_is_named(codec, name, tmp_path):
    assert str(tmp_path / "none") in refused(output(tmp_path / "none" / name, codec, 25))


@pytest.mark.skipif(os.name == "nt", reason="/proc is Linux's")
def test_an_unwritable_folder_is_named():
    message = refused(output(Path("/proc/self/a.mp4")))
    assert "/proc/self" in message
    assert "cannot be written" in message


@pytest.mark.parametrize("codec", ["x264", "x265", "svtav1", "vp9", "prores", "gif", "png"])
@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_a_segment_that_stops_in_the_middle_leaves_nothing(codec, stop, tmp_path):
    def frames():
        yield picture(0)
        yield picture(1)
        raise stop

    with pytest.raises(stop):
        segment(output(tmp_path / "a", codec, 25).video, tmp_path / "segment", frames())
    assert list(tmp_path.iterdir()) == []


def test_what_breaks_while_drawing_is_not_told_as_a_full_disk(tmp_path):
    def frames():
        yield picture(0)
        raise OSError(28, "not of the segment")

    with pytest.raises(OSError, match="not of the segment"):
        segment(output(tmp_path / "a").video, tmp_path / "segment", frames())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("codec", "name"), KINDS)
def test_stitching_that_stops_in_the_middle_keeps_what_was_there(codec, name, tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "out").mkdir()
    wanted = output(tmp_path / "out" / name, codec, 25)
    made = parts(wanted, [picture(n) for n in range(20)], None, tmp_path / "parts")
    stitching = stitch(wanted, *made)
    next(stitching)
    stitching.close()
    assert list((tmp_path / "out").iterdir()) == []
    if codec == "png":
        return
    wanted.path.write_bytes(b"precious")
    stitching = stitch(wanted, *made)
    next(stitching)
    with pytest.raises(ValueError, match="stop"):
        stitching.throw(ValueError("stop"))
    assert wanted.path.read_bytes() == b"precious"


def test_segments_made_in_different_ways_are_refused(tmp_path):
    wanted, other = output(tmp_path / "a.mp4"), output(tmp_path / "a.mp4", fps=25)
    one = segment(wanted.video, tmp_path / "one", [picture(n) for n in range(8)])
    two = segment(other.video, tmp_path / "two", [picture(n) for n in range(8)])
    with pytest.raises(RenderFailed, match=r"a\.mp4.* encoded in different ways"):
        list(stitch(wanted, [one, two], None))
    assert not wanted.path.exists()


def test_a_folder_in_the_way_is_told(tmp_path):
    (tmp_path / "a.mp4").mkdir()
    assert "is a folder" in refused(output(tmp_path / "a.mp4"))


_FULL = """
import resource, signal, sys
import numpy as np
from pathlib import Path
from render_engine.errors import RenderFailed
from tests.render.encoding import join, output, parts
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
rng = np.random.default_rng(1)
codec, path, work, when = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
frames = range(20 if codec == "gif" else 50)
noise = [rng.integers(0, 256, (128, 192, 4), dtype=np.uint8) | np.uint8([0, 0, 0, 255]) for _ in frames]
full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    if when == "drawn":
        full()
    made = parts(output(path, codec, 25), noise, None, work)
    full()
    join(output(path, codec, 25), *made)
except RenderFailed as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="file size limits are POSIX's")
@pytest.mark.parametrize("when", ["drawn", "stitched"])
@pytest.mark.parametrize(("codec", "name"), [*KINDS, ("vp9", "a.webm"), ("prores", "a.mov")])
def test_a_full_disk_is_told_with_the_folder_and_the_room_left(codec, name, when, tmp_path):
    work, out = tmp_path / "work", tmp_path / "out"
    work.mkdir()
    out.mkdir()
    asked = [sys.executable, "-c", _FULL, codec, str(out / name), str(work), when]
    made = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert "The disk is full" in made.stdout, made.stderr
    assert f'"{work if when == "drawn" else out}"' in made.stdout
    assert re.search(r"\d+ MB free", made.stdout)
    assert list(out.iterdir()) == []
    assert when == "stitched" or list(work.iterdir()) == []


@pytest.mark.parametrize("name", ["out.mp4", "out.gif", "shots"])
def test_what_a_killed_render_left_beside_the_file_goes_with_the_next_one(name, tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    codec = {"out.mp4": "x264", "out.gif": "gif", "shots": "png"}[name]
    dead, young, living = (tmp_path / f".{name}.{pid}.part" for pid in (gone.pid, 10**9, os.getppid()))
    for left in (dead, young, living):
        left.write_bytes(b"half a film")
    for left in (dead, living):
        os.utime(left, (0, 0))
    write(output(tmp_path / name, codec, 25), [picture(n) for n in range(8)])
    assert {path.name for path in tmp_path.iterdir()} == {young.name, living.name, name}
