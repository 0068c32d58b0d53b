"""One job followed to its end, as `framekiln submit --wait` does: a live line, lines in a log, or events."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.cli.columns import plain
from app.cli.jobs_files import artifact_facts, artifact_lines
from app.cli.jobs_words import SHORT, facts
from app.cli.words import clock as minutes
from sync.clock import Clock, SystemClock
from sync.errors import QueueUnreachable
from sync.jobs import Job
from sync.queue import Queue
from sync.secrets import redacted

if TYPE_CHECKING:
    from sync.settings import Settings

LOOK = 1.0  # seconds
LOG_EVERY = 5.0
_STAGES = {
    "preparing": "preparing",
    "start": "starting",
    "plan": "planning",
    "draw": "drawing",
    "sound": "mixing the sound",
    "finish": "joining segments",
}


def follow(queue: Queue, id: str, settings: Settings, *, as_json: bool, clock: Clock | None = None) -> int:
    """The exit code: 0 where it succeeded. Nobody cancels the job by going away."""
    show = _events if as_json else _live if sys.stdout.isatty() else _log
    last = show(_looks(queue, id, clock or SystemClock()))
    artifacts = queue.artifacts(id)
    if as_json:
        told = {"job": facts(asdict(last)), "artifacts": [artifact_facts(row, settings) for row in artifacts]}
        print(json.dumps({"event": "ended", **told}, ensure_ascii=False), flush=True)
    else:
        print("\n".join(_end(last, artifacts, settings)), flush=True)
    return 0 if last.state == "succeeded" else 1


def line(job: Job) -> str:
    """What it is doing."""
    if job.state == "queued":
        again = f", once more after: {_first_line(job.error)}" if job.error else ""
        return f"queued{again}"
    if job.state != "running":
        return job.state
    parts = [f"{_STAGES.get(job.stage or '', job.stage)}  {job.percent:.0f} %"]
    parts += [f"frame {job.frame}/{job.frames}"] if job.frames else []
    parts += [f"{job.fps:.0f} fps"] if job.fps else []
    parts += [f"{minutes(job.eta)} left"] if job.eta is not None else []
    return f"{'  '.join(parts)}  at {job.node}"


def _looks(queue: Queue, id: str, clock: Clock) -> Iterator[tuple[float, Job]]:
    """The job each second until it has ended, and when that was; a queue that is away is waited for."""
    told = False
    while True:
        try:
            job = queue.job(id)
        except QueueUnreachable as error:
            if not told:
                print(f"the queue is away, waiting for it: {error}", file=sys.stderr, flush=True)
            told = True
        else:
            told = False
            yield clock.now(), job
            if job.ended:
                return
        clock.wait(LOOK)


def _events(looks: Iterator[tuple[float, Job]]) -> Job:
    def event(job: Job) -> str:
        names = ("id", "state", "wanted", "stage", "percent", "frame", "frames", "fps", "eta", "node", "attempts")
        return json.dumps({"event": "progress", **{name: getattr(job, name) for name in names}}, ensure_ascii=False)

    return _changes(looks, event, every=0.0)


def _log(looks: Iterator[tuple[float, Job]]) -> Job:
    return _changes(looks, line, every=LOG_EVERY)


def _changes(looks: Iterator[tuple[float, Job]], say: Callable[[Job], str], *, every: float) -> Job:
    """A new state is told at once, progress now and then."""
    last, state, at = "", "", 0.0
    for now, job in looks:
        said = say(job)
        if not job.ended and (job.state != state or (said != last and now - at >= every)):
            print(said, flush=True)
            last, state, at = said, job.state, now
    return job


def _live(looks: Iterator[tuple[float, Job]]) -> Job:
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(BarColumn(), TextColumn("{task.description}", markup=False), transient=True) as bar:
        task = bar.add_task("queued", total=None)
        for _, job in looks:
            running = job.state in ("running", "uploading")
            bar.update(task, completed=job.percent, total=100 if running else None, description=line(job))
    return job


def _end(job: Job, artifacts: list[Any], settings: Settings) -> Iterator[str]:
    took = f" in {minutes((job.ended_at - job.started_at) / 1000)}" if job.ended_at and job.started_at else ""
    if job.state == "succeeded":
        yield f"✓ job {job.id[:SHORT]} succeeded{took}"
        yield from artifact_lines([row for row in artifacts if row["kind"] == "video"], settings)
        return
    yield f"× job {job.id[:SHORT]} {job.state}{took}"
    yield from (f"  {plain(text)}" for text in redacted(job.error or "").splitlines())
    if job.state == "failed":
        yield f"  framekiln jobs logs {job.id[:SHORT]} tells more"


def _first_line(text: str) -> str:
    return plain(redacted(text).partition("\n")[0])
