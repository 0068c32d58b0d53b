"""Which encoder is taken, and why: asked of the machine, told in words, never exchanged."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from render_engine.encode import available as machine
from render_engine.encode.available import available
from render_engine.encode.codecs import CODECS, SPEEDS, choose
from render_engine.encode.output import Output, check
from render_engine.encode.presets import PRESETS
from render_engine.encode.video_settings import VideoSettings
from render_engine.errors import EncoderError

HD = (1920, 1080)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "framekiln"))
    available.cache_clear()
    yield
    available.cache_clear()


@pytest.mark.parametrize("codec", [codec for codec in CODECS.values() if codec.encoder and not codec.hardware])
def test_software_encoders_open_everywhere(codec):
    assert available(codec.encoder).ok


def test_an_encoder_that_does_not_exist_says_so():
    assert available("h999") == machine.Availability(False, "this build of FFmpeg has no h999")


def test_the_answer_is_kept_on_disk(tmp_path):
    first = available("libx264")
    stored = json.loads((tmp_path / "framekiln" / "encoders.json").read_text())
    assert stored["encoders"]["libx264"] == {"ok": True, "reason": ""}
    stored["encoders"]["libx264"] = {"ok": False, "reason": "as kept"}
    (tmp_path / "framekiln" / "encoders.json").write_text(json.dumps(stored))
    available.cache_clear()
    assert available("libx264").reason == "as kept" != first.reason


def test_an_answer_for_another_driver_is_not_believed(tmp_path):
    available("libx264")
    stored = json.loads((tmp_path / "framekiln" / "encoders.json").read_text())
    stored |= {"machine": "another", "encoders": {"libx264": {"ok": False, "reason": "old"}}}
    (tmp_path / "framekiln" / "encoders.json").write_text(json.dumps(stored))
    available.cache_clear()
    assert available("libx264").ok


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"machine": 3}'])
def test_a_damaged_cache_is_made_again(damage, tmp_path):
    (tmp_path / "framekiln").mkdir()
    (tmp_path / "framekiln" / "encoders.json").write_text(damage)
    assert available("libx264").ok


@pytest.mark.parametrize(
    ("suffix", "alpha", "name"),
    [
        (".webm", False, "vp9"),
        (".webm", True, "vp9"),
        (".mov", True, "prores-4444"),
        (".gif", False, "gif"),
        ("", True, "png"),
        (".wav", False, "wav"),
        (".m4a", False, "m4a"),
    ],
)
def test_auto_takes_what_the_name_asks_for(suffix, alpha, name):
    choice = choose(suffix=suffix, alpha=alpha, size=HD)
    assert choice.codec.name == name
    assert choice.codec.title in choice.reason


@pytest.mark.parametrize(
    ("suffix", "alpha", "name"), [(".mp4", False, "x265"), (".webm", False, "svtav1"), (".mov", True, "prores-4444")]
)
def test_auto_takes_what_holds_10_bits(suffix, alpha, name):
    choice = choose(suffix=suffix, alpha=alpha, size=HD, bit_depth=10)
    there = available("hevc_nvenc")
    assert choice.codec.name == ("hevc_nvenc" if name == "x265" and there.ok else name)
    assert 10 in choice.codec.bit_depths


@pytest.mark.parametrize(("name", "bits"), [("x264", 10), ("vp9", 10), ("gif", 10), ("prores", 8), ("wav", 10)])
def test_a_codec_that_lacks_a_bit_depth_names_those_that_have_it(name, bits):
    codec = CODECS[name]
    asked = Output(Path(f"a{codec.suffixes[0]}"), 320, 180, Fraction(25), codec, bit_depth=bits)
    with pytest.raises(EncoderError, match="x265, svtav1" if bits == 10 else "x264, x265"):
        check(asked)


def test_10_bits_are_another_segment():
    eight, ten = (VideoSettings(320, 180, Fraction(25), "x265", bit_depth=bits) for bits in (8, 10))
    assert eight.identity() == VideoSettings(320, 180, Fraction(25), "x265").identity() != ten.identity()


def test_auto_takes_nvenc_only_where_it_opens_and_says_why():
    choice = choose(suffix=".mp4", alpha=False, size=HD)
    there = available("h264_nvenc")
    assert choice.codec.name == ("h264_nvenc" if there.ok else "x264")
    assert "NVENC" in choice.reason
    assert there.reason in choice.reason


def test_a_named_encoder_that_is_missing_is_refused_with_what_there_is():
    if available("h264_nvenc").ok:
        assert choose("nvenc", suffix=".mp4", alpha=False, size=HD).codec.name == "h264_nvenc"
        return
    with pytest.raises(EncoderError, match=r"cannot be used here: .+ There are: x264"):
        choose("nvenc", suffix=".mp4", alpha=False, size=HD)


def test_a_misspelt_encoder_is_told_the_nearest():
    with pytest.raises(EncoderError, match='Did you mean "prores"'):
        choose("prorse", suffix=".mp4", alpha=False, size=HD)


def test_every_codec_knows_every_speed():
    for codec in CODECS.values():
        assert all(isinstance(codec.options(None, speed, None, 120), dict) for speed in SPEEDS)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_presets_agree_with_their_codecs(preset):
    codec = CODECS["x264" if preset.codec == "auto" else preset.codec]
    assert preset.suffix in codec.suffixes
    assert preset.alpha <= (codec.alpha_format is not None)
    assert preset.crf is None or codec.crf is not None
    assert preset.size is None or not any(side % 2 for side in preset.size)
