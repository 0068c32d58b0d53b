"""The program that one worker process runs: tasks come in by its standard input, answers go out by its standard output.

It starts with nothing but the standard library (see processes.py): what a task needs is imported by the task, or ahead of
it by `preload`. Tasks run in the main thread, where Qt wants to be. Another thread reads: the end of its input means that
the parent has gone, and then nothing done here is wanted any more.
"""

from __future__ import annotations

import atexit
import faulthandler
import gc
import importlib
import os
import pickle
import signal
import struct
import sys
import threading
import traceback
from queue import SimpleQueue
from typing import IO

LENGTH = struct.Struct("<Q")  # stands before each message


def send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(LENGTH.pack(len(message)) + message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """The next message; None at the end, also in the middle of a message."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    message = pipe.read(length)
    return message if len(message) == length else None


def main() -> None:
    _outlive_ctrl_c()
    faulthandler.enable()  # a crash in a codec says where it was
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # a task that prints must not write among the answers
    waiting: SimpleQueue[bytes | None] = SimpleQueue()
    busy = threading.Event()
    sys.path[:], preload = pickle.loads(receive(tasks) or os._exit(1))  # noqa: S301 (from our own parent)
    threading.Thread(target=_read, args=(tasks, waiting, busy), daemon=True).start()
    gc.disable()
    for name in preload:
        importlib.import_module(name)
    gc.freeze()  # modules stay: nothing in them has to be looked through again
    gc.enable()
    while (task := waiting.get()) is not None:
        busy.set()
        answer = _answer(task)
        busy.clear()
        send(answers, answer)
    atexit._run_exitfuncs()
    os._exit(0)  # taking Qt and numpy down piece by piece would take longer than a small task


def _outlive_ctrl_c() -> None:
    """Ctrl-C reaches every process of the terminal; the parent alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # held back since before this program began
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _read(tasks: IO[bytes], waiting: SimpleQueue[bytes | None], busy: threading.Event) -> None:
    while (message := receive(tasks)) is not None:
        waiting.put(message)
    if busy.is_set():
        os._exit(1)
    waiting.put(None)


def _answer(task: bytes) -> bytes:
    try:
        function, args, kwargs = pickle.loads(task)  # noqa: S301 (from our own parent)
        return pickle.dumps((True, function(*args, **kwargs)))
    except BaseException as error:  # noqa: BLE001 (it is raised again where the result is asked for)
        return _told(error)


def _told(error: BaseException) -> bytes:
    """The error as it is, with a note of where in this process it was raised."""
    text = "".join(traceback.format_exception(error))
    error.add_note(f"in a worker process:\n{text}")
    try:
        told = pickle.dumps((False, error))
        pickle.loads(told)  # noqa: S301 (just made)
    except Exception:  # noqa: BLE001 (whatever an exception's own __reduce__ and __init__ raise)
        return pickle.dumps((False, RuntimeError(f"an error that cannot leave its process:\n{text}")))
    return told


if __name__ == "__main__":
    main()
