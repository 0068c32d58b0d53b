"""A render in a child process: how it ends, what holds it to its limits, and that nothing outlives whoever watches it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from render_engine import children
from render_engine.cache_folder import VARIABLE
from render_engine.errors import BadInput
from sync import runner
from sync.clock import Clock, SystemClock
from sync.render_task import read_task
from sync.runner import Limits, Outcome, Running, Task, start
from tests.render.filming import ROOT, across, frames_in, rect, segments_in, write
from tests.sync.fakes import FakeClock

PATIENCE = 60  # seconds that a real process may take on a busy machine
PLENTY = Limits(seconds=3600, memory=8 << 30, disk=8 << 30, most_duration=3600, most_pixel_frames=10**12)
QUICK = {"encoder": "x264", "speed": "ultrafast"}
GO_ON = {"effects": [{"type": "blur", "radius": 60}], "size": [900, 500]}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "attempt"
    made.mkdir()
    return made


@contextlib.contextmanager
def running(task: Task, limits: Limits = PLENTY, clock: Clock | None = None) -> Iterator[Running]:
    """Gone at the end, however the test ends."""
    under_way = start(task, limits, clock or SystemClock())
    try:
        yield under_way
    finally:
        under_way.kill()
        ended(under_way)


def ended(under_way: Running) -> Outcome:
    until(lambda: under_way.poll() is not None)
    outcome = under_way.poll()
    assert outcome
    return outcome


def until(true: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < latest, "waited in vain"
        time.sleep(0.005)


def film(folder: Path, **fields: Any) -> Task:
    write(folder, [across(40)], 40)
    return Task(folder, "film.json", options=QUICK, **fields)


def slow_film(folder: Path) -> Task:
    """16 segments of 20 frames, each frame some 20 ms, by one worker."""
    ends = [{"at": 0, "value": [0, 90]}, {"at": 32, "value": [320, 90]}]
    disc = {"type": "shape", "shape": "ellipse", "fill": "white", "position": {"keyframes": ends}} | GO_ON
    write(folder, [disc], 320, size=[640, 360])
    return Task(folder, "film.json", options={**QUICK, "workers": 1})


def program(folder: Path, lines: str) -> Task:
    """Stands for the child. It begins with `say(**event)` and a `forever()`."""
    begin = (
        "import json, os, signal, sys, time\n"
        "def say(event, **more): print(json.dumps({'event': event, **more}), flush=True)\n"
        "def here(): say('progress', stage='here', percent=1, frame=1, frames=2, fps=3, eta=None)\n"
        "def forever():\n    while True: time.sleep(60)\n"
    )
    return Task(folder, "film.json", program=(sys.executable, "-c", begin + lines))


def is_here(under_way: Running) -> bool:
    return under_way.told.stage == "here"


def draws(under_way: Running) -> bool:
    return under_way.told.stage == "draw" and under_way.told.frame > 0


def processes_of(under_way: Running) -> list[psutil.Process]:
    """The child and what it started."""
    (child,) = (each for each in psutil.Process().children() if Path(each.cwd()) == under_way.log.path.parent)
    return [child, *child.children(recursive=True)]


def alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


# ------------------------------------------------------------------------------------------------------------- it ends


def test_a_job_becomes_a_film_a_receipt_and_a_thumbnail(folder: Path) -> None:
    with running(film(folder)) as under_way:
        outcome = ended(under_way)
    assert (outcome.kind, outcome.message, outcome.blames_job) == ("done", "", False)
    assert {file.kind: file.path.name for file in outcome.files} == {
        "video": "film.mp4",
        "receipt": "film.mp4.receipt.json",
        "thumbnail": "thumbnail.jpg",
    }
    for file in outcome.files:
        data = file.path.read_bytes()
        assert (file.path.parent, len(data)) == (folder / "result", file.size)
        assert hashlib.sha256(data).hexdigest() == file.sha256
    assert frames_in(outcome.files[0].path) == outcome.result["frames"] == 40
    assert (outcome.result["width"], outcome.result["height"], outcome.result["encoder"]) == (64, 48, "H.264")
    with Image.open(folder / "result" / "thumbnail.jpg") as picture:
        assert picture.size == (64, 48)
    assert (under_way.told.stage, under_way.told.percent) == ("done", 100)
    assert "40 frames to draw" in under_way.log_tail(4000)


def test_the_thumbnail_is_of_a_third_of_the_film_and_small(folder: Path) -> None:
    layers = [
        rect(0, color, size=["300%", "300%"], start=at, end=at + 1) for at, color in enumerate(("red", "lime", "blue"))
    ]
    write(folder, layers, 30, size=[1280, 720])
    with running(Task(folder, "film.json", options=QUICK)) as under_way:
        assert ended(under_way).kind == "done"
    with Image.open(folder / "result" / "thumbnail.jpg") as picture:
        red, green, blue = picture.convert("RGB").getpixel((320, 180))
        assert picture.size == (640, 360)
    assert (red < 10, green > 240, blue < 10) == (True, True, True)


def test_pictures_of_a_sequence_are_delivered_as_one_file(folder: Path) -> None:
    task = film(folder, output="frames")
    with running(
        Task(folder, task.source, output="frames", options={"preset": "png-sequence", "range": "0:3"})
    ) as under_way:
        outcome = ended(under_way)
    assert [file.path.name for file in outcome.files] == ["frames.zip", "frames.receipt.json", "thumbnail.jpg"]
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-t", outcome.files[0].path], capture_output=True, check=True
    )
    assert b"Done testing" in listed.stdout


def test_a_bad_document_is_the_jobs_fault_and_every_problem_has_its_path(folder: Path) -> None:
    write(folder, [rect(0, "reddish"), rect(0, size=[-1, 2])])
    with running(Task(folder, "film.json")) as under_way:
        outcome = ended(under_way)
    assert (outcome.kind, outcome.blames_job) == ("bad_document", True)
    assert [problem["path"] for problem in outcome.problems] == ["layers[0].fill", "layers[1].size[0]"]
    assert "layers[0].fill" in outcome.message
    assert outcome.message.splitlines()[0] in under_way.log_tail(4000)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ({"most_duration": 3.9}, "lasts 4 s; this node takes 3.9 s at most: raise most_duration"),
        ({"most_pixel_frames": 122_879}, "has 122,880 pixels in all frames; .* raise most_pixel_frames"),
    ],
)
def test_a_film_that_is_too_large_is_refused_before_a_frame_is_drawn(
    folder: Path, cache: Path, limit: dict[str, float], message: str
) -> None:
    with running(film(folder), Limits(**{**vars(PLENTY), **limit})) as under_way:
        outcome = ended(under_way)
    assert (outcome.kind, outcome.blames_job) == ("bad_input", True)
    assert re.search(message, outcome.message)
    assert not segments_in(cache)


ASKED = {
    "folder": "/tmp",
    "source": "hello-world",
    "props": {},
    "size": None,
    "fps": None,
    "output": "film.mp4",
    "options": {},
    "most_duration": 1.0,
    "most_pixel_frames": 1,
}


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        ({"source": "/etc/passwd"}, "neither a template here nor a document of the job"),
        ({"source": "../other/film.json"}, "neither a template"),
        ({"source": "film.py:compose"}, "neither a template"),
        ({"output": "../film.mp4"}, "output: .* a file's name is expected"),
        ({"output": ".hidden"}, "a file's name is expected"),
        ({"output": ""}, "a file's name is expected"),
        ({"output": "film_%05d.png"}, "named by its folder"),
        ({"size": [0, 5]}, r"size\.0: "),
        ({"props": 3}, "props: "),
        ({"options": {"speeed": "fast"}}, r"options\.speeed: "),
        ({"options": {"range": "yesterday"}}, "not a range"),
        ({"options": {"preset": "webm"}}, "there is no “webm”"),
    ],
)
def test_a_row_that_holds_nonsense_is_refused_in_words(nonsense: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_task({**ASKED, **nonsense}).opened()


def test_any_plain_name_will_do() -> None:
    for name in ("50% off.mp4", "Übersicht – 夏.mov", "a b.gif", "frames"):
        assert read_task({**ASKED, "output": name}).output == name


def test_a_child_that_dies_is_told_with_the_signal_and_its_last_words(folder: Path) -> None:
    with running(
        program(folder, "print('a macroblock', file=sys.stderr, flush=True)\nos.kill(os.getpid(), signal.SIGSEGV)")
    ) as one:
        outcome = ended(one)
    assert (outcome.kind, outcome.blames_job) == ("died", False)
    assert "was ended by SIGSEGV" in outcome.message
    assert "a macroblock" in outcome.message


def test_a_child_that_ends_without_a_word_of_how_has_died(folder: Path) -> None:
    with running(program(folder, "sys.exit(3)")) as under_way:
        assert ended(under_way).message == "the render's process ended with code 3 before it was done"


def test_a_child_that_is_killed_takes_its_workers_along(folder: Path) -> None:
    with running(slow_film(folder)) as under_way:
        until(lambda: draws(under_way))
        child, *workers = processes_of(under_way)
        child.kill()
        outcome = ended(under_way)
    assert (outcome.kind, len(workers)) == ("died", 1)
    assert "SIGKILL" in outcome.message
    until(lambda: not any(map(alive, workers)))


def test_what_libraries_print_is_the_log_and_breaks_nothing(folder: Path) -> None:
    lines = (
        r"os.write(1, b'\xff\x00\xfe no text\n{\n[]\n\"event\"\nnull\n{\"event\": 5}\n{\"event\": \"progress\"}\n')"
        "\nsay('ended', kind='great')\nsay('ended')\nsay('ended', kind='done', files=[{'kind': 'video'}])\n"
        "here()\nprint('[' * 100_000)\nsay('ended', kind='failed', message='so it was')"
    )
    with running(program(folder, lines)) as under_way:
        outcome = ended(under_way)
    assert (outcome.kind, outcome.message) == ("failed", "so it was")
    assert is_here(under_way)
    assert "no text" in under_way.log_tail(10_000)
    assert '"kind": "great"' in under_way.log_tail(10_000)


def test_a_disk_that_is_full_is_not_the_jobs_fault(folder: Path) -> None:
    task = film(folder)
    limited = ("/bin/sh", "-c", f"ulimit -f 1; exec {shlex.join(children.program('sync.render_child'))}")
    with running(Task(folder, task.source, options=QUICK, program=limited)) as under_way:
        outcome = ended(under_way)
    assert (outcome.kind, outcome.blames_job) == ("disk", False)
    assert "The disk is full" in outcome.message


def test_the_nodes_secrets_are_not_given_to_a_render(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEKILN_QUEUE_TOKEN", "the-queues-token")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-storages-key")
    lines = "say('ended', kind='done', result={'names': [*os.environ], 'values': [*os.environ.values()]})"
    with running(program(folder, lines)) as under_way:
        told = ended(under_way).result
    assert VARIABLE in told["names"]
    assert "FRAMEKILN_QUEUE_TOKEN" not in told["names"]
    assert not {"the-queues-token", "the-storages-key"} & {*told["values"]}


# ------------------------------------------------------------------------------------------------------- it is stopped


def test_a_stopped_render_ends_at_a_border_and_goes_on_with_what_it_had(
    folder: Path, tmp_path: Path, cache: Path
) -> None:
    with running(slow_film(folder)) as under_way:
        until(lambda: draws(under_way))
        under_way.stop("paused")
        outcome = ended(under_way)
    assert (outcome.kind, outcome.blames_job) == ("stopped", False)
    finished = len(segments_in(cache))
    assert 0 < finished < 16
    assert not [*(folder / "result").iterdir()]
    again = tmp_path / "again"
    again.mkdir()
    with running(slow_film(again)) as under_way:
        until(lambda: under_way.told.stage == "draw")
        assert under_way.told.percent >= 95 * finished // 16
        outcome = ended(under_way)
    assert (outcome.kind, outcome.result["reused"], outcome.result["drawn"]) == ("done", finished, 20 * (16 - finished))


def test_sigterm_stops_it_at_a_border_too(folder: Path, cache: Path) -> None:
    with running(slow_film(folder)) as under_way:
        until(lambda: draws(under_way))
        processes_of(under_way)[0].terminate()
        outcome = ended(under_way)
    assert outcome.kind == "stopped"
    assert "what is finished is kept" in outcome.message
    assert segments_in(cache)


def test_a_child_that_does_not_stop_is_killed_after_ten_seconds_with_all_it_started(folder: Path) -> None:
    clock = FakeClock()
    lines = (
        "import subprocess\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen(['sleep', '600'])\nhere()\nforever()"
    )
    with running(program(folder, lines), clock=clock) as under_way:
        until(lambda: is_here(under_way))
        all_of_it = processes_of(under_way)
        under_way.stop("cancelled by a person")
        clock.wait(9.9)
        assert under_way.poll() is None
        assert len(all_of_it) == 2
        assert all(map(alive, all_of_it))
        clock.wait(0.1)
        outcome = ended(under_way)
    assert (outcome.kind, outcome.message) == ("stopped", "cancelled by a person")
    until(lambda: not any(map(alive, all_of_it)))


def test_who_stops_a_render_waits_for_nothing_even_if_its_child_never_listens(folder: Path) -> None:
    deaf = program(folder, "here()\nforever()")
    with running(Task(folder, "x", props={"long": "y" * 5_000_000}, program=deaf.program)) as under_way:
        until(lambda: is_here(under_way))
        under_way.stop("paused")
        assert under_way.poll() is None
        under_way.kill()
        assert ended(under_way).kind == "stopped"


def test_a_child_that_said_how_it_ended_and_lingers_is_killed(folder: Path) -> None:
    clock = FakeClock()
    with running(program(folder, "say('ended', kind='done')\nhere()\nforever()"), clock=clock) as under_way:
        until(lambda: is_here(under_way))
        assert under_way.poll() is None
        clock.wait(10)
        assert ended(under_way).kind == "done"


def test_ctrl_c_in_the_nodes_terminal_does_not_reach_it(folder: Path) -> None:
    with running(program(folder, "here()\nforever()")) as under_way:
        until(lambda: is_here(under_way))
        child = processes_of(under_way)[0].pid
        assert os.getsid(child) == os.getpgid(child) == child != os.getsid(0)


AGENT = """
import sys, time
from pathlib import Path
from sync.clock import SystemClock
from sync.runner import Limits, Task, start
folder = Path(sys.argv[1])
limits = Limits(3600, 1 << 40, 1 << 40, 3600, 10**12)
under_way = start(Task(folder, "film.json", options={"encoder": "x264"}), limits, SystemClock())
while under_way.told.stage != "draw" or not under_way.told.frame:
    assert under_way.poll() is None
    time.sleep(0.01)
print("drawing", flush=True)
time.sleep(600)
"""


def test_a_killed_agent_leaves_nothing_running(folder: Path) -> None:
    slow_film(folder)
    agent = subprocess.Popen([sys.executable, "-c", AGENT, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert agent.stdout
    assert agent.stdout.readline() == "drawing\n"
    family = psutil.Process(agent.pid).children(recursive=True)
    agent.kill()
    agent.communicate()
    assert len(family) >= 2  # the render's child, and a worker
    until(lambda: not any(map(alive, family)))


# -------------------------------------------------------------------------------------------------------------- limits


def held_to(folder: Path, lines: str, passed: float = 1.0, **limits: Any) -> Outcome:
    """How a program ends that is looked at some time after it has done its worst."""
    clock = FakeClock()
    with running(
        program(folder, f"{lines}\nhere()\nforever()"), Limits(**{**vars(PLENTY), **limits}), clock
    ) as under_way:
        until(lambda: is_here(under_way))
        assert under_way.poll() is None
        clock.wait(passed)
        outcome = ended(under_way)
        assert outcome.message in under_way.log_tail(4000)
    assert not outcome.blames_job
    return outcome


def test_a_render_may_take_so_long(folder: Path) -> None:
    outcome = held_to(folder, "", passed=61, seconds=60)
    assert outcome.kind == "time"
    assert outcome.message.startswith("the render takes longer than 60 s (61 s by now): raise most_render_time ")


def test_a_render_may_hold_so_much_memory_with_all_its_processes(folder: Path) -> None:
    eats = "import subprocess\nhas = b'x' * 200_000_000\n"
    child = f"{eats}print(len(has), flush=True)\nimport time\ntime.sleep(600)"
    lines = f"{eats}subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE).stdout.readline()"
    outcome = held_to(folder, lines, memory=350_000_000)
    assert outcome.kind == "memory"
    assert "350 MB are allowed: raise most_render_memory" in outcome.message


def test_a_render_may_write_so_much_beside_its_inputs(folder: Path) -> None:
    (folder / "input.mov").write_bytes(bytes(5_000_000))
    outcome = held_to(folder, "open('frames', 'wb').write(bytes(3_000_000))", disk=2_000_000)
    assert outcome.kind == "disk"
    assert outcome.message.startswith("the render has written 3 MB; 2 MB are allowed: raise most_render_disk ")


def test_what_it_writes_into_its_work_folder_of_the_journal_counts(folder: Path) -> None:
    lines = (
        f"sys.path.insert(0, {str(ROOT)!r})\nfrom render_engine.segments.journal import Journal\n"
        "work = Journal.open().work_folder()\nfolder = work.__enter__()\n"
        "(folder / 'a.part').write_bytes(bytes(3_000_000))"
    )
    assert held_to(folder, lines, disk=2_000_000).kind == "disk"


def test_others_work_in_the_same_journal_does_not_count(folder: Path, cache: Path) -> None:
    from render_engine.segments.journal import Journal

    with Journal.open().work_folder() as work:
        (work / "a.part").write_bytes(bytes(3_000_000))
        assert held_to(folder, "", passed=61, disk=2_000_000, seconds=60).kind == "time"


def test_some_of_the_disk_stays_free_for_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "FREE_DISK", 1 << 62)
    outcome = held_to(folder, "")
    assert outcome.kind == "disk"
    assert "the disk is nearly full" in outcome.message
    assert "make room" in outcome.message
