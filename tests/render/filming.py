"""Small films for the tests of segments, rendered in this process or by the program as a person starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import av

from render_engine.cache_folder import VARIABLE
from render_engine.document.load import Loaded, load_source
from render_engine.film import RenderOptions
from render_engine.plan import Plan, plan
from render_engine.render import RenderResult, render

ROOT = Path(__file__).parents[2]
SIZE = (64, 48)
RATE = 10  # frames a second; segments of a film of up to 12 s have 8 frames
LENGTH = 8


class Here(Executor):
    """Does everything at once, in the thread that asks."""

    def __init__(self) -> None:
        self.runs: list[Any] = []  # what it was asked to do

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.runs += args
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 (it is raised where the result is asked for)
            future.set_exception(error)
        return future


def rect(x: float, color: str = "red", **fields: Any) -> dict[str, Any]:
    return {"type": "shape", "size": [10, 10], "position": [x, 24], "fill": color, **fields}


def across(frames: int, color: str = "white") -> dict[str, Any]:
    """Moves for the whole film, so that no two frames are alike."""
    ends = [{"at": 0, "value": [0, 40]}, {"at": frames / RATE, "value": [64, 40]}]
    return {"type": "shape", "size": [4, 4], "fill": color, "position": {"keyframes": ends}}


def write(folder: Path, layers: list[dict[str, Any]], frames: int = 40, **fields: Any) -> Path:
    """A document of so many frames."""
    document = {"framekiln": 1, "size": SIZE, "fps": RATE, "duration": frames / RATE, "layers": layers, **fields}
    path = folder / "film.json"
    path.write_text(json.dumps(document))
    return path


def options(**fields: Any) -> RenderOptions:
    return RenderOptions(**{"encoder": "x264", "speed": "ultrafast", **fields})


def made(document: Path | Loaded, output: Path, executor: Executor | None = None, **fields: Any) -> RenderResult:
    """Rendered in this thread, unless an executor or workers are named."""
    if executor is None and "workers" not in fields:
        executor = Here()
    loaded = document if isinstance(document, Loaded) else load_source(str(document))
    *_, last = render(loaded, output, options(**fields), executor=executor)
    assert last.result
    return last.result


def planned(document: Path, output: Path, **fields: Any) -> Plan:
    steps = plan(load_source(str(document)), output, options(**fields))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Plan = end.value
            return found


def program(document: Path, output: Path, *words: str, cache: Path, **settings: Any) -> subprocess.Popen[str]:
    """`framekiln render` as a process of its own, telling its progress as JSON."""
    asked = [sys.executable, "-m", "app", "render", str(document), "-o", str(output), "--json", *words]
    asked += ["--encoder", "x264", "--speed", "ultrafast"]
    environment = os.environ | {VARIABLE: str(cache)}
    pipe = subprocess.PIPE
    return subprocess.Popen(asked, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True, **settings)


def events(told: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.splitlines()]


def segments_in(cache: Path) -> list[Path]:
    """The journal's finished files, pictures and sounds."""
    return sorted(path for path in (cache / "journal" / "segments").glob("*/*/*") if path.is_file())


def frames_in(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)
