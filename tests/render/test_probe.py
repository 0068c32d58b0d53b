"""What a file is, in words, and what is refused."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render_engine.errors import MediaError
from render_engine.media.content import content_hash
from render_engine.media.probe import probe
from render_engine.media.video import VideoReader
from tests.render.clips import numbered_clip

MEDIA = Path(__file__).resolve().parents[2] / "resources" / "media"


def test_a_real_clip_is_described():
    info = probe(MEDIA / "bigbuckbunny.mp4")
    assert (info.kind, info.container, info.duration) == ("video", "mov", Fraction(664, 125))
    assert (info.video.width, info.video.height, info.video.fps) == (1280, 720, 25)
    assert len(info.video.frame_times) == 132
    assert info.video.frame_times[:3] == (0, Fraction(1, 25), Fraction(2, 25))
    assert (info.video.matrix, info.video.color_range, info.video.rotation) == ("bt709", "limited", 0)
    assert (info.audio.codec, info.audio.rate, info.audio.layout) == ("aac", 48000, "5.1")
    text = "\n".join(info.lines())
    for word in ("bigbuckbunny.mp4", "1280×720", "25 fps", "132 frames", "5.312 s", "aac"):
        assert word in text
    assert info.as_dict()["video"]["frames"] == 132


def test_an_image_is_described():
    info = probe(MEDIA / "rocket.jpg")
    assert (info.kind, info.image.width, info.image.height, info.image.format) == ("image", 640, 427, "JPEG")
    assert "640×427" in info.lines()[1]


def test_metadata_is_told(tmp_path):
    info = probe(numbered_clip(tmp_path / "a.mkv", count=3, container_options={"metadata": "x"}))
    assert info.metadata["encoder"].startswith("Lavf")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MediaError, match=r"gone\.mp4 does not exist"):
        probe(tmp_path / "gone.mp4")


def test_a_folder_is_not_media(tmp_path):
    with pytest.raises(MediaError, match="is a folder"):
        probe(tmp_path)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(MediaError, match=r"empty\.mp4 is empty"):
        probe(tmp_path / "empty.mp4")


@pytest.mark.parametrize(
    "text", ["hello world\n" * 200, "#EXTM3U\n#EXTINF:1,\nother.ts\n", "ffconcat version 1.0\nfile a.mp4\n"]
)
def test_a_text_file_renamed_mp4_is_refused(text, tmp_path):
    (tmp_path / "notes.mp4").write_text(text)
    with pytest.raises(MediaError, match=r"notes\.mp4 is not a picture, video or sound file"):
        probe(tmp_path / "notes.mp4")


@pytest.mark.parametrize("name", ["whole.mp4", "whole.mkv", "whole.mov"])
@pytest.mark.parametrize("part", [0.02, 0.4, 0.8])
def test_a_truncated_clip_is_refused(name, part, tmp_path):
    faststart = {} if name.endswith("mkv") else {"movflags": "faststart"}
    data = numbered_clip(tmp_path / name, count=120, container_options=faststart).read_bytes()
    cut = tmp_path / ("cut" + name[-4:])
    cut.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(MediaError, match=r"cut\.m"):
        probe(cut)


def test_a_truncated_clip_without_its_index_is_refused(tmp_path):
    data = numbered_clip(tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) * 3 // 4])
    with pytest.raises(MediaError, match=r"cut\.mp4"):
        probe(tmp_path / "cut.mp4")


def test_noise_never_does_worse_than_an_error(tmp_path):
    """A file damaged anywhere is either read or refused in words."""
    data = numbered_clip(tmp_path / "a.mp4", count=20).read_bytes()
    random = np.random.default_rng(3)
    for round_ in range(40):
        hurt = bytearray(data)
        for place in random.integers(0, len(data), 20):
            hurt[place] = random.integers(0, 256)
        path = tmp_path / f"{round_}.mp4"
        path.write_bytes(hurt)
        try:
            info = probe(path).video
            VideoReader(path, info).bgra(len(info.frame_times) - 1)
        except MediaError as error:
            assert path.name in str(error)  # noqa: PT017 - either outcome is right


def test_a_changed_file_is_probed_again(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).save(path)
    before = content_hash(path)
    assert probe(path).image.width == 4
    Image.new("RGB", (5, 4), "red").save(path)
    assert probe(path).image.width == 5
    assert content_hash(path) != before


def test_the_same_bytes_have_the_same_hash(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "b").write_bytes(b"abc")
    assert content_hash(tmp_path / "a") == content_hash(tmp_path / "b")
    assert len(content_hash(tmp_path / "a")) == 32


def test_importing_the_facts_imports_no_codec():
    code = "import sys, render_engine.media.info; print([m for m in ('av', 'cv2', 'PIL') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
