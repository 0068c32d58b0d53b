"""Whole renders: a composition goes in, and the file that comes out is decoded again and measured."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from render_engine import Composition, Group, Shape, Text, Video
from render_engine.errors import BadInput, EncoderError
from render_engine.media.probe import probe
from render_engine.render import RenderOptions, render
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "resources" / "media" / "bigbuckbunny.mp4"


BACKDROP = {"type": "linear", "angle": 120, "stops": [{"color": "#101a3c"}, {"color": "#4a1d6e"}]}
GLOW = {
    "effects": [{"type": "blur", "radius": 26}],
    "position": {"keyframes": [{"at": 0, "value": [430, 120]}, {"at": 1, "value": [500, 180]}]},
}
RISE = {"position": {"spring": "gentle", "from": [320, 260], "to": [320, 200]}}


def title(**changes: object) -> Composition:
    """A title as the benchmark's: a gradient, a glow, a line that springs in."""
    fields: dict[str, object] = {
        "size": (640, 360),
        "duration": 1.0,
        "layers": [
            {"type": "shape", "size": ["100%", "100%"], "fill": BACKDROP},
            {"type": "shape", "shape": "ellipse", "size": [150, 150], "fill": "#ff8a3c", "opacity": 0.55, **GLOW},
            {"type": "text", "text": "Programmatic motion", "font": "Inter", "weight": 700, "size": 44, **RISE},
        ],
        **changes,
    }  # fmt: skip
    return Composition.model_validate(fields)


def captioned(**changes: object) -> Composition:
    return Composition(
        size=(640, 360),
        duration=1.0,
        layers=[
            Video(source=str(CLIP), size=(640, 360)),
            Text(text="the big rabbit", font="Inter", weight=700, size=36, position=("50%", 310)),
        ],
        **changes,  # type: ignore[arg-type]
    )


def frames_of(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = ((one.astype(float) - other.astype(float)) ** 2).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


@pytest.mark.parametrize("composition", [title(), captioned()], ids=["title", "captioned"])
def test_the_file_shows_what_was_drawn(composition: Composition, tmp_path: Path) -> None:
    from render_engine.cpu.frames import Frames

    result = composition.render(tmp_path / "out.mp4", crf=18, speed="medium", encoder="x264")
    decoded = frames_of(result.path)
    assert len(decoded) == result.frames == 30
    assert [frame.pts * frame.time_base for frame in decoded] == [Fraction(n, 30) for n in range(30)]
    scene = resolve(composition, Path.cwd())
    made = Frames(640, 360, "yuv420p", scene.fonts, scene.media)
    for number in (0, 7, 29):
        drawn = made.draw(evaluate(scene, Fraction(number, 30)))
        assert psnr(drawn.to_ndarray(), decoded[number].to_ndarray()) >= 38


@pytest.mark.parametrize("fps", ["24000/1001", "30000/1001", "60000/1001", 25])
def test_frame_times_are_exact(fps: str | int, tmp_path: Path) -> None:
    result = title(fps=fps, duration=0.5, size=(160, 90)).render(tmp_path / "out.mp4")
    rate = Fraction(fps)
    times = [frame.pts * frame.time_base for frame in frames_of(result.path)]
    assert times == [n / rate for n in range(round(rate / 2))]
    assert result.fps == rate


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    one = captioned().render(tmp_path / "one.mp4").path.read_bytes()
    assert captioned().render(tmp_path / "two.mp4").path.read_bytes() == one


def test_fontconfigs_hints_change_nothing(tmp_path: Path) -> None:
    digests = set()
    title(duration=0.1).save(tmp_path / "title.json")
    for style in ("hintfull", "hintnone"):
        conf = tmp_path / f"{style}.conf"
        conf.write_text(
            '<?xml version="1.0"?><fontconfig><match target="font"><edit name="hintstyle" mode="assign">'
            f"<const>{style}</const></edit></match></fontconfig>"
        )
        out = tmp_path / f"{style}.mp4"
        command = [
            sys.executable,
            "-m",
            "app",
            "render",
            str(tmp_path / "title.json"),
            "-o",
            str(out),
            "--encoder",
            "x264",
        ]
        subprocess.run(
            command, cwd=ROOT, env={**os.environ, "FONTCONFIG_FILE": str(conf)}, check=True, capture_output=True
        )
        digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_still_is_what_the_render_draws(tmp_path: Path) -> None:
    composition = title(duration=0.2)
    result = composition.render(tmp_path / "frames", encoder="png")
    from PIL import Image

    drawn = np.asarray(Image.open(sorted(result.path.iterdir())[3]).convert("RGBA"))
    assert np.array_equal(drawn, composition.frame(3 / 30))


def test_a_range_holds_its_frames_and_its_sound(tmp_path: Path) -> None:
    composition = Composition(size=(320, 180), fps=25, layers=[Video(source=str(CLIP), size=(320, 180))])
    result = composition.render(tmp_path / "part.mp4", span=(25, 75))
    info = probe(result.path)
    assert result.frames == 50
    assert info.video
    assert info.audio
    assert float(info.video.duration) == pytest.approx(2, abs=0.001)
    assert float(info.audio.duration) == pytest.approx(2, abs=0.05)


def test_sound_stays_with_the_picture(tmp_path: Path) -> None:
    """A click and a flash at the same instants of a source arrive together after a whole render."""
    source = tmp_path / "flashes.mkv"
    write_flashes(source)
    result = Composition(fps=25, size=(64, 64), layers=[Video(source=str(source))]).render(tmp_path / "out.mp4")
    with av.open(str(result.path)) as container:
        resampler = av.AudioResampler("flt", "mono", 48000)
        samples: list[np.ndarray] = []
        start: Fraction | None = None
        for frame in container.decode(audio=0):
            start = frame.pts * frame.time_base if start is None else start
            samples += [out.to_ndarray()[0] for out in resampler.resample(frame)]
    sound = np.concatenate(samples)
    assert start is not None
    for instant in (0.4, 1.2):
        at = round((instant - float(start)) * 48000)
        window = np.abs(sound[at - 2400 : at + 2400])
        assert abs(int(window.argmax()) - 2400) <= 48  # 1 ms
    bright = [
        float(frame.pts * frame.time_base) for frame in frames_of(result.path) if frame.to_ndarray()[:64].mean() > 128
    ]
    assert bright == pytest.approx([0.4, 1.2], abs=1e-6)


def write_flashes(path: Path) -> None:
    with av.open(str(path), "w") as container:
        video = container.add_stream("ffv1", rate=25)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=48000, layout="mono")
        sound = np.zeros((1, 48000 * 2), np.int16)
        for instant in (0.4, 1.2):
            sound[0, round(instant * 48000)] = 30000
        for n in range(50):
            shade = 235 if n in (10, 30) else 16
            picture = np.full((96, 64), 128, np.uint8)
            picture[:64] = shade
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        frame = av.AudioFrame.from_ndarray(sound, format="s16", layout="mono")
        frame.sample_rate = 48000
        container.mux(audio.encode(frame))
        container.mux(audio.encode())
        container.mux(video.encode())


def test_an_odd_size_is_refused_with_the_two_nearest_even_ones(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"640x360.*642x362"):
        title(size=(641, 361)).render(tmp_path / "odd.mp4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("span", [(5, 5), (90, 120), (-3, 4)])
def test_an_empty_range_is_refused(span: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        title().render(tmp_path / "out.mp4", span=span)
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_kept_when_a_render_breaks(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    out.write_bytes(b"precious")
    composition = title()
    going = render(composition._loaded(None, None), out, RenderOptions())
    for _, _ in zip(range(5), going, strict=False):
        pass
    going.close()  # as Ctrl-C would
    assert out.read_bytes() == b"precious"
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_memory_is_flat_in_the_length_of_the_video(tmp_path: Path) -> None:
    """A composition of six times as many segments peaks within 10 % (from 32 s on a segment has its full length)."""
    peaks = []
    for seconds in (32, 192):
        document = tmp_path / f"{seconds}.json"
        layer = {"type": "video", "source": str(CLIP), "size": [320, 180], "when_over": "loop"}
        text = {"type": "text", "text": "hello", "font": "Inter", "size": 30}
        document.write_text(
            json.dumps({"framekiln": 1, "size": [320, 180], "fps": 10, "duration": seconds, "layers": [layer, text]})
        )
        command = [
            sys.executable,
            "-m",
            "app",
            "render",
            str(document),
            "-o",
            str(tmp_path / "out.mp4"),
            "--encoder",
            "x264",
            "--workers",
            "1",
        ]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        peaks.append(usage.ru_maxrss)
    assert peaks[1] <= peaks[0] * 1.1


def test_a_saved_composition_is_the_same_composition(tmp_path: Path) -> None:
    from render_engine.document.load import load_source

    composition = captioned(title="Saved")
    composition.save(tmp_path / "saved.json")
    assert load_source(str(tmp_path / "saved.json")).composition == composition


def test_a_group_fades_as_one() -> None:
    pair = [
        Shape.model_validate({"shape": "rect", "size": [40, 40], "fill": "white", "position": [x, 50]})
        for x in (40, 60)
    ]
    picture = Composition(size=(100, 100), duration=1, layers=[Group(opacity=0.5, layers=pair)]).frame(0)
    assert picture[50, 50, 0] == picture[50, 30, 0] == pytest.approx(128, abs=1)


def test_what_a_person_may_not_expect_is_noted(tmp_path: Path) -> None:
    fields = {
        "size": [320, 180],
        "duration": 0.2,
        "background": "transparent",
        "layers": [{"type": "text", "text": "a"}],
    }
    result = Composition.model_validate(fields).render(tmp_path / "square.mp4", size=(200, 200), encoder="x264")
    assert any("320×180" in note for note in result.notes)
    assert any("stands on black" in note for note in result.notes)
    clip = Composition(size=(320, 180), duration=0.2, fps=25, layers=[Video(source=str(CLIP), size=(320, 180))])
    assert [note for note in clip.render(tmp_path / "quiet.gif").notes if "sound was left out" in note]
    assert clip.render(tmp_path / "plain.mp4").notes == ()
