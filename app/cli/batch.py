"""`framekiln render --batch`: a video for each row of a table.

All rows are checked before the first is rendered. A row that cannot be rendered is told and left out, what stands there
already is left alone, and a row that fails stops no other.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.cli.arguments import props
from app.cli.batch_rows import check_columns, output_of, read_table
from app.cli.progress import watched
from app.cli.words import size_words
from render_engine.document.rows import Row, props_of
from render_engine.errors import BadInput, DocumentError, FramekilnError, Problem

if TYPE_CHECKING:
    from render_engine.document.load import Loaded
    from render_engine.film import RenderOptions

State = Literal["to do", "rendered", "already there", "refused", "failed"]
SIGNS: dict[State, str] = {"to do": " ", "rendered": "✓", "already there": "=", "refused": "×", "failed": "×"}


@dataclass(frozen=True)
class Job:
    """A row, and what became of it so far."""

    row: Row
    state: State
    output: Path | None = None
    message: str = ""


@dataclass(frozen=True)
class Batch:
    """What all rows have in common."""

    arguments: argparse.Namespace
    props: dict[str, bool]  # that the source takes, and whether each must be given

    @property
    def pattern(self) -> str:
        return str(self.arguments.output)

    @property
    def as_json(self) -> bool:
        asked: bool = self.arguments.json
        return asked

    def asked(self, job: Job) -> tuple[Loaded, Path, RenderOptions]:
        from app.cli.render import what_to_render

        assert job.output
        loaded, _, options = what_to_render(self.arguments, props_of(job.row, self.props))
        options = replace(options, workers=self.arguments.workers, reuse=not self.arguments.no_reuse)
        return loaded, job.output, options


def run(arguments: argparse.Namespace) -> int:
    from render_engine.document.prop_names import prop_names

    if arguments.output is None:
        raise BadInput('--batch: say how the files are called, like -o "out/{row}.mp4"')
    if arguments.captions:
        raise BadInput("--captions: not with --batch, as every row would write the same file")
    table = read_table(arguments.batch)
    batch = Batch(arguments, prop_names(arguments.source))
    check_columns(table, batch.props, props(arguments), batch.pattern)
    named = [_named(row, batch) for row in table.rows]
    _refuse_one_file_for_two(named, batch)
    jobs = [_checked(job, batch) if job.state == "to do" else job for job in named]
    _refuse_what_is_wrong_with_all(jobs)
    for job in jobs:
        if job.state != "to do":
            _tell(job, batch)
    try:
        for place, job in _rendered(jobs, batch):
            jobs[place] = job
    finally:
        print(_summary(jobs, as_json=batch.as_json), flush=True)
    return int(any(job.state in ("refused", "failed") for job in jobs))


# ------------------------------------------------------------------------------------------------ before the first


def _named(row: Row, batch: Batch) -> Job:
    if row.problem:
        return Job(row, "refused", None, row.problem)
    try:
        return Job(row, "to do", output_of(row, batch.pattern))
    except BadInput as error:
        return Job(row, "refused", None, str(error))


def _refuse_one_file_for_two(jobs: Sequence[Job], batch: Batch) -> None:
    first: dict[str, Job] = {}
    for job in jobs:
        if job.output is None:
            continue
        other = first.setdefault(str(job.output).casefold(), job)  # some systems do not tell A from a
        if other is not job:
            raise BadInput(
                f"--output {batch.pattern}: rows {other.row.number} and {job.row.number} would both be {job.output}. "
                "Name the file by a column that differs, or by {row}"
            )


def _checked(job: Job, batch: Batch) -> Job:
    """Opened as far as a render opens it; nothing is drawn."""
    from render_engine.already_made import already_made
    from render_engine.film import open_film

    try:
        film = open_film(*batch.asked(job))
    except DocumentError as error:
        return replace(job, state="refused", message="; ".join(_problem(each, job.row) for each in error.problems))
    except BadInput as error:
        return replace(job, state="refused", message=str(error))
    there = not batch.arguments.no_reuse and already_made(film)
    return replace(job, state="already there") if there else job


def _problem(problem: Problem, row: Row) -> str:
    """With the column's name, where a prop is wrong."""
    way = re.sub(r"\[(\d+)\]", r".\1", problem.path.removeprefix("props."))
    if not problem.path.startswith("props."):
        return str(problem)
    columns = (column for column in row.cells if way == column or way.startswith(f"{column}."))
    column = max(columns, key=len, default=way)
    return f"column “{column}”: {replace(problem, path='')}"


def _refuse_what_is_wrong_with_all(jobs: Sequence[Job]) -> None:
    """An encoder that is not there, a font that is missing: told once."""
    if len(jobs) > 1 and all(job.state == "refused" and job.message == jobs[0].message for job in jobs):
        raise BadInput(f"every row: {jobs[0].message}")


# -------------------------------------------------------------------------------------------------- one by one


def _rendered(jobs: Sequence[Job], batch: Batch) -> Iterator[tuple[int, Job]]:
    """Each job that was to do, as it came out. The rows share their workers, unless one fails."""
    from render_engine.segments.workers import worker_processes

    with ExitStack() as pool:
        executor = None
        for place, job in enumerate(jobs):
            if job.state != "to do":
                continue
            executor = executor or pool.enter_context(worker_processes(batch.arguments.workers))
            _tell_begin(job, len(jobs), batch)
            done = _made(job, batch, executor)
            if done.state == "failed":
                pool.close()
                executor = None
            _tell(done, batch)
            yield place, done


def _made(job: Job, batch: Batch, executor: Executor) -> Job:
    from render_engine.render import render

    assert job.output
    try:
        job.output.parent.mkdir(parents=True, exist_ok=True)
        result = watched(render(*batch.asked(job), executor=executor), as_json=batch.as_json)
    except OSError as error:
        return replace(job, state="failed", message=f"{job.output.parent}: {error.strerror}")
    except FramekilnError as error:
        return replace(job, state="failed", message=str(error))
    return replace(job, state="rendered", message=f"{size_words(result.bytes)} in {result.seconds:.1f} s")


# ------------------------------------------------------------------------------------------------------ telling


def _tell_begin(job: Job, rows: int, batch: Batch) -> None:
    if not batch.as_json:
        print(f"row {job.row.number} of {rows}: {job.output}", flush=True)


def _tell(job: Job, batch: Batch) -> None:
    if batch.as_json:
        print(json.dumps({"event": "row", **_facts(job)}, ensure_ascii=False), flush=True)
    elif job.state in ("refused", "failed"):
        print(f"error: row {job.row.number}: {job.message}", file=sys.stderr, flush=True)


def _facts(job: Job) -> dict[str, object]:
    output = str(job.output) if job.output else None
    return {"row": job.row.number, "state": job.state, "output": output, "message": job.message}


def _summary(jobs: Sequence[Job], *, as_json: bool) -> str:
    counted = Counter(job.state for job in jobs)
    if as_json:
        counts = {state.replace(" ", "_"): counted[state] for state in SIGNS}
        return json.dumps({"event": "batch", "rows": len(jobs), **counts})
    told = ", ".join(f"{count} {state}" for state in SIGNS if (count := counted[state]))
    return "\n".join(("", *map(_line, jobs), f"{len(jobs)} rows: {told}"))


def _line(job: Job) -> str:
    return f"{SIGNS[job.state]} {job.row.number:>4}  {job.state:<13}  {job.output or '–'}  {job.message}".rstrip()
