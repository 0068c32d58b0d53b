"""Worker processes behind a plain `concurrent.futures.Executor`, so that a cluster's executor can stand in their place.

Not ProcessPoolExecutor: there a worker that dies takes the whole pool and every queued task with it, and a spawned worker
imports the parent's main module again (0.5 s each for our command line). Here each worker is a fresh Python that runs
worker.py, and a thread of ours that feeds it: it takes a task, sends it, waits for the answer or for the worker's death.
Processes begin with the pool and import what `preload` names while the parent goes on.

Nothing outlives the parent: a worker whose input ends exits at once, whatever it is doing, so a parent that is killed leaves
nobody behind, and one that exits without `shutdown` abandons its tasks.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from render_engine.children import program
from render_engine.segments import worker

P = ParamSpec("P")
T = TypeVar("T")
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",  # a worker is one core; numpy's threads, never used, cost 0.1 s of CPU to start
    # glibc: what an encoder frees goes back to the system at once (370 MB at the peak, not 600), what a frame frees stays
    # (a fifth less CPU: new memory has to be cleared, page by page).
    "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
}
LAST_WORDS = 4000  # characters of what a dead worker wrote that are worth telling


class WorkerDied(BrokenExecutor):
    """A worker process ended in the middle of a task: killed, crashed, or out of memory."""

    def __init__(self, code: int, last_words: str) -> None:
        super().__init__(code, last_words)
        self.code = code  # exit code; minus the signal's number where a signal ended it
        self.last_words = last_words  # what it wrote to its standard error: a crash's traceback, a library's complaint

    def __str__(self) -> str:
        if self.code >= 0:
            return f"a worker process exited with code {self.code}"
        name = signal.Signals(-self.code).name
        why = " (often: the machine ran out of memory)" if name == "SIGKILL" else ""
        return f"a worker process was ended by {name}{why}"


Task = tuple["Future[Any]", bytes]


class Processes(Executor):
    """Up to `workers` spawned processes: one begins at once, another whenever a task comes and all are busy. Functions and
    arguments travel by pickle; functions are found again by their module's name."""

    def __init__(self, workers: int, preload: Sequence[str] = ()) -> None:
        assert workers >= 1, workers
        self.workers = workers
        self._greeting = pickle.dumps((sys.path, tuple(preload)))
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()  # None: no more will come
        self._lock = threading.RLock()  # over what follows
        self._open = 0  # tasks that are not done
        self._closed = False
        self._terminated = False
        self._running: set[_Process] = set()
        self._threads: list[threading.Thread] = []
        self._grow()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        task = pickle.dumps((fn, args, kwargs))  # now: what the caller changes later is not meant
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._tasks.put((future, task))
            self._open += 1
            if len(self._threads) < min(self._open, self.workers):
                self._grow()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """No more tasks; those that wait are still done, unless they are cancelled."""
        with self._lock:
            first, self._closed = not self._closed, True
        if cancel_futures:
            self._cancel_waiting()
        if first or cancel_futures:
            for _ in self._threads:
                self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def terminate(self) -> None:
        """At once: waiting tasks are cancelled, running ones fail with WorkerDied, every process is gone on return."""
        with self._lock:
            self._terminated = True
            for process in self._running:
                process.kill()
        self.shutdown(wait=True, cancel_futures=True)

    def _cancel_waiting(self) -> None:
        while True:
            try:
                task = self._tasks.get_nowait()
            except Empty:
                return
            if task is not None:
                task[0].cancel()
                task[0].set_running_or_notify_cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Left by an error or by Ctrl-C, nothing that is still running is wanted."""
        if kind is None:
            self.shutdown()
        else:
            self.terminate()

    def _grow(self) -> None:
        thread = threading.Thread(target=self._feed, args=(self._start(),), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _feed(self, process: _Process) -> None:
        """One worker's thread, for as long as the pool lasts."""
        while (task := self._tasks.get()) is not None:
            process = self._do(process, *task)
            with self._lock:
                self._open -= 1
            del task  # it may be large, and the next one long in coming
        self._end(process)

    def _do(self, process: _Process, future: Future[Any], message: bytes) -> _Process:
        if future.set_running_or_notify_cancel():
            try:
                process = self._living(process)
                done, outcome = process.ask(message)
            except BaseException as error:  # noqa: BLE001 (it is raised where the result is asked for)
                done, outcome = False, error
            _tell(future, done, outcome)
        return process

    def _living(self, process: _Process) -> _Process:
        if process.alive():
            return process
        self._end(process)
        return self._start()

    def _start(self) -> _Process:
        with self._lock, _ctrl_c_held_back():
            process = _Process(self._greeting)
            self._running.add(process)
            if self._terminated:
                process.kill()
            return process

    def _end(self, process: _Process) -> None:
        with self._lock:
            self._running.discard(process)
        process.close()


def _tell(future: Future[Any], done: bool, outcome: Any) -> None:
    if done:
        future.set_result(outcome)
    else:
        future.set_exception(outcome)


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """A process started inside begins with Ctrl-C held back, until worker.py ignores it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Process:
    """One running worker.py and its two pipes."""

    def __init__(self, greeting: bytes) -> None:
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        self._popen = subprocess.Popen(
            program(worker.__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._last_words,
            env={**os.environ, **_ENVIRONMENT},
        )
        assert self._popen.stdin
        assert self._popen.stdout
        self._tasks, self._answers = self._popen.stdin, self._popen.stdout
        self._send(greeting)

    def alive(self) -> bool:
        return self._popen.poll() is None

    def ask(self, message: bytes) -> tuple[bool, Any]:
        """Whether it was done, with the result or the exception. Raises WorkerDied."""
        self._send(message)
        answer = worker.receive(self._answers)
        if answer is None:
            raise WorkerDied(self._popen.wait(), self._told())
        done, outcome = pickle.loads(answer)  # noqa: S301 (from our own child)
        return done, outcome

    def _send(self, message: bytes) -> None:
        with suppress(BrokenPipeError):  # it died: the end of its answers tells so
            worker.send(self._tasks, message)

    def _told(self) -> str:
        self._last_words.seek(0)
        return self._last_words.read().decode(errors="replace")[-LAST_WORDS:].strip()

    def kill(self) -> None:
        self._popen.kill()

    def close(self) -> None:
        """Ends it, and leaves neither a zombie nor an open file."""
        with suppress(BrokenPipeError):  # what was left to say, to one who had died
            self._tasks.close()
        self._popen.wait()
        self._answers.close()
        self._last_words.close()
