"""Films that never leave the card: drawn there, encoded by FFmpeg's NVENC over a stand-in that writes what it is given."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.context import Flags

from render_engine.cpu.frames import Frames as CpuFrames
from render_engine.cuda.frames import Frames
from render_engine.document.load import load_source
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate
from tests.cuda.comparing import SCENES
from tests.cuda.drivers import PROGRAM, ROOT, drivers, run_python
from tests.cuda.host_device import HostDevice

SCENE = str(SCENES / "transition-iris-50.json")
SIZE = (320, 180)
CARD = ("--renderer", "cuda", "--encoder", "nvenc", "--size", "320x180", "--json")


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return drivers(tmp_path_factory.mktemp("driver"), "libnvidia-encode.so.1")


@pytest.fixture
def card(driver, tmp_path) -> dict[str, str]:
    """The environment of a machine with a card; what its encoder was asked for is told in the folder `nvenc`."""
    (tmp_path / "nvenc").mkdir()
    return driver | {"FRAMEKILN_CACHE": str(tmp_path / "cache"), "FAKE_NVENC_FOLDER": str(tmp_path / "nvenc")}


def framekiln(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run_python("-c", PROGRAM, *arguments, environment=environment)


def rendered(path: Path, *more: str, environment: dict[str, str]) -> dict:
    answer = framekiln("render", SCENE, "-o", str(path), *CARD, *more, environment=environment)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return json.loads(answer.stdout.splitlines()[-1])


@cache
def drawn(pix_fmt: str, by: type[Frames | CpuFrames] = Frames) -> list[bytes]:
    """The film's frames as the card's kernels make them, or the processor, each plane after the one before it."""
    scene = open_scene(load_source(SCENE, size=SIZE))
    on_card = {"device": HostDevice(), "on_card": True} if by is Frames else {}
    frames = by(*SIZE, "yuv420p10le" if pix_fmt == "p010le" else "yuv420p", scene.fonts, scene.media, **on_card)
    lists = [evaluate(scene, number / scene.fps) for number in range(scene.frames)]
    made = [samples_of(frame.reformat(format=pix_fmt)) for frame in frames.drawn(lists)]
    frames.close()
    return made


def samples_of(frame: av.VideoFrame) -> bytes:
    sizes = {"yuv420p": (1, 1, 1), "p010le": (2, 4)}[frame.format.name]  # bytes of one, or of a pair
    rows = [np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1) for plane in frame.planes]
    return b"".join(
        row[:, : plane.width * size].tobytes() for row, plane, size in zip(rows, frame.planes, sizes, strict=True)
    )


@pytest.mark.parametrize("speed", ["ultrafast", "medium"], ids=["in order", "out of order"])
def test_a_film_holds_the_very_samples_that_were_drawn(card, tmp_path, speed):
    """Surfaces are read as late as NVENC may: were one drawn over too soon, it would show."""
    path = tmp_path / "film.mp4"
    told = rendered(path, "--speed", speed, environment=card)
    assert told["encoder"] == "H.264 by NVENC"
    assert told["card"]["card_to_host"] == 0
    assert told["card"]["by_processor"] == 0
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        context = stream.codec_context
        tags = (context.color_range, context.colorspace, context.color_primaries, context.color_trc)
        assert tags == (1, 1, 1, 1), "BT.709, limited range"
        assert (stream.codec_context.codec_tag, stream.start_time) == ("avc1", 0)
        found = [frame.to_ndarray().tobytes() for frame in file.decode(stream)]
    assert len(found) == told["frames"]
    for number, (one, other) in enumerate(zip(found, drawn("yuv420p"), strict=True)):
        assert one == other, number
    receipt = json.loads((tmp_path / "film.mp4.receipt.json").read_text())
    assert receipt["card"]["card_to_host"] == 0
    assert receipt["encoder"]["got"] == "h264_nvenc"


ONE_FRAME_EACH = """
import av, sys
from fractions import Fraction
from pathlib import Path
from render_engine.encode.segment import open_segment
from render_engine.encode.video_settings import VideoSettings

for speed in ("ultrafast", "veryfast", "medium", "veryslow"):
    settings = VideoSettings(320, 180, Fraction(20), "h264_nvenc", 31, speed)
    with open_segment(settings, Path(sys.argv[1])) as writer:
        writer.write(av.VideoFrame(320, 180, "yuv420p"))
"""


MANY_FRAMES = """
import av, sys
from fractions import Fraction
from pathlib import Path
from render_engine.cuda.frames import Frames
from render_engine.document.load import load_source
from render_engine.encode.segment import open_segment
from render_engine.encode.video_settings import VideoSettings
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate

scene = open_scene(load_source("hello-world", size=(320, 180)))
settings = VideoSettings(320, 180, Fraction(scene.fps), "h264_nvenc", speed="medium", renderer="cuda")
frames = Frames(320, 180, settings.pixel_format, scene.fonts, scene.media, on_card=True)
lists = [evaluate(scene, number / scene.fps) for number in range(48)]
with open_segment(settings, Path(sys.argv[1])) as writer:
    for frame in frames.drawn(lists):
        writer.write(frame)
frame = None
with av.open(sys.argv[1]) as file:
    found = [frame.to_ndarray() for frame in file.decode(video=0)]
drawn = [frames.draw(each).reformat(format="yuv420p").to_ndarray() for each in lists]
frames.close()
print([number for number in range(48) if (found[number] != drawn[number]).any()])
"""


def test_no_surface_is_drawn_over_while_nvenc_may_read_it(card, tmp_path):
    """Longer than FFmpeg keeps frames: its n-th one goes with the n-th packet, which may be of another."""
    answer = run_python("-c", MANY_FRAMES, str(tmp_path / "segment"), environment=card)
    assert answer.stdout.strip() == "[]", answer.stderr


def one_packet(path: Path, codec: str) -> None:
    """What the stand-in gives for every frame of HEVC and AV1: headers, and a keyframe of this size in 10 bits."""
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = *SIZE, "yuv420p10le"
    context.time_base, context.framerate = Fraction(1, 20), Fraction(20)
    context.options = {"x265-params": "info=0:log-level=none"} if codec == "libx265" else {}
    context.flags |= Flags.global_header
    packets = [*context.encode(av.VideoFrame(*SIZE, "yuv420p10le")), *context.encode(None)]
    chunks = [bytes(context.extradata or b""), bytes(packets[0])]
    path.write_bytes(b"".join(struct.pack("<I", len(chunk)) + chunk for chunk in chunks))


@pytest.mark.parametrize(
    ("encoder", "like", "renderer"),
    [("hevc_nvenc", "libx265", "cuda"), ("av1_nvenc", "libsvtav1", "cuda"), ("hevc_nvenc", "libx265", "cpu")],
)
def test_10_bits_reach_the_encoder_as_they_were_drawn(card, tmp_path, encoder, like, renderer):
    one_packet(tmp_path / "packets", like)
    environment = card | {"FAKE_NVENC_PACKETS": str(tmp_path / "packets")}
    deep = ("--renderer", renderer, "--encoder", encoder, "--bit-depth", "10")
    told = rendered(tmp_path / "film.mp4", *deep, environment=environment)
    reached = {path.read_bytes() for path in (tmp_path / "nvenc").glob("*.raw")}
    reached = {frame for frame in reached if len(frame) == SIZE[0] * SIZE[1] * 3}  # the trial's is another size
    assert reached == set(drawn("p010le", Frames if renderer == "cuda" else CpuFrames))
    assert len(reached) > 10
    if renderer == "cuda":
        assert told["card"]["card_to_host"] == 0
    with av.open(str(tmp_path / "film.mp4")) as file:
        assert file.streams.video[0].codec_context.codec_tag == {"hevc_nvenc": "hvc1", "av1_nvenc": "av01"}[encoder]
        formats = [frame.format.name for frame in file.decode(video=0)]
    assert formats == ["yuv420p10le"] * told["frames"]


def test_speed_and_quality_are_nvencs_own(card, tmp_path):
    """Of frames that the processor drew, too, which go up as they are."""
    answer = run_python("-c", ONE_FRAME_EACH, str(tmp_path / "segment"), environment=card)
    assert answer.returncode == 0, answer.stderr
    told = (tmp_path / "nvenc" / "sessions").read_text().splitlines()
    for preset, session in zip(("p1", "p2", "p5", "p7"), told, strict=True):
        assert re.match(rf"h264 {preset} 320x180 gop=80 interval=\d rate=1 quality=31 peak=0", session), "variable, 4 s"


def test_why_an_encoder_does_not_open_is_told(card, tmp_path):
    small = framekiln(
        "render", SCENE, "-o", str(tmp_path / "film.mp4"), *CARD[:4], "--size", "100x64", environment=card
    )
    assert small.returncode == 2
    assert "H.264 by NVENC at 100x64 could not be opened: InitializeEncoder failed: invalid param (8)" in small.stderr
    assert not (tmp_path / "film.mp4").exists()


def test_a_card_without_10_bits_is_told(card, tmp_path):
    path, deep = tmp_path / "film.mp4", ("--encoder", "hevc_nvenc", "--bit-depth", "10")
    one_packet(tmp_path / "packets", "libx265")
    environment = card | {"FAKE_NVENC_8_BITS": "1", "FAKE_NVENC_PACKETS": str(tmp_path / "packets")}
    refused = framekiln("render", SCENE, "-o", str(path), *CARD, *deep, environment=environment)
    assert refused.returncode == 2
    assert "H.265 by NVENC at 320x180 could not be opened: 10 bit encode not supported" in refused.stdout


def test_a_card_without_nvenc_is_told(card, tmp_path):
    without = card | {"FAKE_NVENC_SESSIONS": "0", "FAKE_NVENC_REFUSES": "2", "FRAMEKILN_CACHE": str(tmp_path)}
    told = framekiln("doctor", environment=without).stdout
    assert told.count("this card has no NVENC") == 3


def test_a_driver_too_old_for_nvenc_is_told_with_the_one_it_takes(card):
    told = framekiln("doctor", environment=card | {"FAKE_NVENC_OLD": "1"}).stdout
    assert (
        "Driver does not support the required nvenc API version. Required: 13.0 Found: 12.2. The minimum required"
        in told
    )


def test_what_a_card_does_not_encode_is_told(card):
    """Without packets to give, the stand-in refuses all but H.264."""
    told = framekiln("doctor", environment=card).stdout
    assert "✓ h264_nvenc" in told
    assert "H.265 by NVENC: InitializeEncoder failed: unsupported param (12): (no details)" in told


# ------------------------------------------------------------------------------------------------- sessions


@contextmanager
def taken(card: dict[str, str], number: int = 0) -> Iterator[None]:
    """A session that another program has."""
    with Path(card["FAKE_NVENC_FOLDER"], f"session-{number}").open("wb") as place:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield


def started(path: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, "render", SCENE, "-o", str(path), *CARD]
    return subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, stdout=subprocess.PIPE, text=True
    )


def until_it_waits(render: subprocess.Popen[str]) -> dict:
    assert render.stdout
    return next(event for event in map(json.loads, render.stdout) if event.get("waiting"))


def test_fewer_sessions_than_workers_are_enough(card, tmp_path):
    three = ("--encoder", "auto", "--workers", "3")
    told = rendered(tmp_path / "film.mp4", *three, environment=card | {"FAKE_NVENC_SESSIONS": "1"})
    assert (told["workers"], told["encoder"]) == (3, "H.264 by NVENC")
    assert told["reason"] == "NVENC opens on this machine"
    with av.open(str(tmp_path / "film.mp4")) as file:
        assert sum(1 for _ in file.decode(video=0)) == told["frames"]


@pytest.mark.parametrize("refusal", ["10", "21"], ids=["drivers of today", "older ones"])
def test_a_render_waits_for_a_session_and_says_so(card, tmp_path, refusal):
    environment = card | {"FAKE_NVENC_SESSIONS": "1", "FAKE_NVENC_REFUSES": refusal}
    with taken(card):
        render = started(tmp_path / "film.mp4", environment)
        assert until_it_waits(render)["waiting"] == "waiting for an NVENC session: the card has no more free"
    out, _ = render.communicate(timeout=120)
    assert render.returncode == 0
    last = json.loads(out.splitlines()[-1])
    assert (last["event"], last["encoder"]) == ("done", "H.264 by NVENC"), "that none was free does not mean no NVENC"


def test_a_render_that_waits_can_be_ended(card, tmp_path):
    environment = card | {"FAKE_NVENC_SESSIONS": "1"}
    with taken(card):
        render = started(tmp_path / "film.mp4", environment)
        until_it_waits(render)
        render.send_signal(signal.SIGINT)
        render.communicate(timeout=60)
    assert render.returncode == 130
    assert not (tmp_path / "film.mp4").exists()
