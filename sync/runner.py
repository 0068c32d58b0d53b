"""A render in a child process of its own, watched: its death, its memory or its time cost one attempt and nothing else.

The child (render_child.py, or another program that speaks alike) gets one line of JSON by its standard input, then perhaps
`stop`; the end of that input means that we are gone, and it ends. It tells JSON lines on its standard output:
`{"event": "progress", …}` with the fields of Told, and at its end `{"event": "ended", "kind": …}` with those of Outcome. All
else that it says there, and all that it says on its standard error, is the job's log.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Literal, get_args

from render_engine import children
from render_engine.cache_folder import journal_folder
from sync import secrets
from sync.clock import Clock
from sync.job_log import JobLog

PATIENCE = 10.0  # seconds that a child may take to stop
LOOK = 1.0  # seconds between two looks at memory and disk
FREE_DISK = 256 << 20  # bytes that stay free for everybody else
LONGEST_LINE = 4 << 20  # bytes
LAST_WORDS = 600  # bytes of the log that a death's message quotes

Kind = Literal["done", "bad_document", "bad_input", "failed", "died", "time", "memory", "disk", "stopped"]


@dataclass(frozen=True)
class Task:
    """What a child is to render."""

    folder: Path  # the attempt's own: nothing is written outside of it but the journal
    source: str  # a document in the folder, or a template's name
    props: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    fps: str | None = None
    output: str = "film.mp4"  # made in the folder's `result`
    options: Mapping[str, Any] = field(
        default_factory=dict
    )  # preset, encoder, crf, speed, bit_depth, renderer, range, alpha, workers
    program: tuple[str, ...] = children.program("sync.render_child")


@dataclass(frozen=True)
class Limits:
    """Of one render: seconds it takes, bytes it holds and writes, seconds and pixels × frames of its film."""

    seconds: float
    memory: int
    disk: int
    most_duration: float
    most_pixel_frames: int


@dataclass(frozen=True)
class Told:
    """How far it is; `percent` of the whole, `frame` of the stage's `frames`, `eta` in seconds."""

    stage: str = "start"
    percent: float = 0.0
    frame: int = 0
    frames: int = 0
    fps: float = 0.0
    eta: float | None = None


@dataclass(frozen=True)
class MadeFile:
    kind: str  # video, receipt, thumbnail
    path: Path
    size: int
    sha256: str


@dataclass(frozen=True)
class Outcome:
    kind: Kind
    message: str = ""
    problems: tuple[Mapping[str, Any], ...] = ()  # of a bad document: path, message, suggestion
    result: Mapping[str, Any] = field(default_factory=dict)  # facts of the film
    files: tuple[MadeFile, ...] = ()

    @property
    def blames_job(self) -> bool:
        """Whether every node would end like this."""
        return self.kind in ("bad_document", "bad_input")


def start(task: Task, limits: Limits, clock: Clock) -> Running:
    """Raises OSError where the folder or the program cannot be used."""
    return Running(task, limits, clock)


class Running:
    """Nothing here waits. `poll` wants to be called every second, by one thread; `stop` and `kill` by any."""

    def __init__(self, task: Task, limits: Limits, clock: Clock) -> None:
        self.told = Told()
        self.log = JobLog(task.folder / "log", clock.wall)
        self._task, self._limits, self._clock = task, limits, clock
        self._lock = threading.RLock()
        self._began = self._looked = clock.now()
        self._until: float | None = None  # it is killed
        self._why: Outcome | None = None  # we end it
        self._said: Outcome | None = None  # by the child, at its end
        self._outcome: Outcome | None = None
        self._wrote_before = _size(task.folder)
        self._work = journal_folder().resolve() / "work"
        self._popen = _process(task)
        self._orders: SimpleQueue[str | None] = SimpleQueue()
        self._orders.put(json.dumps(_message(task, limits)))
        self._threads = [
            threading.Thread(target=each, args=(pipe,), daemon=True)
            for each, pipe in (
                (self._order, self._popen.stdin),
                (self._hear, self._popen.stdout),
                (self._keep, self._popen.stderr),
            )
        ]
        for thread in self._threads:
            thread.start()

    def poll(self) -> Outcome | None:
        """How it ended; None while it goes on."""
        with self._lock:
            if self._outcome is None:
                code = self._popen.poll()
                if code is None:
                    self._hold_to_limits()
                else:
                    self._outcome = self._ended(code)
            return self._outcome

    def log_tail(self, most: int) -> str:
        return self.log.tail(most)

    def stop(self, why: str, patience: float = PATIENCE) -> None:
        """Asks it to stop at a segment's border, and kills it where it has not within `patience` seconds. Asked again, it may
        only be in more of a hurry."""
        with self._lock:
            if self._until is not None:
                self._until = min(self._until, self._clock.now() + patience)
            if self._why is None:
                self._why = Outcome("stopped", why)
                self._until = self._clock.now() + patience
                self._orders.put("stop")
                self.log.write(f"asked to stop: {why}")

    def kill(self) -> None:
        """It and its workers, now."""
        self._end(Outcome("stopped", "killed"))

    # ----------------------------------------------------------------------------------------------------- limits

    def _hold_to_limits(self) -> None:
        now = self._clock.now()
        if self._said and self._until is None:  # it has nothing left to do but to end
            self._until = now + PATIENCE
        if self._until is not None and now >= self._until:
            self.log.write("it did not end in time: killed")
            self._end(self._why or Outcome("died", "the render's process did not end"))
        if now - self._looked >= LOOK:
            self._looked = now
            if over := next(self._over(now), None):
                self._end(over)

    def _over(self, now: float) -> Iterator[Outcome]:
        limits = self._limits
        if (took := now - self._began) > limits.seconds:
            yield _limit("time", f"takes longer than {limits.seconds:g} s ({took:.0f} s by now)", "most_render_time")
        if (memory := _resident(self._popen.pid)) > limits.memory:
            yield _limit(
                "memory", f"takes {_mb(memory)} of memory; {_mb(limits.memory)} are allowed", "most_render_memory"
            )
        if (disk := self._written()) > limits.disk:
            yield _limit("disk", f"has written {_mb(disk)}; {_mb(limits.disk)} are allowed", "most_render_disk")
        for folder in {self._task.folder, self._work.parent}:
            if folder.exists() and (free := shutil.disk_usage(folder).free) < FREE_DISK:
                message = f"the disk is nearly full: {_mb(free)} are free for {folder}, {_mb(FREE_DISK)} have to stay: make room"
                yield Outcome("disk", message)

    def _written(self) -> int:
        """Bytes in its folder, beside what was there before, and in the journal's work folders that it holds."""
        import psutil

        held: set[Path] = set()
        with suppress(psutil.Error):
            files = (Path(file.path) for file in psutil.Process(self._popen.pid).open_files())
            held = {file.parent for file in files if file.parent.parent == self._work}
        return _size(self._task.folder) - self._wrote_before + sum(map(_size, held))

    # -------------------------------------------------------------------------------------------------------- end

    def _end(self, why: Outcome) -> None:
        with self._lock:
            self._why = self._why or why
            if self._popen.returncode is None:
                _kill_group(self._popen.pid)

    def _ended(self, code: int) -> Outcome:
        _kill_group(self._popen.pid)  # what a killed child left
        self._orders.put(None)
        for thread in self._threads:
            thread.join(timeout=1.0)  # they end with the pipes, unless a grandchild has fled with one
        outcome = self._said or self._why or Outcome("died", self._death(code))
        self.log.write(f"{outcome.kind.replace('_', ' ')}: {outcome.message}" if outcome.message else outcome.kind)
        self.log.close()
        return outcome

    def _death(self, code: int) -> str:
        lines = (line.partition(" ")[2] for line in self.log.tail(LAST_WORDS).splitlines())
        words = " / ".join(line.strip() for line in lines if line.strip())
        return f"the render's process {_how(code)}" + (f"; the end of its log: {words}" if words else "")

    # ------------------------------------------------------------------------------------------------------ pipes

    def _order(self, pipe: IO[bytes]) -> None:
        with suppress(BrokenPipeError), pipe:  # it has ended: poll tells how
            while (line := self._orders.get()) is not None:
                pipe.write(line.encode() + b"\n")
                pipe.flush()

    def _hear(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(LONGEST_LINE):
                if not self._understood(line):
                    self.log.write(line.decode(errors="replace"))

    def _keep(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(LONGEST_LINE):
                self.log.write(line.decode(errors="replace"))

    def _understood(self, line: bytes) -> bool:
        """Whether it was for us. What any library prints may stand there too."""
        try:
            event = json.loads(line)
            match event["event"]:
                case "progress":
                    self.told = _told(event)
                case "ended":
                    self._said = _outcome(event, self._task.folder)
                case _:
                    return False
        except (ValueError, TypeError, KeyError, RecursionError):
            return False
        return True


# ------------------------------------------------------------------------------------------------------------ messages


def _message(task: Task, limits: Limits) -> dict[str, Any]:
    """With our own module path: a child must find the same modules, wherever it stands."""
    return {
        "path": [str(Path(entry).absolute()) for entry in sys.path],
        "folder": str(task.folder.absolute()),
        "source": task.source,
        "props": dict(task.props),
        "size": task.size,
        "fps": task.fps,
        "output": task.output,
        "options": dict(task.options),
        "most_duration": limits.most_duration,
        "most_pixel_frames": limits.most_pixel_frames,
    }


def _told(event: Mapping[str, Any]) -> Told:
    eta = event["eta"]
    return Told(
        str(event["stage"]),
        float(event["percent"]),
        int(event["frame"]),
        int(event["frames"]),
        float(event["fps"]),
        None if eta is None else float(eta),
    )


def _outcome(event: Mapping[str, Any], folder: Path) -> Outcome:
    if event["kind"] not in get_args(Kind):
        raise ValueError(event["kind"])
    return Outcome(
        event["kind"],
        secrets.redacted(str(event.get("message", ""))),
        tuple(map(dict, event.get("problems", ()))),
        dict(event.get("result", {})),
        tuple(_made(file, folder) for file in event.get("files", ())),
    )


def _made(file: Mapping[str, Any], folder: Path) -> MadeFile:
    return MadeFile(str(file["kind"]), folder / "result" / file["name"], int(file["size"]), str(file["sha256"]))


# ------------------------------------------------------------------------------------------------------------- process


def _process(task: Task) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        task.program,
        cwd=task.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,  # Ctrl-C in the node's terminal is for the node to decide; and it is a group to be killed
    )


def _environment() -> dict[str, str]:
    """Without our secrets: a render needs none."""
    hidden = {*secrets.VARIABLES.values(), "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    # As for the command line: no threads of numpy's, no search for others' pydantic plugins.
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}


def _kill_group(leader: int) -> None:
    if os.name == "nt":  # Windows has no groups: the workers end with their input
        with suppress(OSError):
            os.kill(leader, signal.SIGTERM)
        return
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with code {code} before it was done"
    name = signal.Signals(-code).name
    return f"was ended by {name}" + (" (often: the machine ran out of memory)" if name == "SIGKILL" else "")


def _limit(kind: Kind, what: str, setting: str) -> Outcome:
    return Outcome(kind, f"the render {what}: raise {setting} in the node's settings, or render less at once")


def _resident(pid: int) -> int:
    """Bytes of it and all its descendants."""
    import psutil

    found = 0
    with suppress(psutil.NoSuchProcess):
        child = psutil.Process(pid)
        for process in (child, *child.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                found += process.memory_info().rss
    return found


def _size(folder: Path) -> int:
    """Bytes of all files in it; they may come and go meanwhile."""
    found = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                found += (Path(path) / name).lstat().st_size
    return found


def _mb(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"
