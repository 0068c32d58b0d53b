"""Jobs as people read them: a row of the queue to short words, and to an object of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.cli.words import clock
from sync.secrets import redacted

HEAD = ("ID", "LABEL", "STATE", "PRIORITY", "NODE", "AGE>", "TIME>", "ERROR")
SPARE = ("AGE>", "PRIORITY", "NODE", "ERROR")  # where a terminal is narrow
LAST_MOMENT = 253_402_300_800_000  # ms: the year 10000
SHORT = 8  # letters of an id
_ASKED = {"cancel": "cancelling", "pause": "pausing"}
_FACTS = (
    "id",
    "client_id",
    "project_id",
    "kind",
    "label",
    "state",
    "wanted",
    "priority",
    "node",
    "stage",
    "percent",
    "frame",
    "frames",
    "fps",
    "eta",
    "attempts",
    "failures",
    "lost_leases",
    "created_by",
    "origin",
    "origin_id",
    "parent_id",
    "storage",
    "error_kind",
    "error",
)
_TIMES = ("created_at", "started_at", "ended_at", "not_before")

Raw = Mapping[str, Any]


def table_row(row: Raw) -> tuple[str, ...]:
    """Under HEAD. `row`: one of Queue.jobs, which knows the queue's time."""
    priority = "" if row["priority"] == "normal" else row["priority"]
    error = next(iter((row["error"] or "").splitlines()), "") if row["state"] in ("failed", "queued") else ""
    return (
        row["id"][:SHORT],
        row["label"],
        state(row),
        priority,
        row["node"] or "",
        age(row),
        took(row),
        redacted(error),
    )


def state(row: Raw) -> str:
    """running 42 %, cancelling"""
    words = row["state"]
    if words in ("running", "uploading"):
        words = f"{words} {row['percent']:.0f} %" if words == "running" else words
    elif words == "queued" and row["not_before"] > row["now"]:
        words = f"queued, in {span(row['not_before'] - row['now'])}"
    elif words == "queued" and row["waiting_for"]:
        words = f"queued, after {row['waiting_for']} others"
    return f"{words}, {_ASKED[row['wanted']]}" if row["wanted"] else words


def age(row: Raw) -> str:
    return span(row["now"] - row["created_at"])


def took(row: Raw) -> str:
    """How long it took, or what is left of it."""
    if row["state"] == "running" and row["eta"] is not None:
        return f"{clock(row['eta'])} left"
    if row["ended_at"] and row["started_at"]:
        return clock((row["ended_at"] - row["started_at"]) / 1000)
    return ""


def span(ms: float) -> str:
    """119 s, 5 min, 47 h, 2 d"""
    seconds = max(0, round(ms / 1000))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def moment(ms: int | None) -> str | None:
    """ISO 8601, UTC, as every JSON of ours has times; null for none, and for what is no time of this age."""
    if not ms or not 0 < ms < LAST_MOMENT:
        return None
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def facts(row: Raw) -> dict[str, Any]:
    """The object that stands for a job in every JSON of ours; docs/jobs.md tells its fields."""
    return {
        **{name: row[name] for name in _FACTS},
        "needs": row["signature"].split(",") if row["signature"] else [],
        "error": redacted(row["error"]) if row["error"] else None,
        "webhook": redacted(row["webhook"]) if row["webhook"] else None,
        "metadata": _parsed(row["metadata"]),
        "result": _parsed(row["result"]),
        **{name: moment(row[name]) for name in _TIMES},
    }


def _parsed(text: str | None) -> Any:
    """What a stranger wrote into the row may be no JSON: then it is told as it is."""
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text
