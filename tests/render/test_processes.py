"""Worker processes: results, deaths, and that nobody is left behind."""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, as_completed
from pathlib import Path

import psutil
import pytest

from render_engine import errors
from render_engine.errors import DocumentError, FramekilnError, MediaError, Problem
from render_engine.segments.processes import Processes, WorkerDied

TIMEOUT = 120  # seconds; only a failing test waits so long


# What the tests ask workers to do.


def square(number):
    return number * number


def identity():
    return os.getpid()


def die(how):
    if how == "exit":
        os._exit(7)
    os.kill(os.getpid(), how)


def crash_saying_why():
    os.write(2, b"the codec met a macroblock it did not like")
    os.abort()


def wait_for(seconds):
    time.sleep(seconds)
    return seconds


def raise_this(error):
    raise error


class Unpicklable(Exception):
    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


def raise_what_cannot_travel():
    raise Unpicklable("oil", "water")


def give_what_cannot_travel():
    return threading.Lock()


def told(what):
    print(what)
    print(what, file=sys.stderr)
    return sys.stdin.read()


def surroundings(name):
    return os.environ.get(name), Path.cwd(), sys.path, "app.cli.main" in sys.modules


def loaded(name):
    return name in sys.modules


def test_results_come_in_the_order_asked():
    with Processes(2) as processes:
        assert list(processes.map(square, range(50))) == [number * number for number in range(50)]


def test_many_small_tasks_are_shared_by_all_workers():
    with Processes(2) as processes:
        ids = {future.result(TIMEOUT) for future in [processes.submit(identity) for _ in range(2000)]}
    assert len(ids) == 2
    assert os.getpid() not in ids


def test_large_arguments_and_results_travel():
    with Processes(1) as processes:
        assert processes.submit(bytes.upper, b"x" * 3_000_000).result(TIMEOUT) == b"X" * 3_000_000


@pytest.mark.parametrize(
    ("how", "code", "words"),
    [(signal.SIGKILL, -9, "SIGKILL"), (signal.SIGSEGV, -11, "SIGSEGV"), ("exit", 7, "code 7")],
)
def test_a_death_fails_its_own_task_and_no_other(how, code, words):
    with Processes(2) as processes:
        before = [processes.submit(square, number) for number in range(20)]
        dead = processes.submit(die, how)
        after = [processes.submit(square, number) for number in range(20)]
        with pytest.raises(WorkerDied, match=words) as caught:
            dead.result(TIMEOUT)
        assert caught.value.code == code
        assert [future.result(TIMEOUT) for future in before + after] == [number * number for number in range(20)] * 2


def test_a_crash_has_last_words():
    with Processes(1) as processes, pytest.raises(WorkerDied, match="SIGABRT") as caught:
        processes.submit(crash_saying_why).result(TIMEOUT)
    assert "a macroblock it did not like" in caught.value.last_words
    assert "crash_saying_why" in caught.value.last_words  # where it was


def test_a_worker_killed_while_idle_is_replaced_before_the_next_task():
    with Processes(1) as processes:
        first = processes.submit(identity).result(TIMEOUT)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: not running(first) and psutil.Process(first).num_threads() == 1)
        assert processes.submit(identity).result(TIMEOUT) != first


ERRORS = [
    DocumentError([Problem("layers[0].color", "what", "blue"), Problem("fps", "too many", severity="warning")]),
    MediaError("cat.mp4 is damaged", where="layers[2].source"),
    *(kind("told") for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, FramekilnError)),
    KeyError("name"),
    KeyboardInterrupt(),
    SystemExit(3),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_travel_whole(error):
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


def test_an_error_is_raised_where_the_result_is_asked_for():
    error = ERRORS[0]
    with Processes(1) as processes:
        back = processes.submit(raise_this, error).exception(TIMEOUT)
        assert isinstance(back, DocumentError)
        assert back.problems == error.problems
        assert str(back) == str(error)
        assert "in raise_this" in back.__notes__[0]
        for stops in (SystemExit(3), KeyboardInterrupt()):
            assert isinstance(processes.submit(raise_this, stops).exception(TIMEOUT), type(stops))
        assert processes.submit(square, 3).result(TIMEOUT) == 9


def test_what_cannot_travel_is_told_and_the_worker_goes_on():
    with Processes(1) as processes:
        worker = processes.submit(identity).result(TIMEOUT)
        with pytest.raises(RuntimeError, match="oil and water"):
            processes.submit(raise_what_cannot_travel).result(TIMEOUT)
        with pytest.raises(TypeError, match="lock"):
            processes.submit(give_what_cannot_travel).result(TIMEOUT)
        assert processes.submit(identity).result(TIMEOUT) == worker


def test_workers_print_nothing(capfd):
    with Processes(1) as processes:
        assert processes.submit(told, "here I am").result(TIMEOUT) == ""
        assert processes.submit(square, 5).result(TIMEOUT) == 25
    assert capfd.readouterr() == ("", "")


def test_workers_stand_where_the_parent_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("FRAMEKILN_TEST", "told")
    with Processes(1) as processes:
        variable, folder, path, _ = processes.submit(surroundings, "FRAMEKILN_TEST").result(TIMEOUT)
    assert (variable, folder, path) == ("told", tmp_path, sys.path)


def test_what_is_to_be_preloaded_is_there_before_the_first_task():
    with Processes(1, preload=["colorsys"]) as processes:
        assert processes.submit(loaded, "colorsys").result(TIMEOUT)
        assert not processes.submit(loaded, "wave").result(TIMEOUT)


def test_a_module_that_cannot_be_preloaded_is_named():
    with Processes(1, preload=["no_such_module"]) as processes, pytest.raises(WorkerDied, match="code 1") as caught:
        processes.submit(square, 1).result(TIMEOUT)
    assert "No module named 'no_such_module'" in caught.value.last_words


def test_nothing_is_taken_after_shutdown():
    processes = Processes(1)
    last = processes.submit(square, 4)
    processes.shutdown()
    assert last.result(0) == 16
    with pytest.raises(RuntimeError, match="after shutdown"):
        processes.submit(square, 5)
    processes.shutdown()


def test_shutdown_can_cancel_what_waits():
    processes = Processes(1)
    running = processes.submit(wait_for, 0.2)
    wait_until(running.running)
    waiting = [processes.submit(square, number) for number in range(5)]
    processes.shutdown(cancel_futures=True)
    assert running.result(0) == 0.2
    assert all(future.cancelled() for future in waiting)


def test_a_cancelled_task_is_never_begun(tmp_path):
    with Processes(1) as processes:
        running = processes.submit(wait_for, 0.2)
        wait_until(running.running)
        cancelled = processes.submit(Path.touch, tmp_path / "begun")
        assert cancelled.cancel()
        assert list(as_completed([running, cancelled], TIMEOUT))
    assert not (tmp_path / "begun").exists()


def test_terminate_stops_all_at_once():
    processes = Processes(2)
    ids = [processes.submit(identity).result(TIMEOUT) for _ in range(8)]
    running = [processes.submit(wait_for, 600) for _ in range(2)]
    for future in running:
        wait_until(future.running)
    waiting = processes.submit(square, 3)
    started = time.monotonic()
    processes.terminate()
    assert time.monotonic() - started < 120  # of the 600 that they would take
    assert not any(map(psutil.pid_exists, ids))
    for future in running:
        assert isinstance(future.exception(0), WorkerDied)
    with pytest.raises(CancelledError):
        waiting.result(0)


def test_leaving_by_an_error_waits_for_nobody():
    started = time.monotonic()
    with pytest.raises(ZeroDivisionError), Processes(1) as processes:
        raise_this(ZeroDivisionError(processes.submit(wait_for, 600)))
    assert time.monotonic() - started < 120


def test_no_process_and_no_open_file_is_left():
    me = psutil.Process()
    before = me.num_fds(), len(me.children())
    with Processes(2) as processes:
        assert processes.submit(die, "exit").exception(TIMEOUT)
        assert list(processes.map(square, range(3))) == [0, 1, 4]
    assert (me.num_fds(), len(me.children())) == before


def leave_a_mark(path):
    atexit.register(path.write_text, "tidied up")


def test_a_worker_tidies_up_at_the_end(tmp_path):
    with Processes(1) as processes:
        processes.submit(leave_a_mark, tmp_path / "mark")
    assert (tmp_path / "mark").read_text() == "tidied up"


PARENT = """
import sys, time
import app.cli.main
from concurrent.futures import wait
from render_engine.segments.processes import Processes
from tests.render import test_processes as tasks

with Processes(2) as processes:
    ids = {processes.submit(tasks.identity).result() for _ in range(50)}
    assert not processes.submit(tasks.surroundings, "x").result()[3]  # app.cli.main was not imported again
    running = [processes.submit(tasks.wait_for, 60) for _ in range(1)]
    while not all(future.running() for future in running):
        time.sleep(0.01)
    print(*ids, flush=True)
    wait(running)
"""


def parent(program=PARENT):
    """A process of its own group with two workers, one of them busy for a minute; and the workers' ids."""
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    return process, [int(word) for word in process.stdout.readline().split()]


def test_workers_die_with_a_parent_that_is_killed():
    process, ids = parent()
    assert ids
    process.kill()
    out, err = process.communicate(timeout=TIMEOUT)
    assert (out, err) == ("", "")
    wait_until(lambda: not any(map(running, ids)))


def test_ctrl_c_is_the_parents_alone_to_decide():
    # It reaches the whole group at any moment, also while workers are still starting.
    patient = PARENT.replace("with Proc", "import signal\nsignal.signal(signal.SIGINT, lambda *_: None)\nwith Proc")
    process, ids = parent(patient.replace("wait_for, 60", "wait_for, 0.5"))
    assert ids
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, out, err) == (0, "", "")


def test_ctrl_c_while_workers_start_kills_none_of_them():
    program = (
        "import os, signal\nfrom render_engine.segments.processes import Processes\n"
        "signal.signal(signal.SIGINT, lambda *_: None)\n"
        "with Processes(2) as processes:\n"
        "    for _ in range(20): os.killpg(0, signal.SIGINT)\n"
        "    print(*processes.map(abs, range(9)), flush=True)\n"
    )
    process, results = parent(program)
    out, err = process.communicate(timeout=TIMEOUT)
    assert (results, process.returncode, out, err) == (list(range(9)), 0, "", "")


def test_ctrl_c_ends_parent_and_workers_at_once():
    process, ids = parent()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=TIMEOUT)
    assert err.count("Traceback") == 1  # the parent's own, and nothing of its workers
    assert not any(map(running, ids))


def running(identity):
    try:
        return psutil.Process(identity).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition):
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
