"""`framekiln jobs watch`: the queue, live. In a terminal a table that fits it; elsewhere a line for each change."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.cli.columns import columns
from app.cli.jobs_words import HEAD, SHORT, SPARE, facts, state, table_row
from app.cli.words import clock as minutes
from sync.clock import Clock, SystemClock
from sync.errors import QueueUnreachable
from sync.estimate import Estimate, estimate, rates
from sync.queue import Queue

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

LOOK = 1.0  # seconds
MOST = 2000  # jobs that are looked at
RECENT = 50
SHOWN = 600_000  # ms that an ended job stays in the table
BAR = 10  # cells

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """The queue at a moment. `away`: why it could not be read, the rest being from before."""

    jobs: Sequence[Raw]  # running first, then queued in their order, then paused
    ended: Sequence[Raw]  # the last first
    counts: Mapping[str, int]
    estimate: Estimate
    away: str | None = None


def watch(queue: Queue, *, as_json: bool, clock: Clock | None = None) -> int:
    """Until Ctrl-C, which is how it ends well."""
    looks = _looks(queue, clock or SystemClock())
    try:
        if sys.stdout.isatty() and not as_json:
            _live(looks)
        else:
            _changes(looks, as_json=as_json)
    except KeyboardInterrupt:
        pass
    return 0


def _looks(queue: Queue, clock: Clock) -> Iterator[Look]:
    last = Look((), (), {}, Estimate({}, None))
    while True:
        try:
            last = _look(queue)
        except QueueUnreachable as error:
            last = Look(last.jobs, last.ended, last.counts, last.estimate, str(error))
        yield last
        clock.wait(LOOK)


def _look(queue: Queue) -> Look:
    jobs = queue.jobs(["running", "uploading", "queued", "paused"], MOST)
    ended = queue.jobs(["succeeded", "failed", "cancelled"], RECENT)
    return Look(jobs, ended, queue.counts(), estimate(jobs, queue.nodes(), rates(ended)))


# ------------------------------------------------------------------------------------------------------ a terminal


def _live(looks: Iterator[Look]) -> None:
    from rich.live import Live

    with Live(auto_refresh=False, vertical_overflow="crop") as live:
        for look in looks:
            live.update(picture(look, live.console), refresh=True)


def picture(look: Look, console: Console) -> RenderableType:
    """As much as fits: what runs, what has just ended, what comes next."""
    from rich.text import Text

    head = _summary(look)
    rows = list(_rows(look, console.height - len(head) - 3))
    lines = [*head, ""]
    if rows:
        lines += columns(("", *HEAD), [cells for cells, _ in rows], console.width, SPARE)
    told = Text("\n".join(line[: console.width * 2] for line in lines), no_wrap=True, overflow="ellipsis")
    at = sum(len(line) + 1 for line in [*head, ""])
    for (_, style), line in zip([((), "bold"), *rows], lines[len(head) + 1 :], strict=False):
        told.stylize(style, at, at + len(line))
        at += len(line) + 1
    return told


def _summary(look: Look) -> list[str]:
    counted = [
        f"{look.counts[name]} {name}" for name in ("running", "uploading", "queued", "paused") if look.counts.get(name)
    ]
    lines = [", ".join(counted) or "nothing is running or queued"]
    if look.estimate.all and counted:
        lines[0] += f"; all done in about {minutes(look.estimate.all)} (a guess, from what ran lately)"
    if look.away:
        lines.append(f"the queue is away, this is from before: {look.away}")
    return lines


def _rows(look: Look, most: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Cells and a style; the last row tells how many there was no room for."""
    held = [row for row in look.jobs if row["state"] in ("running", "uploading")]
    line = [row for row in look.jobs if row["state"] not in ("running", "uploading")]
    just = [row for row in look.ended if row["now"] - row["ended_at"] < SHOWN]
    shown = [*held, *just[: max(3, most - len(held) - len(line) - 1)], *line]
    fits = shown if len(shown) <= most else shown[: max(1, most - 1)]
    for row in fits:
        yield (_bar(row), *_cells(row, look.estimate)), _STYLES.get(row["state"], "")
    waiting = sum(look.counts.get(name, 0) for name in ("queued", "paused"))
    left = waiting - sum(1 for row in fits if row in line)
    if left > 0:
        yield ("", "", f"… and {left} more", *[""] * (len(HEAD) - 2)), "dim"


def _cells(row: Raw, known: Estimate) -> tuple[str, ...]:
    """Those of a listing; what runs has its rate, what is queued has when it may start."""
    cells = table_row(row)
    if row["state"] == "running" and row["fps"]:
        return (*cells[:2], f"{cells[2].removeprefix('running ')}, {row['fps']:.0f} fps", *cells[3:])
    starts = known.starts.get(row["id"])
    return cells if starts is None else (*cells[:6], f"in ~{minutes(starts)}", *cells[7:])


def _bar(row: Raw) -> str:
    if row["state"] not in ("running", "uploading"):
        return _SIGNS.get(str(row["state"]), "")
    full: int = round(BAR * min(100.0, max(0.0, row["percent"])) / 100)
    return "━" * full + "─" * (BAR - full)


_SIGNS: Mapping[str, str] = {"queued": "·", "paused": "‖", "succeeded": "✓", "failed": "×", "cancelled": "–"}
_STYLES = {
    "running": "cyan",
    "uploading": "cyan",
    "succeeded": "green",
    "failed": "red",
    "cancelled": "dim",
    "paused": "yellow",
}


# ---------------------------------------------------------------------------------------------------- a log, a pipe


def _changes(looks: Iterable[Look], *, as_json: bool) -> None:
    """The whole list at first, then each job whose state is another."""
    before: dict[str, Any] | None = None
    for look in looks:
        rows = {row["id"]: row for row in (*look.jobs, *look.ended)}
        states = {id: (row["state"], row["wanted"]) for id, row in rows.items()}
        changed = [row for id, row in rows.items() if before is None or before.get(id) != states[id]]
        if before is None and not rows and not as_json:
            print("the queue is empty", flush=True)
        for row in changed if before is not None else _first(look):
            _say(row, as_json=as_json)
        before = (before or {}) | states


def _first(look: Look) -> list[Raw]:
    return [*look.jobs, *(row for row in look.ended if row["now"] - row["ended_at"] < SHOWN)]


def _say(row: Raw, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"event": "job", "job": facts(row)}, ensure_ascii=False), flush=True)
        return
    at = f" at {row['node']}" if row["node"] else ""
    why = f": {table_row(row)[-1]}" if row["error"] and row["state"] in ("failed", "queued") else ""
    print(f"{row['id'][:SHORT]}  {row['label']}  {state(row)}{at}{why}", flush=True)
