"""Sound is read from any file at exact samples."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from render_engine.errors import MediaError
from render_engine.media.audio import AudioReader
from tests.render.sounds import RATE, clicks, lag, sine, write

BUNNY = Path(__file__).parents[2] / "resources/media/bigbuckbunny.mp4"
FORMATS = [
    ("wav", "pcm_s16le", 48_000),
    ("wav", "pcm_s16le", 44_100),
    ("wav", "pcm_u8", 22_050),
    ("flac", "flac", 44_100),
    ("m4a", "aac", 48_000),
    ("m4a", "aac", 44_100),
    ("mp3", "libmp3lame", 44_100),
    ("webm", "libopus", 48_000),
    ("ogg", "libopus", 48_000),
    ("mkv", "aac", 44_100),
]
every_format = pytest.mark.parametrize(("suffix", "codec", "rate"), FORMATS)
TIMES = (0.5, 1.25, 2.1)


@every_format
def test_sound_stands_where_it_was_put(tmp_path, suffix, codec, rate):
    path = write(tmp_path / f"a.{suffix}", clicks(*TIMES, length=3, rate=rate), codec, rate)
    with AudioReader(path) as reader:
        heard = reader.read(0, 3 * RATE)
    expected = np.interp(np.arange(3 * RATE) / RATE, np.arange(3 * rate) / rate, clicks(*TIMES, length=3, rate=rate))
    assert abs(lag(heard[:, 0], expected)) < 0.1


@every_format
def test_a_seek_gives_the_samples_that_reading_on_gives(tmp_path, suffix, codec, rate):
    noise = np.random.default_rng(3).uniform(-0.3, 0.3, 3 * rate)
    path = write(tmp_path / f"a.{suffix}", noise, codec, rate)
    with AudioReader(path) as reader:
        whole = reader.read(0, 3 * RATE)
        again = reader.read(RATE, RATE)
    assert np.abs(again - whole[RATE : 2 * RATE]).max() < 1e-4


@every_format
def test_a_file_is_as_long_as_what_was_encoded(tmp_path, suffix, codec, rate):
    path = write(tmp_path / f"a.{suffix}", sine(300, 2, rate=rate), codec, rate)
    padding = 1024 if suffix == "mkv" else 2  # Matroska does not say how much of AAC's last frame is padding
    with AudioReader(path) as reader:
        assert abs(reader.length() - 2 * RATE) <= padding * RATE / rate


def test_any_portions_give_the_same_samples(tmp_path):
    path = write(tmp_path / "a.m4a", sine(440, 2, rate=44_100), "aac", 44_100)
    with AudioReader(path) as one, AudioReader(path) as other:
        whole = one.read(0, 90_000)
        parts = [other.read(at, 777) for at in range(0, 90_000, 777)]
    assert np.array_equal(np.concatenate(parts)[:90_000], whole)


def test_44100_becomes_48000_without_loss(tmp_path):
    path = write(tmp_path / "a.wav", sine(1000, 2, rate=44_100), "pcm_f32le", 44_100)
    with AudioReader(path) as reader:
        heard = reader.read(0, 2 * RATE)[1000:-1000, 0]
    assert np.abs(heard - sine(1000, 2)[1000:-1000]).max() < 1e-3


def test_mono_is_as_loud_on_both_sides(tmp_path):
    path = write(tmp_path / "a.wav", sine(1000, 1, level=0.5))
    with AudioReader(path) as reader:
        assert np.abs(reader.read(0, RATE)).max(axis=0) == pytest.approx([0.5, 0.5], abs=1e-3)


def test_surround_is_folded_into_both_sides(tmp_path):
    centre = np.zeros((6, RATE))
    centre[2] = sine(1000, 1, level=0.5)
    path = write(tmp_path / "a.wav", centre, layout="5.1")
    with AudioReader(path) as reader:
        assert np.abs(reader.read(0, RATE)).max(axis=0) == pytest.approx([0.354, 0.354], abs=2e-3)


def test_the_bunny_is_heard_on_both_sides_to_its_end():
    with AudioReader(BUNNY) as reader:
        assert reader.length() == 254_976
        heard = reader.read(0, 254_976)
    assert (np.abs(heard).max(axis=0) > 0.1).all()


def test_there_is_silence_before_and_after(tmp_path):
    path = write(tmp_path / "a.wav", np.full(RATE, 0.25))
    with AudioReader(path) as reader:
        heard = reader.read(-100, RATE + 200)[:, 0]
    assert not heard[:100].any()
    assert not heard[-100:].any()
    assert (heard[100:-100] == 0.25).all()


def test_sound_that_begins_late_in_its_file_is_late(tmp_path):
    source = write(tmp_path / "a.mka", sine(500, 1), "pcm_s16le")
    late = tmp_path / "late.mka"
    with av.open(str(source)) as given, av.open(str(late), "w") as container:
        stream = container.add_stream_from_template(given.streams.audio[0])
        silent = container.add_stream("pcm_s16le", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 480), np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        container.mux(silent.encode(frame))
        for packet in given.demux(audio=0):
            if packet.dts is not None:
                packet.pts += 500
                packet.dts += 500
                packet.stream = stream
                container.mux(packet)
    with AudioReader(late) as reader:
        heard = reader.read(0, 2 * RATE)[:, 0]
    assert not heard[: RATE // 2 - 50].any()
    assert abs(lag(heard, np.concatenate([np.zeros(RATE // 2), sine(500, 1)]))) < 1


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MediaError, match=r"gone\.wav"):
        AudioReader(tmp_path / "gone.wav")


def test_a_text_file_is_named(tmp_path):
    (tmp_path / "song.mp3").write_text("la la la\n" * 50)
    with pytest.raises(MediaError, match=r"song\.mp3"):
        AudioReader(tmp_path / "song.mp3")


def test_a_video_without_sound_says_so(tmp_path):
    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame(64, 64, "yuv420p")
        container.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(MediaError, match=r"mute\.mp4 has no sound"):
        AudioReader(path)


@pytest.mark.parametrize(("name", "codec"), [("cut.flac", "flac"), ("cut.m4a", "aac"), ("cut.wav", "pcm_s16le")])
def test_a_file_that_was_cut_off_is_refused(tmp_path, name, codec):
    noise = np.random.default_rng(3).uniform(-0.3, 0.3, 5 * RATE)
    path = write(tmp_path / name, noise, codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaError, match=name), AudioReader(path) as reader:
        reader.length()
