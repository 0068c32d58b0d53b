"""What the child of runner.py does: a job's task to a film, its receipt and a thumbnail in the folder's `result`."""

from __future__ import annotations

import hashlib
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render_engine.durable import disk_full, means_full
from render_engine.errors import (
    BadInput,
    DiskFull,
    DocumentError,
    EncoderNotHere,
    FramekilnError,
    RenderFailed,
    Stopped,
)
from render_engine.segments.workers import worker_processes

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from render_engine.film import Film
    from render_engine.render import Progress, RenderResult
    from sync.render_task import RenderTask

Tell = Callable[[Mapping[str, Any]], None]
TOLD_EVERY = 0.25  # seconds
MOST_PROBLEMS = 50
JOINING = 95.0  # percent of a render that are done before it is joined
THUMBNAIL = "thumbnail.jpg"
_KINDS: tuple[tuple[type[FramekilnError], str], ...] = (  # the first that fits
    (Stopped, "stopped"),
    (DocumentError, "bad_document"),
    (EncoderNotHere, "failed"),  # another node may have it
    (BadInput, "bad_input"),
    (DiskFull, "disk"),
    (FramekilnError, "failed"),
)
_FACTS = (
    "width",
    "height",
    "frames",
    "encoder",
    "reason",
    "renderer",
    "renderer_reason",
    "bytes",
    "segments",
    "reused",
    "alike",
    "drawn",
    "workers",
)


def rendered(raw: Mapping[str, Any], stopping: Callable[[], bool], tell: Tell) -> dict[str, Any]:
    """How it ended. What is a mistake of ours is raised: the log gets its traceback, the attempt has failed."""
    try:
        with worker_processes(_workers(raw)) as executor:  # the first gets ready while the document is read
            from sync.render_task import read_task

            return _made(read_task(raw), executor, stopping, tell)
    except FramekilnError as error:
        return _told(error)
    except OSError as error:
        if not means_full(error.errno):
            raise
        return _told(disk_full("what a render makes", Path(raw["folder"]), "Make room."))


def _workers(raw: Mapping[str, Any]) -> int | None:
    """What is wrong with it is told later, by read_task."""
    options = raw.get("options")
    asked = options.get("workers") if isinstance(options, dict) else None
    return asked if isinstance(asked, int) and asked > 0 else None


def _told(error: FramekilnError) -> dict[str, Any]:
    from render_engine.cuda.device import NoCard

    another_may = isinstance(error, NoCard)  # as with an encoder
    kind = "failed" if another_may else next(kind for fits, kind in _KINDS if isinstance(error, fits))
    if isinstance(error, RenderFailed):
        traceback.print_exception(error)  # with what a worker said of it
    problems = error.problems[:MOST_PROBLEMS] if isinstance(error, DocumentError) else ()
    listed = [{"path": each.path, "message": each.message, "suggestion": each.suggestion} for each in problems]
    return {"kind": kind, "message": str(error), "problems": listed}


def _made(task: RenderTask, executor: Executor, stopping: Callable[[], bool], tell: Tell) -> dict[str, Any]:
    from render_engine.film import open_film
    from render_engine.render import render_film
    from render_engine.thumbnail import thumbnail

    started = time.perf_counter()
    folder = Path(task.folder) / "result"
    folder.mkdir(exist_ok=True)
    loaded, options = task.opened()
    film = open_film(loaded, folder / task.output, options, measuring=True)
    print(
        f"{Path(task.source).name}: {film.scene.width}×{film.scene.height}, {film.scene.fps} fps, by {film.choice.codec.title}",
        flush=True,
    )
    task.check(film)
    steps = render_film(film, options, executor=executor, stopping=stopping, started=started)
    result = _followed(steps, tell)
    for note in result.notes:
        print(f"note: {note}", flush=True)
    if film.segments:
        thumbnail(film, folder / THUMBNAIL, executor)
    return {"kind": "done", "result": _facts(result), "files": list(_files(film, folder))}


def _followed(steps: Iterator[Progress], tell: Tell) -> RenderResult:
    """Tells each stage's beginning, and how far it is now and then; the log gets the beginnings."""
    stage, told, waiting = "", 0.0, None
    for step in steps:
        if step.waiting != waiting:
            waiting = step.waiting
            print(waiting or "goes on", flush=True)
        if step.stage != stage:
            print(_WORDS[step.stage](step), flush=True)
        if step.stage != stage or time.monotonic() - told >= TOLD_EVERY:
            stage, told = step.stage, time.monotonic()
            tell(_event(step))
    assert step.result, "a render that is done has its result"
    return step.result


_WORDS: dict[str, Callable[[Progress], str]] = {
    "plan": lambda step: f"looking at {step.frames} frames",
    "draw": lambda step: (
        f"{step.frames} frames to draw; of {step.segments} segments {step.reused} are there, {step.alike} alike"
    ),
    "sound": lambda step: f"{step.elapsed:.1f} s: waiting for the sound",
    "finish": lambda step: f"{step.elapsed:.1f} s: joining {step.segments} segments",
    "done": lambda step: f"{step.elapsed:.1f} s: done",
}


def _event(step: Progress) -> dict[str, Any]:
    drawing = step.stage == "draw"
    return {
        "event": "progress",
        "stage": step.stage,
        "percent": round(_percent(step), 1),
        "frame": step.frame,
        "frames": step.frames,
        "fps": round(step.fps, 2) if drawing else 0.0,
        "eta": round(step.eta, 1) if drawing and step.eta is not None else None,
    }


def _percent(step: Progress) -> float:
    """Of the whole. Segments that are there count, so that a render that goes on begins where it was."""
    share = step.frame / step.frames if step.frames else 1.0
    spared = (step.reused + step.alike) / step.segments if step.segments else 0.0
    stages = {
        "plan": 0.0,
        "draw": JOINING * (spared + (1 - spared) * share),
        "sound": JOINING,
        "finish": JOINING + (100 - JOINING) * share,
        "done": 100.0,
    }
    return stages[step.stage]


def _facts(result: RenderResult) -> dict[str, Any]:
    exact = {"fps": str(result.fps), "duration": round(float(result.duration), 6), "seconds": round(result.seconds, 3)}
    return {**exact, "notes": list(result.notes), **{name: getattr(result, name) for name in _FACTS}}


def _files(film: Film, folder: Path) -> Iterator[dict[str, Any]]:
    """What is to be delivered."""
    from render_engine.receipt import receipt_path

    output = film.output.path
    video = _packed(output) if film.output.codec.name == "png" else output
    for kind, path in (("video", video), ("receipt", receipt_path(output)), ("thumbnail", folder / THUMBNAIL)):
        if path.exists():
            yield {"kind": kind, "name": path.name, "size": path.stat().st_size, "sha256": _sha256(path)}


def _packed(pictures: Path) -> Path:
    """A folder of pictures as one file, for whoever fetches it; they are compressed already."""
    packed = pictures.with_name(f"{pictures.name}.zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(pictures.iterdir()):
            archive.write(path, f"{pictures.name}/{path.name}")
    return packed


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
