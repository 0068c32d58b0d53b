"""Videos decoded by NVDEC: FFmpeg's real decoders and nvdec.c over a card whose memory is the host's, which knows the pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.bitstream import BitStreamFilterContext

from render_engine.media.card_decoding import CardDecoding
from render_engine.media.probe import probe
from tests.cuda.comparing import SCENES
from tests.cuda.decoded import CODECS, FRAMES, SIZE, film, lay_out
from tests.cuda.drivers import PROGRAM, drivers, run_python

READ = """
import json, sys
from pathlib import Path
from render_engine.cuda.device import open_device
from render_engine.cuda.memory import Memory
from render_engine.cuda.nvdec import refusal
from render_engine.cuda.texture import downloaded
from render_engine.cuda.video import from_planes
from render_engine.media.card_decoding import CardDecoding, is_on_card
from render_engine.media.probe import probe
from render_engine.media.video import VideoReader

path = Path(sys.argv[1])
info = probe(path).video
device = open_device()
free = device.card().free
memory, card = Memory(device), CardDecoding(refusal)
one, other = VideoReader(path, info, card), VideoReader(path, info)
on_card = 0
for index, size in zip([0, 1, 2, 30, 31, 5, 4, 3, 20, 39, 39, 0], [(192, 108), (96, 54), (250, 140)] * 4):
    there, here = one.coded(index), other.coded(index)
    on_card += is_on_card(there)
    assert (downloaded(from_planes(memory, there, info, size)) == downloaded(from_planes(memory, here, info, size))).all(), index
    assert (one.bgra(index, *size) == other.bgra(index, *size)).all(), index
one.close()
del one, there, here
memory.close()
print(json.dumps([on_card, device.card().free == free, card.told()]))
"""


ORDER = (
    READ.split("on_card = 0")[0]
    + """
order = []
for name in ("record", "wait", "launch"):
    def noted(*arguments, name=name, do=getattr(device, name)):
        answer = do(*arguments)
        streams = {id(device.null_stream): "ffmpeg's", id(memory.stream): "ours"}
        order.append((name, *(streams[id(each)] for each in arguments if id(each) in streams)))
        return answer
    setattr(device, name, noted)
from_planes(memory, one.coded(0), info, (192, 108))
print(*order, sep="\\n")
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nvdec")


@pytest.fixture(scope="module")
def card(folder: Path) -> dict[str, str]:
    """The environment of a card whose NVDEC knows a film of each codec, which lie in the folder."""
    for codec in CODECS:
        assert lay_out(film(folder, codec), folder / "pictures") == FRAMES
    found = drivers(folder / "drivers", "libnvcuvid.so.1")
    return found | {"FAKE_NVDEC": str(folder / "pictures"), "FRAMEKILN_CACHE": str(folder / "cache")}


def read(folder: Path, codec: str, environment: dict[str, str]) -> tuple[int, bool, dict]:
    """Frames that came on the card of twelve; whether its memory was given back; what was told."""
    path = folder / f"{codec}.{CODECS[codec][1]}"
    answer = run_python("-c", READ, str(path), environment=environment)
    assert answer.returncode == 0, answer.stderr
    on_card, freed, told = json.loads(answer.stdout)
    return on_card, freed, told


@pytest.mark.parametrize("codec", CODECS)
def test_each_codec_is_decoded_on_the_card_to_the_same_pixels(card, folder, codec):
    """Forwards, backwards and far away, at its size, half and larger; downloaded for the processor too."""
    on_card, freed, told = read(folder, codec, card)
    assert on_card == 12
    assert told["decoded_by_processor"] == 0
    assert told["decoded_on_card"] >= 12
    assert told["refused_by_nvdec"] == {}
    assert freed, "frames and surfaces"


def test_frames_are_read_after_ffmpeg_wrote_them_and_before_it_does_again(card, folder):
    answer = run_python("-c", ORDER, str(folder / "h264.mp4"), environment=card)
    assert answer.stdout.splitlines() == [
        "('record', \"ffmpeg's\")",
        "('wait', 'ours')",
        "('launch', 'ours')",
        "('record', 'ours')",
        "('wait', \"ffmpeg's\")",
    ], answer.stderr


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"codec": "prores"}, "PRORES is decoded by the processor"),
        ({"codec": "mpeg2video"}, "MPEG2VIDEO is decoded by the processor"),
        ({"pixel_format": "yuv444p"}, "yuv444p is decoded by the processor"),
        ({"has_alpha": True}, "yuv420p is decoded by the processor"),
        ({"transfer": "hlg"}, "HDR and wide gamut are decoded and mapped by the processor"),
        ({"interlaced": True}, "interlaced video is decoded and deinterlaced by the processor"),
        ({"coded_height": 63}, "a picture with an odd side is decoded by the processor"),
    ],
)
def test_what_may_be_decoded_on_a_card(changed, why):
    info = probe(SCENES / "media" / "counter.mp4").video
    assert info
    assert CardDecoding(lambda *_: "").refusal(replace(info, **changed)) == why


def test_sizes_beyond_the_cards_are_told(card):
    ask = (
        "from render_engine.cuda.device import open_device; from render_engine.cuda.nvdec import refusal; device = open_device();"
        "print(refusal('h264', 8, 4098, 100), refusal('h264', 8, 32, 32), refusal('hevc', 10, 4096, 4096), sep='/')"
    )
    assert run_python("-c", ask, environment=card).stdout.strip().split("/") == [
        "4098×100 is more than the 4096×4096 that NVDEC takes of H.264",
        "32×32 is less than the 48×16 that NVDEC takes of H.264",
        "",
    ]


def test_doctor_tells_what_the_card_decodes(card, tmp_path):
    told = run_python("-c", PROGRAM, "doctor", environment=card | {"FAKE_NVDEC_WITHOUT": "11"}).stdout
    lines = {" ".join(line.split()) for line in told.splitlines()}
    assert "✓ NVDEC HEVC 8 bits up to 4096×4096, 10 bits up to 4096×4096" in lines
    assert "✓ NVDEC VP8 8 bits up to 4096×4096" in lines
    assert "NVDEC AV1 not by this card: by the CPU" in lines
    without = run_python("-c", PROGRAM, "doctor", environment=card | drivers(tmp_path / "drivers")).stdout
    assert "NVDEC libnvcuvid.so.1 cannot be loaded" in " ".join(without.split())


def test_a_codec_that_the_card_lacks_is_decoded_by_the_processor(card, folder):
    on_card, _, told = read(folder, "av1", card | {"FAKE_NVDEC_WITHOUT": "11"})
    assert on_card == told["decoded_on_card"] == 0
    assert told["refused_by_nvdec"] == {"av1.mp4": "NVDEC of this card takes no AV1 in 8 bits"}


def test_a_decoder_that_fails_in_the_middle_is_made_up_for(card, folder):
    on_card, _, told = read(folder, "h264", card | {"FAKE_NVDEC_FAILS_AT": "9"})
    assert 0 < on_card < 12
    assert told["decoded_by_processor"] > 0
    assert told["refused_by_nvdec"]["h264.mp4"].startswith("the card failed at it")


@pytest.mark.parametrize("codec", CODECS)
def test_a_decoder_that_cannot_begin_is_made_up_for(card, folder, codec):
    on_card, freed, told = read(folder, codec, card | {"FAKE_NVDEC_FAILS_AT": "0"})
    assert (on_card, freed) == (0, True)
    assert told["decoded_by_processor"] >= 12
    assert next(iter(told["refused_by_nvdec"].values())).startswith("the card failed at it")


def test_a_picture_cut_at_its_left_is_decoded_by_the_processor(card, folder):
    """FFmpeg cuts what lies on a card at the right and below alone."""
    path = folder / "cut.mp4"
    with av.open(str(folder / "h264.mp4")) as source, av.open(str(path), "w") as file:
        stream = file.add_stream_from_template(source.streams.video[0])
        cut = BitStreamFilterContext("h264_metadata=crop_left=64", source.streams.video[0], stream)
        for packet in [*source.demux(video=0), None]:
            for changed in cut.filter(packet if packet and packet.size else None):
                changed.stream = stream
                file.mux(changed)
            if packet is None or not packet.size:
                break
    answer = run_python("-c", READ, str(path), environment=card)
    on_card, _, told = json.loads(answer.stdout)
    assert on_card == 0
    assert told["refused_by_nvdec"] == {"cut.mp4": "its picture is cut at the left or above, or changes its size"}


def test_a_driver_without_nvdec_is_told(card, folder, tmp_path):
    on_card, _, told = read(folder, "h264", card | drivers(tmp_path / "drivers"))
    assert on_card == 0
    assert "libnvcuvid.so.1 cannot be loaded" in told["refused_by_nvdec"]["h264.mp4"]


def rendered(path: Path, document: Path, environment: dict[str, str], encoder: str = "x264") -> tuple[dict, np.ndarray]:
    order = ("render", str(document), "-o", str(path), "--renderer", "cuda", "--encoder", encoder, "--json")
    answer = run_python("-c", PROGRAM, *order, environment=environment)
    assert answer.returncode == 0, answer.stderr
    with av.open(str(path)) as file:
        frames = np.stack([frame.to_ndarray() for frame in file.decode(video=0)])
    return json.loads(answer.stdout.splitlines()[-1]), frames


def test_a_film_of_decoded_frames_is_the_same_film_and_few_bytes_go_up(card, folder, tmp_path):
    """Whole; turned; and with round corners."""
    layers = [
        {"type": "video", "source": "h264.mp4"},
        {"type": "video", "source": "hevc.mp4", "size": [90, None], "rotation": 10, "opacity": 0.5},
        {"type": "video", "source": "vp9.webm", "size": [60, 60], "position": [60, 54], "radius": 30, "fit": "cover"},
    ]
    document = {"framekiln": 1, "size": list(SIZE), "duration": 1.2, "fps": 25, "layers": layers}
    path = folder / "film.json"
    path.write_text(json.dumps(document))
    decoded, there = rendered(tmp_path / "card.mp4", path, card)
    sent, here = rendered(
        tmp_path / "sent.mp4", path, card | drivers(tmp_path / "drivers") | {"FRAMEKILN_CACHE": str(tmp_path)}
    )
    assert (there == here).all()
    one, other = decoded["card"], sent["card"]
    assert one["decoded_on_card"] >= 3 * len(there)
    assert one["decoded_by_processor"] == 0
    assert other["decoded_on_card"] == 0
    assert other["decoded_by_processor"] > 0
    assert one["host_to_card"] < other["host_to_card"] / 2
    assert not decoded["notes"]
    assert [note for note in sent["notes"] if note.startswith("h264.mp4 was decoded by the processor: libnvcuvid.so.1")]


def test_from_nvdec_to_nvenc_no_pixel_leaves_the_card(card, folder, tmp_path):
    document = {"framekiln": 1, "size": list(SIZE), "duration": 1.2, "fps": 25}
    document["layers"] = [{"type": "video", "source": f"{codec}"} for codec in ("av1.mp4", "hevc.mp4")]
    document["layers"][1] |= {"size": [90, None], "rotation": 10}
    path = folder / "whole.json"
    path.write_text(json.dumps(document))
    found = drivers(tmp_path / "drivers", "libnvcuvid.so.1", "libnvidia-encode.so.1")
    answer, frames = rendered(tmp_path / "film.mp4", path, card | found | {"FRAMEKILN_CACHE": str(tmp_path)}, "nvenc")
    cost = answer["card"]
    assert len(frames) == 30
    assert (cost["card_to_host"], cost["decoded_by_processor"]) == (0, 0)
    assert cost["host_to_card"] < 1000 * cost["frames"], "where sprites stand"
