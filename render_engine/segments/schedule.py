"""Renders the missing segments by any executor: hands out runs, tells how far they are, and tries again what a dead
worker left.

Runs are long at first, so that decoders stay open, and shrink towards the end, so that all workers finish together.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import replace
from math import ceil

from render_engine.errors import RenderFailed
from render_engine.segments.run import Run, drop
from render_engine.segments.segment import Segment

TRIES = (
    3  # of a segment whose worker died: an out-of-memory killer may have hit it by chance, a crashing codec comes again
)
TOLD_EVERY = 0.1  # seconds


def rendered(
    missing: Sequence[Segment],
    task: Run,
    executor: Executor,
    workers: int,
    prepare: Callable[[Segment], None],
) -> Iterator[int]:
    """Yields how many frames are drawn, now and then. `task`: a run without segments; `prepare`: saves a segment's
    display lists in the work folder."""
    waiting, running = deque(missing), dict[Future[None], Run]()
    died: Counter[int] = Counter()
    done = 0
    try:
        while waiting or running:
            # One run more than there are workers waits at the door, so that nobody idles while it is made ready.
            while waiting and len(running) <= workers:
                run = replace(task, segments=_next_run(waiting, workers))
                for segment in run.segments:
                    prepare(segment)
                running[_submitted(executor, run)] = run
            for future in wait(running, TOLD_EVERY, FIRST_COMPLETED).done:
                run = running.pop(future)
                left = _left(future, run, died)
                done += run.frames - sum(segment.frames for segment in left)
                waiting.extendleft(reversed(left))
                drop(run)
            yield done + sum(run.frames_done() for run in running.values())
    finally:
        for future in running:
            future.cancel()


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


def _next_run(waiting: deque[Segment], workers: int) -> tuple[Segment, ...]:
    """The next consecutive segments: three fifths of each worker's share of what is left."""
    most = ceil(3 * len(waiting) / (5 * workers))
    run = [waiting.popleft()]
    while waiting and len(run) < most and waiting[0].number == run[-1].number + 1:
        run.append(waiting.popleft())
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
