"""A render may be stopped at any moment, by anyone: what is finished stays, the rest is made, the bytes are the same."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import psutil
import pytest

from render_engine import checked
from render_engine.cache_folder import VARIABLE
from render_engine.document.load import load_source
from render_engine.encode.audio import loudness, mix
from render_engine.errors import RenderFailed, Stopped
from render_engine.film import open_film, open_scene
from render_engine.render import Progress, render, render_film
from render_engine.segments.workers import worker_processes
from tests.render import sounds
from tests.render.filming import (
    RATE,
    Here,
    across,
    events,
    frames_in,
    made,
    options,
    program,
    rect,
    segments_in,
    write,
)

SLOW = {"effects": [{"type": "blur", "radius": 60}], "size": [900, 500]}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def slow(folder: Path, frames: int) -> Path:
    """Some 20 ms for each frame, so that there is a middle to be stopped in."""
    ends = [{"at": 0, "value": [0, 90]}, {"at": frames / RATE, "value": [320, 90]}]
    disc = {"type": "shape", "shape": "ellipse", "fill": "white", "position": {"keyframes": ends}} | SLOW
    return write(folder, [disc], frames, size=[640, 360])


def whole(cache: Path) -> bool:
    """Nothing in the journal is other than its name says."""
    return all(checked.is_whole(path) for path in segments_in(cache))


def left_over(cache: Path) -> list[Path]:
    return list((cache / "journal" / "work").glob("*/*"))


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child for child in process.children() if "segments.worker" in " ".join(child.cmdline())]
    return []


def told(process: subprocess.Popen[str], until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Reads what it tells up to the first event that is meant."""
    assert process.stdout
    for line in process.stdout:
        if until(event := json.loads(line)):
            return event
    raise AssertionError(process.stderr and process.stderr.read())


def test_a_render_killed_ten_times_goes_on_where_it_was_to_the_same_bytes(tmp_path: Path, cache: Path) -> None:
    document, output = slow(tmp_path, 320), tmp_path / "out.mp4"
    chance, found = random.Random(), []
    for attempt in range(10):
        process = program(document, output, "--workers", "1", cache=cache, start_new_session=True)
        found.append(told(process, lambda event: event.get("stage") == "draw")["reused"])
        if attempt % 3:
            told(process, lambda event: event.get("frame", 0) > 0 or event["event"] == "done")
        time.sleep(chance.uniform(0, 0.25))
        kill = os.killpg if attempt % 2 else os.kill  # with its workers, as a machine without power; or alone
        kill(process.pid, signal.SIGKILL)
        process.communicate()
    process = program(document, output, "--workers", "2", cache=cache)
    *_, done = events(process.communicate()[0])
    assert process.returncode == 0
    assert (done["segments"], done["drawn"]) == (16, 320 - 20 * done["reused"])
    assert [*found, done["reused"]] == [*sorted(found), done["reused"]]
    assert found[-1] <= done["reused"]
    assert done["reused"] > 0
    assert whole(cache)
    shutil.rmtree(cache)
    uninterrupted = made(document, tmp_path / "uninterrupted.mp4")
    assert uninterrupted.drawn == 320
    assert uninterrupted.path.read_bytes() == output.read_bytes()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_render_that_is_asked_to_stop_finishes_what_is_in_hand_and_no_more(
    tmp_path: Path, cache: Path, workers: int
) -> None:
    document, at_the_call = slow(tmp_path, 320), list[int]()
    film = open_film(load_source(str(document)), tmp_path / "out.mp4", options(workers=workers))

    def look(step: Progress) -> None:
        if step.stage == "draw" and step.frame >= 5 and not at_the_call:
            at_the_call.append(len(segments_in(cache)))

    with worker_processes(workers) as executor:
        steps = render_film(film, options(workers=workers), executor=executor, stopping=lambda: bool(at_the_call))
        with pytest.raises(Stopped, match="what is finished is kept"):
            list(map(look, steps))
    kept = len(segments_in(cache))
    assert at_the_call[0] < kept <= at_the_call[0] + 2 * workers  # each may have ended one at that very moment
    assert whole(cache)
    assert not left_over(cache)
    assert not film.output.path.exists()
    again = made(document, film.output.path, workers=workers)
    assert (again.reused, again.drawn) == (kept, 320 - 20 * kept)


def test_a_render_that_is_to_stop_before_it_draws_draws_nothing(tmp_path: Path, cache: Path) -> None:
    film = open_film(load_source(str(write(tmp_path, [across(40)]))), tmp_path / "out.mp4", options())
    here = Here()
    with pytest.raises(Stopped):
        list(render_film(film, options(), executor=here, stopping=lambda: True))
    assert not here.runs
    assert not segments_in(cache)


def test_a_resumed_render_says_how_much_is_already_rendered(tmp_path: Path, cache: Path, capsys) -> None:
    from app.cli.main import run

    document = write(tmp_path, [across(40)])
    made(document, tmp_path / "out.mp4", span=(0, 24))
    words = ["render", str(document), "-o", str(tmp_path / "out.mp4"), "--encoder", "x264", "--speed", "ultrafast"]
    assert run([*words, "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "3 of 5 segments already rendered, 16 frames to draw" in told
    assert "16 frames drawn, 3 of 5 segments already rendered, " in told
    assert run(words) == 0
    assert "nothing had to be drawn, all 5 segments were there" in capsys.readouterr().out


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_render_leaves_no_worker_and_no_partial_file_and_goes_on_later(
    tmp_path: Path, cache: Path, sent: signal.Signals, code: int
) -> None:
    document, output = slow(tmp_path, 320), tmp_path / "out.mp4"
    before = sorted(tmp_path.iterdir())
    process = program(document, output, "--workers", "2", cache=cache)
    told(process, lambda event: event.get("frame", 0) >= 40 and len(workers_of(psutil.Process(process.pid))) == 2)
    workers = workers_of(psutil.Process(process.pid))
    process.send_signal(sent)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert len(workers) == 2
    assert not any(worker.is_running() for worker in workers)
    assert left_over(cache) == []
    assert sorted(tmp_path.iterdir()) == sorted([*before, cache])
    kept = segments_in(cache)
    assert kept
    assert whole(cache)
    result = made(document, output)
    assert result.reused == len(kept)


def test_a_render_stopped_while_its_loudness_is_measured_ends_at_once(tmp_path: Path, cache: Path) -> None:
    source = sounds.write(tmp_path / "tone.wav", sounds.sine(440, 1))
    layers = [rect(20), {"type": "audio", "source": str(source), "when_over": "loop", "end": 1200}]
    loaded = load_source(str(write(tmp_path, layers, 12_000, loudness=-14)))
    steps = render(loaded, tmp_path / "out.mp4", options(), executor=Here())
    while (step := next(steps)).stage != "sound":
        pass
    assert step.frame == 0
    began = time.perf_counter()
    steps.close()
    stopping, began = time.perf_counter() - began, time.perf_counter()
    loudness(mix(open_scene(loaded).audio, Fraction(60)))
    assert stopping < time.perf_counter() - began  # less than a twentieth of it takes


def test_two_renders_of_the_same_document_at_once_are_both_right(tmp_path: Path, cache: Path) -> None:
    document = write(tmp_path, [across(160), rect(30)], 160)
    outputs = [tmp_path / "one.mp4", tmp_path / "two.mp4"]
    both = [program(document, output, "--workers", "2", cache=cache) for output in outputs]
    for process in both:
        *_, done = events(process.communicate()[0])
        assert process.returncode == 0
        assert done["frames"] == 160
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    assert whole(cache)
    assert len(segments_in(cache)) == done["segments"]
    assert made(document, tmp_path / "three.mp4").drawn == 0
    assert left_over(cache) == []


# --- workers that die -------------------------------------------------------------------------------------------------


class Killer(threading.Thread):
    """Kills this process's worker that draws, so many times."""

    def __init__(self, cache: Path, times: int) -> None:
        super().__init__(daemon=True)
        self._cache, self._times = cache, times
        self.killed: set[int] = set()
        self.done = threading.Event()

    def run(self) -> None:
        me = psutil.Process()
        while len(self.killed) < self._times and not self.done.wait(0.002):
            if self._draws():
                for worker in workers_of(me):
                    worker.kill()
                    self.killed.add(worker.pid)
                    worker.wait()

    def _draws(self) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return any(mark.stat().st_size for mark in (self._cache / "journal" / "work").glob("*/*.mark"))
        return False


@contextlib.contextmanager
def killing(cache: Path, times: int) -> Iterator[Killer]:
    killer = Killer(cache, times)
    killer.start()
    try:
        yield killer
    finally:
        killer.done.set()
        killer.join()


@pytest.mark.parametrize("times", [1, 2])
def test_a_worker_that_is_killed_is_replaced(tmp_path: Path, cache: Path, times: int) -> None:
    document = slow(tmp_path, 48)
    with killing(cache, times) as killer:
        result = made(document, tmp_path / "out.mp4", workers=1)
    assert len(killer.killed) == times
    assert result.drawn == 48
    shutil.rmtree(cache)
    assert made(document, tmp_path / "again.mp4").path.read_bytes() == result.path.read_bytes()


def test_a_worker_that_always_dies_ends_the_render_with_its_segment_and_frame_named(
    tmp_path: Path, cache: Path
) -> None:
    document, output = slow(tmp_path, 48), tmp_path / "out.mp4"
    output.write_bytes(b"the old one")
    before = sorted(tmp_path.iterdir())
    words = (
        r"segment 1 \(frames 0 to 7\) could not be rendered: its worker died 3 times, the last time at frame [0-7]\b"
    )
    with killing(cache, 1000) as killer, pytest.raises(RenderFailed, match=words):
        made(document, output, workers=1)
    assert len(killer.killed) >= 3  # the segments that waited behind it may have been met too
    assert workers_of(psutil.Process()) == []
    assert output.read_bytes() == b"the old one"
    assert sorted(tmp_path.iterdir()) == sorted([*before, cache])
    assert left_over(cache) == []


def test_an_executor_that_breaks_for_good_ends_the_render_in_words(tmp_path: Path, cache: Path) -> None:
    def break_it() -> None:
        raise OSError("no such machine")

    with ThreadPoolExecutor(1, initializer=break_it) as executor, pytest.raises(RenderFailed, match="takes nothing"):
        made(write(tmp_path, [across(40)]), tmp_path / "out.mp4", executor)
    assert left_over(cache) == []


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [300, 2_000, 20_000])
def test_a_full_disk_is_told_and_with_room_the_render_goes_on(
    tmp_path: Path, cache: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many bytes as a file may have stand for the room there is."""
    from PIL import Image

    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # Python would leave modules that are cut short
    noise = Image.frombytes("RGB", (320, 180), random.Random(1).randbytes(320 * 180 * 3))
    noise.save(tmp_path / "noise.png")
    layers = [across(40), {"type": "image", "source": "noise.png", "start": 2.4, "opacity": 0.5}]
    document, output = write(tmp_path, layers, size=[320, 180]), tmp_path / "out.mp4"
    before = sorted(tmp_path.iterdir())
    limit = (most, resource.RLIM_INFINITY)
    process = program(
        document, output, cache=cache, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    )
    *_, error = events(process.communicate()[0])
    assert process.returncode == 1
    assert "The disk is full" in error["message"]
    assert "framekiln cache --max-size" in error["message"]
    assert sorted(tmp_path.iterdir()) == sorted({*before, cache})
    assert left_over(cache) == []
    assert whole(cache)
    kept = segments_in(cache)
    assert bool(kept) == (most == 20_000)
    result = made(document, output)
    assert result.reused == len(kept)
    assert frames_in(output) == 40
