"""What cannot be written is told early and in words; nothing half-made takes a name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from render_engine.encode.writer import open_writer
from render_engine.errors import BadInput, EncoderError
from tests.render.encoding import output, picture, write

KINDS = [("x264", "a.mp4"), ("gif", "a.gif"), ("png", "frames")]


def refused(wanted):
    with pytest.raises(BadInput) as told:
        open_writer(wanted)
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
        open_writer(output(tmp_path / "a.mp4", width=65536, height=64))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("codec", "name"), KINDS)
def test_a_missing_folder_is_named(codec, name, tmp_path):
    assert str(tmp_path / "none") in refused(output(tmp_path / "none" / name, codec, 25))


@pytest.mark.skipif(os.name == "nt", reason="/proc is Linux's")
def test_an_unwritable_folder_is_named():
    message = refused(output(Path("/proc/self/a.mp4")))
    assert "/proc/self" in message
    assert "cannot be written" in message


@pytest.mark.parametrize(("codec", "name"), KINDS)
@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_stopping_in_the_middle_leaves_nothing(codec, name, stop, tmp_path):
    def frames():
        yield picture(0)
        yield picture(1)
        raise stop

    with pytest.raises(stop):
        write(output(tmp_path / name, codec, 25), frames())
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_kept_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"precious")
    with pytest.raises(ValueError, match="stop"), open_writer(output(path)):
        raise ValueError("stop")
    assert path.read_bytes() == b"precious"
    write(output(path), [picture(n) for n in range(3)])
    assert b"moov" in path.read_bytes()


def test_a_folder_in_the_way_is_told(tmp_path):
    (tmp_path / "a.mp4").mkdir()
    assert "is a folder" in refused(output(tmp_path / "a.mp4"))


_FULL = """
import resource, signal, sys
import numpy as np
from pathlib import Path
from render_engine.errors import RenderFailed
from tests.render.encoding import output, write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
rng = np.random.default_rng(1)
codec, path = sys.argv[1], Path(sys.argv[2])
noise = (rng.integers(0, 256, (128, 192, 4), dtype=np.uint8) | np.uint8([0, 0, 0, 255]) for _ in range(400))
try:
    write(output(path, codec, 25), noise)
except RenderFailed as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="file size limits are POSIX's")
@pytest.mark.parametrize(("codec", "name"), [*KINDS, ("vp9", "a.webm"), ("prores", "a.mov")])
def test_a_full_disk_is_told_with_the_folder_and_the_room_left(codec, name, tmp_path):
    made = subprocess.run(
        [sys.executable, "-c", _FULL, codec, str(tmp_path / name)], capture_output=True, text=True, timeout=60
    )
    assert "The disk is full" in made.stdout, made.stderr
    assert f'"{tmp_path}"' in made.stdout
    assert re.search(r"\d+ MB free", made.stdout)
    assert list(tmp_path.iterdir()) == []
