"""Receipts: what they hold, what they prove, and what each kind of damage is told as."""

from __future__ import annotations

import json
import shutil
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from render_engine import engine
from render_engine.checked import file_hash
from render_engine.document.composition import Composition
from render_engine.document.load import from_document, load_source
from render_engine.document.templates import TEMPLATES
from render_engine.encode.video_settings import VideoSettings
from render_engine.errors import BadInput
from render_engine.fidelity import asked_psnr, worst_psnr
from render_engine.receipt import read_receipt, receipt_path
from render_engine.render import RenderOptions, render
from render_engine.verify import verify

SCENES = Path(__file__).parents[1] / "scenes"
MOVES = {"keyframes": [{"at": 0, "value": [20, 20]}, {"at": 3, "value": [170, 110]}]}
FILM = {
    "framekiln": 1,
    "size": [192, 128],
    "fps": 10,
    "duration": 3,
    "background": "navy",
    "layers": [
        {"type": "image", "source": "pictures/dots.png", "size": [96, 64], "position": [60, 64]},
        {"type": "shape", "size": [30, 30], "position": MOVES},
        {"type": "text", "text": "Proof", "size": 30, "weight": 700},
        {"type": "audio", "source": "tone.wav"},
    ],
}  # fmt: skip


def make_film(folder: Path) -> Path:
    (folder / "pictures").mkdir()
    dots = np.random.default_rng(1).integers(0, 255, (8, 12, 3), np.uint8)
    Image.fromarray(dots).save(folder / "pictures" / "dots.png")
    tone = np.sin(np.arange(3 * 48000) / 20) * 9000
    with wave.open(str(folder / "tone.wav"), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
        file.writeframes(tone.astype("<i2").tobytes())
    (folder / "film.json").write_text(json.dumps(FILM))
    return folder / "film.json"


def render_film(document: Path, output: Path, **options) -> Path:
    loaded = from_document(document, str(document), {}, None)
    for _ in render(loaded, output, RenderOptions(workers=1, **options)):
        pass
    return output


@pytest.fixture(scope="module")
def rendered(tmp_path_factory) -> Path:
    """A folder with a film and what was made of it, out.mp4."""
    folder = tmp_path_factory.mktemp("film")
    document = make_film(folder)
    render_film(document, folder / "out.mp4")
    return folder


@pytest.fixture
def film(rendered: Path, tmp_path: Path) -> Path:
    """The same in a folder of the test's own; the receipt names the inputs of this folder."""
    folder = tmp_path / "film"
    shutil.copytree(rendered, folder)
    change_receipt(folder / "out.mp4", base=str(folder), document=str(folder / "film.json"))
    return folder


def change_receipt(output: Path, **fields) -> None:
    path = receipt_path(output)
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def findings(output: Path, **how) -> dict[str, list]:
    found = {}
    for finding in verify(output, **{"frames": 3, "seed": 1} | how):
        found.setdefault(finding.check, []).append(finding)
    return found


def refuted(output: Path) -> dict[str, str]:
    """What was found to be wrong."""
    return {
        check: each.message for check, several in findings(output).items() for each in several if each.proved is False
    }


def test_a_receipt_tells_what_was_made_from_what_by_what(film: Path):
    receipt = read_receipt(film / "out.mp4")
    assert receipt.engine == engine.engine_identity()
    assert (receipt.size, receipt.fps, receipt.span, receipt.frames) == ((192, 128), "10", (0, 30), 30)
    assert (receipt.encoder.asked, receipt.encoder.got) == ("auto", "x264")
    assert receipt.encoder.why
    assert "preset=veryfast" in receipt.encoder.settings
    assert [(each.path, each.kind) for each in receipt.inputs] == [
        ("pictures/dots.png", "image"),
        ("tone.wav", "sound"),
    ]
    assert [each.hash for each in receipt.inputs] == [file_hash(film / each.path) for each in receipt.inputs]
    assert [(font.family, font.weight, font.file) for font in receipt.fonts] == [("Inter", 700, "Inter_700Bold.ttf")]
    assert sum(segment.frames for segment in receipt.segments) == 30
    assert receipt.segments[1].first == receipt.segments[0].frames
    assert (receipt.file.name, receipt.file.bytes) == ("out.mp4", (film / "out.mp4").stat().st_size)
    assert receipt.sound


@pytest.mark.parametrize("source", [*TEMPLATES, *map(str, sorted(SCENES.glob("*[ae]-*.json")))])
def test_the_composition_of_a_receipt_reads_as_the_same_one(source: str):
    made = load_source(source).composition
    text = made.model_dump_json(by_alias=True, exclude_unset=True, warnings=False)
    again = Composition.model_validate(json.loads(text))
    assert again == made
    assert again.model_dump_json(by_alias=True, exclude_unset=True, warnings=False) == text


def test_a_file_as_it_was_rendered_is_proved(film: Path):
    found = findings(film / "out.mp4")
    assert all(each.proved for several in found.values() for each in several)
    assert list(found) == ["file", "pictures", "sound", "inputs", "engine", "fonts", "frame", "segment"]
    assert len(found["frame"]) == 3
    assert "was rendered again: the same bytes" in found["segment"][0].message
    assert "mixed again: the same bytes" in found["sound"][1].message


@pytest.mark.parametrize(
    ("name", "options", "checks"),
    [
        ("alpha.webm", {"alpha": True}, ["file", "pictures", "sound", "inputs", "engine", "fonts", "frame", "segment"]),
        ("out.mov", {"encoder": "prores-4444"}, ["file", "pictures", "sound", "inputs", "engine", "fonts", "frame", "segment"]),
        ("out.gif", {}, ["file", "pictures", "inputs", "engine", "fonts", "frame", "segment"]),
        ("pictures-out", {}, ["file", "pictures", "inputs", "engine", "fonts", "frame", "segment"]),
        ("shot_%03d.png", {}, ["file", "pictures", "inputs", "engine", "fonts", "frame", "segment"]),
        ("out.wav", {}, ["file", "sound", "inputs", "engine", "fonts"]),
        ("part.mp4", {"span": (7, 25)}, ["file", "pictures", "sound", "inputs", "engine", "fonts", "frame", "segment"]),
    ],
)  # fmt: skip
def test_every_format_is_proved(film: Path, name: str, options: dict, checks: list[str]):
    output = render_film(film / "film.json", film / name, **options)
    found = findings(output)
    assert list(found) == checks
    wrong = [each for several in found.values() for each in several if not each.proved]
    assert [each.check for each in wrong] == (["pictures"] if name == "out.gif" else [])  # a GIF's cannot be told


def test_a_picture_of_a_sequence_that_was_painted_over_is_found(film: Path):
    output = render_film(film / "film.json", film / "frames")
    Image.new("RGB", (192, 128), "red").save(output / "00002.png")
    found = findings(output, frames=30)
    assert not found["file"][0].proved
    assert found["pictures"][0].message == "segment 1 (frames 0 to 7) is not as encoded"
    assert [each.message for each in found["frame"] if not each.proved] == [
        "frame 1 (0.10 s) is not what the composition shows: the two must be equal, and are not"
    ]


def test_a_file_without_a_receipt_says_so(film: Path):
    receipt_path(film / "out.mp4").unlink()
    with pytest.raises(BadInput, match=r"out\.mp4 has no receipt: there is no out\.mp4\.receipt\.json beside it"):
        list(verify(film / "out.mp4"))


def test_a_receipt_without_its_file_says_so(film: Path):
    (film / "out.mp4").unlink()
    with pytest.raises(BadInput, match=r"out\.mp4 does not exist, though its receipt does"):
        list(verify(film / "out.mp4"))


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"receipt": 1}', '{"receipt": 1, "size": 3}'])
def test_a_damaged_receipt_says_so(film: Path, text: str):
    receipt_path(film / "out.mp4").write_text(text)
    with pytest.raises(BadInput, match=r"out\.mp4\.receipt\.json is not a receipt, or it was damaged"):
        list(verify(film / "out.mp4"))


def test_a_receipt_of_the_future_says_so(film: Path):
    change_receipt(film / "out.mp4", receipt=99)
    with pytest.raises(BadInput, match="is of version 99, and this Framekiln reads 1: update it"):
        list(verify(film / "out.mp4"))


def test_the_receipt_of_another_file_is_told(film: Path):
    (film / "film.json").write_text(json.dumps(FILM | {"background": "maroon"}))
    render_film(film / "film.json", film / "other.mp4")
    shutil.copy(film / "other.mp4", film / "out.mp4")
    told = refuted(film / "out.mp4")
    assert told["pictures"] == "none of its segments is one of the receipt's: it is another file's receipt"
    assert "is not what the composition shows" in told["frame"]


def test_a_file_that_is_cut_short_is_told(film: Path):
    output = film / "out.mp4"
    whole = output.read_bytes()
    output.write_bytes(whole[: len(whole) // 2])
    told = refuted(output)
    assert told["file"] == f"out.mp4 is cut short: {len(whole) // 2} of {len(whole)} bytes are there"
    assert "pictures" in told
    assert "cut short" in told["frame"]


def test_one_byte_changed_is_found_and_its_segment_named(film: Path):
    output = film / "out.mp4"
    data = bytearray(output.read_bytes())
    with av.open(str(output)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        place = packets[-2].pos + packets[-2].size // 2
    data[place] ^= 1
    output.write_bytes(data)
    told = refuted(output)
    assert told["file"] == "out.mp4 is not the file that was rendered: its bytes were changed"
    assert told["pictures"] == "segment 3 (frames 16 to 29) is not as encoded"


def test_other_words_in_the_container_leave_the_pictures_proved(film: Path):
    """As a program does that writes a title into a file."""
    output = film / "out.mp4"
    shutil.copy(output, film / "before.mp4")
    with av.open(str(film / "before.mp4")) as source, av.open(str(output), "w") as target:
        target.metadata["title"] = "Mine"
        streams = {each.index: target.add_stream_from_template(each) for each in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    assert list(refuted(output)) == ["file"]


def test_two_frames_that_changed_places_are_found(film: Path):
    """All of them keyframes, so that they decode in any order."""
    output = render_film(film / "film.json", film / "out.mov", encoder="prores")
    shutil.copy(output, film / "before.mov")
    with av.open(str(film / "before.mov")) as source:
        packets = [packet for packet in source.demux(video=0) if packet.size]
        contents = [bytes(packet) for packet in packets]
        with av.open(str(output), "w") as target:
            stream = target.add_stream_from_template(source.streams.video[0])
            for number, packet in enumerate(packets):
                other = {2: 20, 20: 2}.get(number, number)
                swapped = av.Packet(contents[other])
                swapped.pts, swapped.dts, swapped.duration = packet.pts, packet.dts, packet.duration
                swapped.time_base, swapped.stream, swapped.is_keyframe = packet.time_base, stream, True
                target.mux(swapped)
    found = findings(output, frames=30)
    assert (
        found["pictures"][0].message == "segment 1 (frames 0 to 7) and segment 3 (frames 16 to 29) are not as encoded"
    )
    wrong = [each.message.split(" (")[0] for each in found["frame"] if not each.proved]
    assert wrong == ["frame 2", "frame 20"]


def test_an_input_that_changed_since_is_named_and_nothing_is_drawn(film: Path):
    Image.new("RGB", (12, 8), "red").save(film / "pictures" / "dots.png")
    (film / "tone.wav").unlink()
    found = findings(film / "out.mp4")
    assert found["inputs"][0].message == "pictures/dots.png has changed since and tone.wav is not there any more"
    assert found["frame"][0].proved is None
    assert found["pictures"][0].proved


def test_a_font_that_is_another_one_now_is_named(film: Path):
    fonts = json.loads(receipt_path(film / "out.mp4").read_text())["fonts"]
    change_receipt(film / "out.mp4", fonts=[{**fonts[0], "hash": "0" * 32}])
    assert refuted(film / "out.mp4") == {"fonts": "Inter 700 is not the same font any more"}


def test_another_engine_is_told_and_promises_no_bytes(film: Path):
    change_receipt(film / "out.mp4", engine="0" * 32)
    found = findings(film / "out.mp4")
    assert found["engine"][0].proved is None
    assert "segment" not in found
    assert all(each.proved for each in found["frame"])


def test_a_receipt_whose_composition_was_changed_is_refuted_by_frame_and_key(film: Path):
    layers = json.loads(receipt_path(film / "out.mp4").read_text())["composition"]["layers"]
    layers[2]["text"] = "Prose"
    composition = json.loads(receipt_path(film / "out.mp4").read_text())["composition"] | {"layers": layers}
    change_receipt(film / "out.mp4", composition=composition)
    told = refuted(film / "out.mp4")
    assert list(told) == ["frame", "segment"]
    assert "its composition gives another key" in told["segment"]


def test_the_same_seed_chooses_the_same_frames(film: Path):
    one, two, other = (findings(film / "out.mp4", seed=seed)["frame"] for seed in (3, 3, 4))
    assert one == two
    assert one != other


def frame_of(pixels: np.ndarray, name: str = "bgra") -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "bgra").reformat(format=name)


def test_a_small_difference_is_measured_where_it_is():
    one = np.full((200, 300, 4), 100, np.uint8)
    one[..., 3] = 255
    other = one.copy()
    other[150:158, 250:258, :3] = 255
    exact = worst_psnr(frame_of(one), frame_of(one))
    near = worst_psnr(frame_of(one), frame_of(other))
    assert exact == float("inf")
    assert 20 < near < 32
    for name in ("yuv420p", "yuva444p10le", "bgr0"):
        assert worst_psnr(frame_of(one, name), frame_of(other, name)) < 35


def test_what_is_asked_of_a_frame_follows_its_codec():
    def asked(codec: str, **how) -> float:
        return asked_psnr(VideoSettings(64, 64, Fraction(30), codec, **how))

    assert asked("png") == float("inf")
    assert asked("x264", crf=10) > asked("x264") > asked("x264", crf=30) > asked("gif")
