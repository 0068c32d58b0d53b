"""`framekiln jobs show`: all that a person may ask about one job."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from app.cli.columns import plain
from app.cli.jobs_files import artifact_facts, artifact_lines
from app.cli.jobs_follow import line
from app.cli.jobs_words import SHORT, facts, moment, span
from app.cli.words import clock
from sync.estimate import estimate, rates
from sync.jobs import Job
from sync.queue import Queue
from sync.secrets import redacted

if TYPE_CHECKING:
    from sync.settings import Settings

RECENT = 50  # ended jobs that an estimate looks at
LINE = 2000  # jobs that it counts through

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """Everything that the queue has of it."""

    job: Job
    now: int  # ms
    position: int | None
    starts_in: float | None  # seconds, a guess
    why_waiting: str | None
    attempts: Sequence[Raw]
    artifacts: Sequence[Raw]
    events: Sequence[Raw]
    deliveries: Sequence[Raw]
    inputs: list[str]


def show(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    known = _known(queue, queue.find(arguments.id, settings.project))
    if arguments.json:
        print(json.dumps(_facts(known, settings), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(known, settings, events=arguments.events)))
    return 0


def _known(queue: Queue, job: Job) -> Known:
    queued = job.state == "queued"
    why = queue.why_waiting(job) if queued else None
    starts = _starts(queue) if queued and why is None else {}
    row: Raw = queue.database.run("now")[0]
    return Known(
        job=job,
        now=row["now"],
        position=queue.ahead(job) + 1 if queued else None,
        starts_in=starts.get(job.id),
        why_waiting=why,
        attempts=queue.attempts(job.id),
        artifacts=queue.artifacts(job.id),
        events=queue.events(job.id),
        deliveries=queue.deliveries(job.id),
        inputs=[str(row["sha256"]) for row in queue.database.run("inputs_of_job", id=job.id)],
    )


def _starts(queue: Queue) -> Mapping[str, float]:
    waiting = queue.jobs(["running", "uploading", "queued"], LINE)
    return estimate(waiting, queue.nodes(), rates(queue.jobs(["succeeded"], RECENT))).starts


# -------------------------------------------------------------------------------------------------------- words


def _lines(known: Known, settings: Settings, *, events: bool) -> Iterator[str]:
    job = known.job
    yield f"{plain(job.id)}  {plain(job.label)}"
    yield ""
    yield from _section("State", _state(known))
    yield from _section("Submitted", [_submitted(known)])
    yield from _section("Id", [job.client_id] if job.client_id != job.id else [])
    yield from _section("Needs", [", ".join(job.needs)] if job.needs else [])
    yield from _section("Metadata", _metadata(job))
    yield from _section("Inputs", [_inputs(known)] if known.inputs else [])
    yield from _section("Attempts", [_attempt(row, known.now) for row in known.attempts])
    yield from _section("Files", [text.strip() for text in artifact_lines(known.artifacts, settings)])
    yield from _section("Result", [f"goes to {job.storage}"] if job.storage and not known.artifacts else [])
    yield from _section("Webhook", _webhook(known))
    if events:
        yield from _section("Events", [_event(row) for row in known.events])


def _section(name: str, texts: Sequence[str]) -> Iterator[str]:
    """Further lines of a text stand under its first."""
    lines = [
        f"{'  ' if number else ''}{plain(each)}" for text in texts for number, each in enumerate(text.splitlines())
    ]
    for number, each in enumerate(lines):
        yield f"{'' if number else name:<10} {each}"


def _state(known: Known) -> list[str]:
    job = known.job
    lines = [line(job)]
    if job.wanted:
        lines.append(f"asked to {job.wanted}, which {job.node} sees within seconds")
    if known.position is not None:
        lines.append("next in line" if known.position == 1 else f"number {known.position} in line")
    if job.not_before > known.now:
        lines[-1:] = [f"not before {span(job.not_before - known.now)} from now, since it failed"]
    if known.why_waiting:
        lines.append(f"it waits: {known.why_waiting}")
    elif known.starts_in is not None:
        lines.append(f"starts in about {clock(known.starts_in)} (a guess, from what ran lately)")
    if job.ended_at and job.started_at:
        lines[0] += f" after {clock((job.ended_at - job.started_at) / 1000)}, {span(known.now - job.ended_at)} ago"
    if job.ended and job.error:
        lines += redacted(job.error).splitlines()
    return lines


def _submitted(known: Known) -> str:
    job = known.job
    by = f" by {job.created_by}" if job.created_by else ""
    origin = "" if job.origin == "person" else f", {job.origin} {(job.origin_id or '')[:SHORT]}"
    return f"{span(known.now - job.created_at)} ago{by}, priority {job.priority}{origin}"


def _inputs(known: Known) -> str:
    shown = ", ".join(sha256[:12] for sha256 in known.inputs[:5])
    more = f" and {len(known.inputs) - 5} more" if len(known.inputs) > 5 else ""
    return f"{len(known.inputs)} in the storage: {shown}{more}"


def _metadata(job: Job) -> list[str]:
    kept = facts(asdict(job))["metadata"]
    return [f"{key}={value}" for key, value in kept.items()] if isinstance(kept, dict) else [str(kept)]


def _attempt(row: Raw, now: int) -> str:
    ended = row["ended_at"] if row["ended_at"] else now
    took = clock((ended - row["started_at"]) / 1000)
    why = f": {redacted(str(row['error']))}" if row["error"] else ""
    return f"{row['token']}  {row['node']}  {row['outcome']} {'for' if not row['ended_at'] else 'after'} {took}{why}"


def _webhook(known: Known) -> list[str]:
    if not known.job.webhook:
        return []
    sent = [_delivery(row, known.now) for row in known.deliveries]
    return [redacted(known.job.webhook), *(sent or ["nothing has been sent yet"])]


def _delivery(row: Raw, now: int) -> str:
    said = (
        f" ({row['last_status'] or redacted(str(row['last_error']))})"
        if row["last_status"] or row["last_error"]
        else ""
    )
    tries = f", {row['tries']} tries" if row["tries"] > 1 else ""
    again = row["not_before"] - now
    due = f", again in {span(again)}" if row["state"] == "pending" and again > 0 else ""
    return f"{row['sequence']}  {row['event']}  {row['state']}{said}{tries}{due}"


def _event(row: Raw) -> str:
    moved = f"{row['from_state'] or ''} → {row['to_state']}" if row["to_state"] else ""
    parts = (moment(row["at"]), row["event"], moved, row["node"], redacted(row["detail"] or ""))
    return "  ".join(str(part) for part in parts if part)


# --------------------------------------------------------------------------------------------------------- JSON


def _facts(known: Known, settings: Settings) -> dict[str, Any]:
    attempts = ("token", "node", "outcome", "error_kind", "error", "started_at", "ended_at")
    events = ("id", "event", "from_state", "to_state", "token", "node", "detail", "at")
    deliveries = ("id", "sequence", "event", "state", "tries", "last_status", "last_error", "created_at", "ended_at")
    return {
        **facts(asdict(known.job)),
        "position": known.position,
        "starts_in": None if known.starts_in is None else round(known.starts_in, 1),
        "why_waiting": known.why_waiting,
        "inputs": known.inputs,
        "attempt_list": [_object(row, attempts) for row in known.attempts],
        "artifacts": [artifact_facts(row, settings) for row in known.artifacts],
        "events": [_object(row, events) for row in known.events],
        "deliveries": [_object(row, deliveries) for row in known.deliveries],
    }


def _object(row: Raw, names: tuple[str, ...]) -> dict[str, Any]:
    """Those columns, times as text, and nothing secret."""
    return {name: _value(name, row[name]) for name in names}


def _value(name: str, value: Any) -> Any:
    if name == "at" or name.endswith("_at"):
        return moment(value)
    return redacted(value) if isinstance(value, str) else value
