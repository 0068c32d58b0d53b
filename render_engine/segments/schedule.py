"""Renders the missing segments by any executor: hands out runs, tells how far they are, and tries again what a dead
worker left.

Each worker has a stretch of the film of its own, so that its decoders go on where they are; its runs shrink towards the
stretch's end, and who is done takes half of what another has left, so that all finish together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import replace
from itertools import pairwise
from math import ceil

from render_engine.errors import RenderFailed, Stopped
from render_engine.segments.run import Run, drop
from render_engine.segments.segment import Segment

# Of a segment whose worker died: an out-of-memory killer may have hit it by chance, a crashing codec comes again.
TRIES = 3
TOLD_EVERY = 0.1  # seconds
Stretch = list[Segment]  # what is left of it, in order


def rendered(
    missing: Sequence[Segment],
    task: Run,
    executor: Executor,
    workers: int,
    prepare: Callable[[Segment], None],
    stopping: Callable[[], bool],
) -> Iterator[int]:
    """Yields how many frames are drawn, now and then. `task`: a run without segments; `prepare`: saves a segment's
    display lists in the work folder. Raises Stopped, once the segments in hand are finished, when `stopping` says so."""
    stretches = _stretches(missing, workers)
    running: dict[Future[None], tuple[Run, Stretch]] = {}
    idle = list(stretches)
    died: Counter[int] = Counter()
    done = 0
    try:
        while idle or running:
            if stopping():
                yield from _to_the_border(task, [run for run, _ in running.values()], running, done)
            for stretch in idle:
                if segments := _next_run(stretch, stretches):
                    run = replace(task, segments=segments)
                    for segment in run.segments:
                        prepare(segment)
                    running[_submitted(executor, run)] = run, stretch
            idle = []
            for future in wait(running, TOLD_EVERY, FIRST_COMPLETED).done:
                run, stretch = running.pop(future)
                left = _left(future, run, died)
                done += run.frames - sum(segment.frames for segment in left)
                stretch[:0] = left
                idle.append(stretch)
                drop(run)
            yield done + sum(run.frames_done() for run, _ in running.values())
    finally:
        for future in running:
            future.cancel()


def _to_the_border(task: Run, runs: Sequence[Run], futures: Iterable[Future[None]], done: int) -> Iterator[int]:
    """The workers finish the segments that they have begun. What fails now is met again when the render goes on."""
    task.stop()
    waiting = set(futures)
    while waiting:
        waiting = wait(waiting, TOLD_EVERY).not_done
        yield done + sum(run.frames_done() for run in runs)
    raise Stopped


def render_run(run: Run) -> None:
    """Runs in the worker: who hands out runs needs nothing that draws."""
    from render_engine.segments import drawing

    drawing.render_run(run)


def _submitted(executor: Executor, run: Run) -> Future[None]:
    try:
        return executor.submit(render_run, run)
    except BrokenExecutor as error:  # not ours, which outlives its workers
        raise RenderFailed(
            f"{run.segments[0]} could not be rendered: the executor that was given takes nothing more ({error}). "
            "What is finished is kept; render again."
        ) from error


def _stretches(missing: Sequence[Segment], workers: int) -> list[Stretch]:
    """One for each worker, equally long."""
    cuts = [round(k * len(missing) / workers) for k in range(workers + 1)]
    return [list(missing[start:end]) for start, end in pairwise(cuts)]


def _next_run(stretch: Stretch, stretches: Sequence[Stretch]) -> tuple[Segment, ...]:
    """The next consecutive segments: half of what is left of the stretch. One that has none left gets half of another's."""
    if not stretch:
        longest = max(stretches, key=len)
        half = len(longest) // 2
        stretch[:], longest[half:] = longest[half:], []
    count = ceil(len(stretch) / 2)
    broken = (k for k in range(1, count) if stretch[k].number != stretch[k - 1].number + 1)
    run = stretch[: next(broken, count)]
    del stretch[: len(run)]
    return tuple(run)


def _left(future: Future[None], run: Run, died: Counter[int]) -> tuple[Segment, ...]:
    """The segments that are still to be rendered after a run has ended, well or badly."""
    try:
        future.result()
    except BrokenExecutor as error:
        met = run.frame_met()
        at = max((k for k, each in enumerate(run.segments) if met is not None and each.first <= met), default=0)
        segment = run.segments[at]
        died[segment.number] += 1
        if died[segment.number] == TRIES:
            where = segment.first if met is None else min(met, segment.last - 1)
            raise RenderFailed(
                f"{segment} could not be rendered: its worker died {TRIES} times, the last time at frame {where} ({error})."
            ) from error
        return run.segments[at:]
    return ()
