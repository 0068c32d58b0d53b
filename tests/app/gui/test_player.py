"""The preview: real processes draw, the newest wish wins, what is seen is what is rendered."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
from pytestqt.qtbot import QtBot

from app.preview.frames import Frames
from app.preview.messages import Drawn
from app.preview.pace import Auto, Pace
from app.preview.player import Player, Shown, Source
from app.preview.sound import RATE, Fill, SoundOut
from app.preview.still import FullFrame
from app.preview.wanted import coming
from render_engine.encode.video_settings import VideoSettings
from render_engine.fidelity import asked_psnr, worst_psnr


def silent(fill: Fill) -> Any:
    raise OSError("PortAudio library not found")


@pytest.fixture
def player(qtbot: QtBot) -> Iterator[Player]:
    made = Player(sound=SoundOut(silent))
    made.set_divider(1)
    yield made
    made.close()


def first_shown(qtbot: QtBot, player: Player, source: str, **props: Any) -> Shown:
    with qtbot.waitSignal(player.shown) as shown:
        player.open(Source(source, props))
    return shown.args[0]


def at(qtbot: QtBot, player: Player, frame: int) -> Shown:
    player.seek(frame)
    qtbot.waitUntil(lambda: is_shown(player, frame))
    assert player.last_shown
    return player.last_shown


def is_shown(player: Player, frame: int) -> bool:
    shown = player.last_shown
    return shown is not None and shown.exact and shown.frame == frame


def child_of(player: Player) -> psutil.Process:
    return psutil.Process(player.process._process.processId())


# ------------------------------------------------------------------------------------------------------ what is seen


def test_what_is_seen_is_what_is_rendered(qtbot: QtBot, player: Player, film: Path, tmp_path: Path) -> None:
    out = tmp_path / "film.mp4"
    subprocess.run([sys.executable, "-m", "app", "render", str(film), "-o", str(out)], check=True, capture_output=True)
    first_shown(qtbot, player, str(film))
    assert_shows(qtbot, player, out)


def assert_shows(qtbot: QtBot, player: Player, rendered: Path) -> None:
    """The frames of a file of 160×90, 20 of them."""
    with av.open(str(rendered)) as file:
        decoded = list(file.decode(video=0))
    assert len(decoded) == 20
    least = asked_psnr(VideoSettings(160, 90, Fraction(10), "x264"))
    for frame in (0, 7, 19):
        image = at(qtbot, player, frame).image
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        drawn = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "bgra")
        near = drawn.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        assert worst_psnr(near, decoded[frame]) > least


def test_a_saved_frame_is_the_same_at_any_resolution_of_the_preview(qtbot: QtBot, player: Player, film: Path) -> None:
    full = at(qtbot, player, first_shown(qtbot, player, str(film)).frame + 12).image
    player.set_divider(4)
    qtbot.waitUntil(lambda: player.last_shown is not None and player.last_shown.image.width() == 40)
    saved = FullFrame(Source(str(film), {}), 12)
    with qtbot.waitSignal(saved.drawn) as drawn:
        pass
    assert drawn.args[0] == full


def test_resolution_is_always_said(qtbot: QtBot, player: Player, film: Path) -> None:
    first_shown(qtbot, player, str(film))
    assert player.resolution_words == "Full"
    player.set_resolution("auto")
    assert player.resolution_words == "Auto Full"  # a small film
    player.set_resolution(4)
    assert player.resolution_words == "¼"


# ----------------------------------------------------------------------------------------------- a hand that scrubs


def test_the_newest_wish_is_drawn_and_those_before_are_forgotten(qtbot: QtBot, player: Player, film: Path) -> None:
    first_shown(qtbot, player, str(film))
    frames: list[int] = []
    player.shown.connect(lambda shown: frames.append(shown.frame))
    for frame in (*range(19, 3, -1), 3):
        player.seek(frame)
    qtbot.waitUntil(lambda: is_shown(player, 3))
    assert frames[-1] == 3
    assert len(frames) < 17


def test_a_long_scrub_never_runs_out_of_memory_for_frames(qtbot: QtBot, player: Player, film: Path) -> None:
    first_shown(qtbot, player, str(film))
    for k in range(400):
        player.seek(k * 7 % 20)
    at(qtbot, player, 11)


def test_a_far_frame_is_shown_by_its_keyframe_first_and_marked(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    film = with_video(tmp_path, seconds=6)
    first_shown(qtbot, player, str(film))
    seen: list[Shown] = []
    player.shown.connect(seen.append)
    at(qtbot, player, 170)
    assert [shown.exact for shown in seen if shown.frame == 170] == [False, True]
    rough, exact = (brightness(shown) for shown in seen if shown.frame == 170)
    assert rough < exact  # the keyframe is the black beginning; the film grows brighter
    assert at(qtbot, player, 171).exact


def with_video(folder: Path, seconds: int) -> Path:
    """One keyframe at the beginning of a picture that grows brighter."""
    with av.open(str(folder / "ramp.mp4"), "w") as out:
        stream: Any = out.add_stream("libx264", 30, options={"preset": "ultrafast", "g": "1000", "sc_threshold": "0"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for number in range(30 * seconds):
            grey = np.full((720, 1280, 3), number, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        out.mux(stream.encode())
    document = {
        "framekiln": 1,
        "size": [320, 180],
        "fps": 30,
        "duration": seconds,
        "layers": [{"type": "video", "source": "ramp.mp4", "fit": "cover", "size": [320, 180]}],
    }
    path = folder / "ramp.json"
    path.write_text(json.dumps(document))
    return path


def brightness(shown: Shown) -> int:
    return shown.image.pixelColor(100, 100).red()


# ------------------------------------------------------------------------------------------------------------ playing


def test_playing_goes_to_the_end_and_stops_there(qtbot: QtBot, player: Player, film: Path) -> None:
    first_shown(qtbot, player, str(film))
    told: list[float] = []
    player.playing_changed.connect(told.append)
    seen: list[int] = []
    player.shown.connect(lambda shown: seen.append(shown.frame))
    player.play()
    qtbot.waitUntil(lambda: not player.speed)
    assert told == [1.0, 0.0]
    assert player.frame == 19
    assert seen == sorted(seen)
    qtbot.waitUntil(lambda: is_shown(player, 19))
    assert len({*seen, 0}) + player.skipped == 20  # every frame was shown or is counted


def test_what_is_too_slow_to_be_drawn_in_time_is_shown_as_far_as_it_goes(
    qtbot: QtBot, player: Player, tmp_path: Path
) -> None:
    """Each frame takes several frames' time: what is asked for is what will be due when it is drawn."""
    first_shown(qtbot, player, str(slow(tmp_path)))
    seen: list[int] = []
    player.shown.connect(lambda shown: seen.append(shown.frame))
    player.play()
    qtbot.waitUntil(lambda: not player.speed)
    qtbot.waitUntil(lambda: is_shown(player, 599))
    assert len({*seen} - {0, 599}) > 4
    assert len({*seen, 0}) + player.skipped == 600


def slow(folder: Path) -> Path:
    grain = {"type": "grain", "amount": 0.5, "fps": 120}
    layer = {"type": "shape", "fill": "red", "effects": [grain, {"type": "blur", "radius": 20}]}
    document = {"framekiln": 1, "size": [1280, 720], "fps": 120, "duration": 5, "layers": [layer]}
    path = folder / "slow.json"
    path.write_text(json.dumps(document))
    return path


def test_in_and_out_loop(qtbot: QtBot, player: Player, film: Path) -> None:
    first_shown(qtbot, player, str(film))
    player.set_range((5, 9))
    player.set_loop(True)
    seen: list[int] = []
    player.moved.connect(seen.append)
    player.play()
    qtbot.waitUntil(lambda: seen.count(5) > 2)
    player.pause()
    assert set(seen) <= {5, 6, 7, 8}


def test_j_and_l_double_and_turn(qtbot: QtBot, player: Player, film: Path) -> None:
    first_shown(qtbot, player, str(film))
    player.seek(10)
    speeds = []
    for direction in (1, 1, 1, -1, -1):
        player.faster(direction)
        speeds.append(player.speed)
    player.pause()
    assert speeds == [1.0, 2.0, 4.0, -1.0, -2.0]


def test_no_sound_is_said_once_and_the_film_plays(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    said: list[str] = []
    player.silent.connect(said.append)
    first_shown(qtbot, player, str(with_sound(tmp_path)))
    for _ in range(2):
        player.play()
        qtbot.waitUntil(lambda: not player.speed)
    assert said == ["No sound: PortAudio library not found"]


def with_sound(folder: Path) -> Path:
    with av.open(str(folder / "tone.wav"), "w") as out:
        stream: Any = out.add_stream("pcm_s16le", RATE)
        stream.layout = "stereo"
        tone = np.full((1, 2 * RATE), 8192, np.int16)
        frame = av.AudioFrame.from_ndarray(tone, "s16", "stereo")
        frame.sample_rate = RATE
        out.mux(stream.encode(frame))
        out.mux(stream.encode())
    document = {
        "framekiln": 1,
        "size": [64, 36],
        "fps": 10,
        "duration": 1,
        "layers": [{"type": "audio", "source": "tone.wav"}],
    }
    path = folder / "tone.json"
    path.write_text(json.dumps(document))
    return path


# ------------------------------------------------------------------------------------------------------------ trouble


def test_a_process_that_is_killed_is_started_again_and_the_picture_stays(
    qtbot: QtBot, player: Player, film: Path
) -> None:
    before = first_shown(qtbot, player, str(film))
    said: list[str] = []
    player.trouble.connect(said.append)
    with qtbot.waitSignal(player.opened):
        os.kill(child_of(player).pid, signal.SIGKILL)
    assert said == ["the preview's process crashed; it is started again"]
    assert player.last_shown is not None
    assert player.last_shown.image == before.image
    at(qtbot, player, 15)


def test_a_document_that_breaks_is_told_with_its_path_and_the_picture_stays(
    qtbot: QtBot, player: Player, film: Path
) -> None:
    first_shown(qtbot, player, str(film))
    shown = at(qtbot, player, 8)
    document = json.loads(film.read_text())
    document["layers"][1]["size"] = "big"
    with qtbot.waitSignal(player.failed) as failed:
        player.open(Source(str(film), {}, document=document))
    assert [problem.path for problem in failed.args[0].problems] == ["layers[1].size"]
    assert player.last_shown is shown
    with qtbot.waitSignal(player.shown):
        player.open(Source(str(film), {}))
    assert player.frame == 8  # the playhead stayed
    assert player.problem is None


def test_the_process_ends_with_the_window(qtbot: QtBot, film: Path) -> None:
    player = Player(sound=SoundOut(silent))
    first_shown(qtbot, player, str(film))
    child = child_of(player)
    player.close()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert not player.sound.file.exists()


# ---------------------------------------------------------------------------------------- bookkeeping, without a display


def drawn(frames: Frames, frame: int, slot: int, order: int | None = None, exact: bool = True) -> bool:
    return frames.take(Drawn(1, order or frames.order, frame, slot, 1.0, exact))


def test_frames_that_are_let_go_give_their_slots_back() -> None:
    frames = Frames(3)
    for frame in range(100):
        assert len(frames.ask([frame, frame + 1])) == 2
    assert frames.ranges == ()


def test_a_late_frame_of_an_earlier_order_is_not_looked_at() -> None:
    frames = Frames(1)
    ((_, slot),) = frames.ask([10])
    frames.ask([20])  # takes the only slot
    frames.ask([10])
    assert not drawn(frames, 10, slot, order=1)
    assert drawn(frames, 10, slot, order=3)
    assert frames.ranges == ((10, 11),)


def test_a_frame_let_go_while_it_is_drawn_is_taken_as_long_as_its_slot_is_free() -> None:
    frames = Frames(3)
    ((_, slot),) = frames.ask([10])
    frames.ask([20])
    assert drawn(frames, 10, slot, order=1)
    assert 10 in frames
    given = {slot for _, slot in frames.ask([20, 30])}
    assert slot not in given


def test_what_would_come_too_late_is_not_asked_for() -> None:
    assert list(coming(0, 5, 1, (0, 100), loop=False, late=3))[:2] == [8, 9]
    assert list(coming(40, 30, -2, (0, 100), loop=False, late=3))[:2] == [26, 24]
    assert list(coming(0, 5, 1, (0, 9), loop=False, late=3)) == [8]
    assert list(coming(90, 97, 1, (80, 100), loop=True, late=1))[:3] == [98, 99, 80]


def test_an_asked_frame_that_is_asked_again_may_come_by_either_order() -> None:
    frames = Frames(2)
    asked = frames.ask([10])
    assert frames.ask([10]) == asked
    assert drawn(frames, *asked[0], order=1)


def test_the_frame_looked_at_longest_ago_makes_room() -> None:
    frames = Frames(2)
    for frame, slot in frames.ask([1, 2]):
        drawn(frames, frame, slot)
    frames.slot(1)
    frames.ask([3])
    assert 1 in frames
    assert 2 not in frames


def test_pace_is_of_the_last_second_and_falls_while_nothing_comes() -> None:
    pace = Pace()
    for k in range(60):
        pace.shown(k / 30)
    assert pace.fps(59 / 30) == pytest.approx(30)
    assert pace.fps(59 / 30 + 0.5) < 20


def test_auto_goes_to_a_quarter_when_it_falls_short_and_back_when_there_is_room() -> None:
    auto, now = Auto(), 100.0
    auto.begin(now)
    assert auto.better(2, 20.0, 30.0, now) == 2  # not at the first word
    assert auto.better(2, 20.0, 30.0, now + 1.1) == 4
    auto.begin(now)
    for _ in range(60):
        auto.drawn(0.002)
    assert auto.better(4, 30.0, 30.0, now + 1) == 4  # it waits, so that it does not swing
    assert auto.better(4, 30.0, 30.0, now + 10) == 2


# -------------------------------------------------------------------------------------------- sound, by a device's clock


class Device:
    """Asks for sound when the test says so."""

    latency = 0.02

    def __init__(self, fill: Fill) -> None:
        self.fill, self.started = fill, False

    def start(self) -> None:
        self.started = True

    def abort(self) -> None:
        self.started = False

    def close(self) -> None:
        self.started = False

    def plays(self, samples: int, delay: float = 0.0) -> np.ndarray[Any, Any]:
        out = np.ones((samples, 2), np.float32)
        self.fill(out, samples, type("Times", (), {"outputBufferDacTime": 5 + delay, "currentTime": 5.0}), None)
        return out


class Bench:
    def __init__(self) -> None:
        self.time = 50.0
        self.devices: list[Device] = []
        self.sound = SoundOut(self._open, lambda: self.time)

    def _open(self, fill: Fill) -> Device:
        self.devices.append(Device(fill))
        return self.devices[-1]

    def play(self, qtbot: QtBot, seconds: float) -> Device:
        self.sound.play(seconds)
        qtbot.waitUntil(lambda: bool(self.devices) and self.devices[0].started)
        return self.devices[0]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.sound.close()


def test_time_stands_until_the_device_asks_then_it_is_the_devices(qtbot: QtBot, bench: Bench) -> None:
    device = bench.play(qtbot, 3.0)
    bench.time += 0.5
    assert bench.sound.position() == 3.0
    device.plays(480, delay=0.1)
    bench.time += 0.3
    assert bench.sound.position() == pytest.approx(3.0 + 0.2)
    device.plays(48_000, delay=0.1)  # it had run dry for a while: what is heard now counts
    bench.time += 0.5
    assert bench.sound.position() == pytest.approx(3.01 - 0.1 + 0.5)


def test_what_is_mixed_is_heard_from_the_asked_moment_and_the_rest_is_silent(qtbot: QtBot, bench: Bench) -> None:
    mixed = np.repeat(np.arange(RATE, dtype=np.float32)[:, None], 2, 1) / RATE
    bench.sound.file.write_bytes(mixed[: RATE // 2].tobytes())
    bench.sound.mixed(RATE // 2)
    device = bench.play(qtbot, 0.49)
    assert np.array_equal(device.plays(400), mixed[23520:23920])
    assert not device.plays(400)[80:].any()
    bench.sound.muted = True
    bench.sound.play(0.0)
    assert not device.plays(400).any()


def test_a_device_that_never_asks_leaves_the_clock_to_the_machine(qtbot: QtBot, bench: Bench) -> None:
    bench.play(qtbot, 2.0)
    bench.time += 1.5
    assert bench.sound.position() == 2.0
    assert bench.sound.why
    bench.time += 0.25
    assert bench.sound.position() == pytest.approx(2.25)
