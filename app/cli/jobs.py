"""`framekiln jobs`: what is in the queue, and what a person wants of it."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.arguments import Actions, Parser, reads
from app.cli.columns import columns, terminal_width
from app.cli.jobs_words import HEAD, SHORT, SPARE, facts, table_row
from app.cli.opened import opened_queue
from render_engine.errors import BadInput
from sync.errors import NodeError, QueueUnreachable
from sync.jobs import STATES, Job
from sync.queue import Queue

if TYPE_CHECKING:
    from sync.settings import Settings

LIMIT = 50
MOST = 10_000

Act = Callable[[Queue, Job], tuple[Job, str]]


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Without an action: list. IDs may be the first letters of a job's id, or the id that --id gave it."
    )
    _add_listing(parser)
    actions = Actions(parser, "list")
    _add_listing(actions.add("list", "what is running, queued and done, the newest first"), again=True)
    show = actions.add("show", "all about a job: how far it is, attempts, files with links, deliveries, why it waits")
    show.add_argument("id", metavar="ID")
    show.add_argument("--events", action="store_true", help="everything that happened to it")
    actions.add("watch", "a live table, until Ctrl-C; into a file or a pipe, a line for each change")
    actions.add("logs", "what the render said").add_argument("id", metavar="ID")
    for name, help_ in (
        ("cancel", "stop it for good"),
        ("retry", "an ended job once more, as a new one"),
        ("pause", "stop it, and keep what is rendered"),
        ("resume", "go on with a paused one"),
    ):
        actions.add(name, help_).add_argument("ids", metavar="ID", nargs="+")
    move = actions.add("move", "before all others that are queued")
    move.add_argument("ids", metavar="ID", nargs="+")
    move.add_argument("--first", action="store_true", required=True, help="to the front: the one place there is")


def _add_listing(parser: Parser, *, again: bool = False) -> None:
    """`again`: what is left out leaves what was said before the action."""
    default = argparse.SUPPRESS
    parser.add_argument(
        "--state",
        choices=STATES,
        action="append",
        default=default if again else None,
        help="only jobs in this state; more than one --state adds up",
    )
    parser.add_argument(
        "--limit", metavar="N", type=reads(_limit), default=default if again else LIMIT, help=f"how many ({LIMIT})"
    )


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise BadInput(f"“{text}” is no number of jobs: 1 to {MOST}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    from sync.settings import read_settings

    settings = read_settings()
    with opened_queue(settings) as queue:
        if arguments.action in ACTS:
            return _act(ACTS[arguments.action], queue, settings, arguments)
        return VIEWS[arguments.action](queue, settings, arguments)


# ------------------------------------------------------------------------------------------------------ listing


def _list(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    rows = queue.jobs(arguments.state, arguments.limit)
    if arguments.json:
        print(json.dumps([facts(row) for row in rows], ensure_ascii=False, indent=2))
        return 0
    if not rows:
        print(f"no job is {' or '.join(arguments.state)}" if arguments.state else "the queue is empty")
        return 0
    print("\n".join(columns(HEAD, [table_row(row) for row in rows], terminal_width(), SPARE)))
    if len(rows) == arguments.limit:
        counts = queue.counts()
        total = sum(counts[state] for state in arguments.state or counts if state in counts)
        if total > len(rows):
            print(f"… and {total - len(rows)} more: --limit {min(total, MOST)} shows them")
    return 0


def _show(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    from app.cli.jobs_show import show

    return show(queue, settings, arguments)


def _watch(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    from app.cli.jobs_watch import watch

    return watch(queue, as_json=arguments.json)


def _logs(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    from app.cli.jobs_logs import logs

    return logs(queue, settings, arguments)


VIEWS: Mapping[str, Callable[[Queue, Settings, argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "watch": _watch,
    "logs": _logs,
}

# ------------------------------------------------------------------------------------------------------- acting


def _act(act: Act, queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    """All ids are found before anything is done to one; then a job that cannot be stops no other."""
    jobs = [queue.find(id, settings.project) for id in arguments.ids]
    wrong = []
    for job in jobs:
        try:
            after, words = act(queue, job)
        except QueueUnreachable:
            raise
        except NodeError as error:
            wrong.append(str(error))
            continue
        event = {"event": arguments.action, "message": words, "job": facts(asdict(after))}
        print(json.dumps(event, ensure_ascii=False) if arguments.json else words, flush=True)
    if wrong:
        raise NodeError("\n".join(wrong))
    return 0


def _cancel(queue: Queue, job: Job) -> tuple[Job, str]:
    after = queue.cancel(job.id)
    if job.state == "cancelled":
        return after, f"{_name(job)} was cancelled already"
    if after.state == "cancelled":
        return after, f"{_name(job)} is cancelled"
    return after, f"{_name(job)} is {after.state} at {after.node}, which stops it within seconds"


def _pause(queue: Queue, job: Job) -> tuple[Job, str]:
    after = queue.pause(job.id)
    if after.state == "paused":
        return after, f"{_name(job)} is paused: framekiln jobs resume {job.id[:SHORT]}"
    return (
        after,
        f"{_name(job)} is running at {after.node}, which pauses it at its next segment; what is rendered is kept",
    )


def _resume(queue: Queue, job: Job) -> tuple[Job, str]:
    after = queue.resume(job.id)
    return after, f"{_name(job)} is {after.state}"


def _retry(queue: Queue, job: Job) -> tuple[Job, str]:
    if not job.ended:
        raise NodeError(f"{_name(job)} is {job.state}: only what has ended is retried (framekiln jobs cancel ends it)")
    new = queue.retry(job.id, getpass.getuser())
    return new, f"{_name(job)} is retried as job {new.id[:SHORT]}"


def _move(queue: Queue, job: Job) -> tuple[Job, str]:
    if job.state not in ("queued", "paused"):
        raise NodeError(f"{_name(job)} is {job.state}: only what is queued or paused is moved")
    after = queue.move_first(job.id)
    return (
        after,
        f"{_name(job)} is {'first in line' if after.state == 'queued' else 'paused, and first once it is resumed'}",
    )


def _name(job: Job) -> str:
    return f"job {job.id[:SHORT]} ({job.label})"


ACTS: Mapping[str, Act] = {"cancel": _cancel, "retry": _retry, "pause": _pause, "resume": _resume, "move": _move}
