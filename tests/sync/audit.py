"""What the history of a queue proves, read from events, attempts and artifacts alone; the statements are not trusted.

`faults` of a history is empty where each promise was kept, else it says which one was not, and at which event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.database import Database

MOVES = {
    (None, "queued"),
    *(("queued", to) for to in ("running", "uploading", "paused", "cancelled", "failed")),
    *(("running", to) for to in ("uploading", "queued", "paused", "cancelled", "failed")),
    *(("uploading", to) for to in ("succeeded", "queued", "paused", "cancelled", "failed")),
    *(("paused", to) for to in ("queued", "cancelled")),
}
Fact = dict[str, Any]  # a row
HELD = ("running", "uploading")


@dataclass(frozen=True)
class History:
    """Of one job, each in its order."""

    events: list[Fact]
    attempts: list[Fact]
    artifacts: list[Fact]


def histories(database: Database) -> dict[str, History]:
    rows = {
        table: database.execute(f"select * from {table} order by {order}")
        for table, order in (("events", "id"), ("attempts", "job_id, token"), ("artifacts", "job_id, kind"))
    }
    ids = [str(row["id"]) for row in database.execute("select id from jobs order by created_at, id")]
    of = {id: {table: [row for row in rows[table] if row["job_id"] == id] for table in rows} for id in ids}
    return {id: History(**of[id]) for id in ids}


def faults(history: History) -> list[str]:
    """Of a job in whatever state."""
    return [*_of_events(history.events), *_of_attempts(history), *_of_artifacts(history)]


def faults_of_success(history: History) -> list[str]:
    """Of a job that was to succeed."""
    succeeded = [row for row in history.attempts if row["outcome"] == "succeeded"]
    ends = [row["to_state"] for row in history.events if row["to_state"]][-1:]
    found = faults(history)
    if ends != ["succeeded"]:
        found.append(f"it ended {ends}, not succeeded")
    if len(succeeded) != 1:
        found.append(f"{len(succeeded)} attempts succeeded, not one")
    if not any(row["kind"] == "video" for row in history.artifacts):
        found.append("it has no video")
    return found


def faults_of_objects(history: History) -> Iterator[str]:
    """Where results are in folders: each current artifact is there, whole."""
    for row in history.artifacts:
        path = Path(str(row["storage"]), str(row["key"]))
        if not path.is_file():
            yield f"the {row['kind']} is not in the storage"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
            yield f"the {row['kind']} in the storage is something else"


# ------------------------------------------------------------------------------------------------------------- events


def _of_events(events: list[Fact]) -> Iterator[str]:
    state, token = None, 0
    for row in events:
        claim = row["event"] == "claimed"
        for fault in (*_of_token(row, token, claim=claim), *_of_move(row, state)):
            yield f"event {row['id']} ({row['event']}): {fault}"
        state, token = row["to_state"] or state, token + claim
    if [row["event"] for row in events].count("submitted") != 1:
        yield "it was not submitted once"


def _of_token(row: Fact, token: int, *, claim: bool) -> Iterator[str]:
    """`token`: that of the last claim before this event."""
    if row["token"] != token + claim:
        yield f"the token is {row['token']} after {token}"
    if claim and row["by_token"] != row["token"]:
        yield "a claim without its own token"
    if not claim and row["by_token"] is not None and row["by_token"] != token:
        yield f"a write with the token {row['by_token']} was accepted after the claim with {token}"


def _of_move(row: Fact, state: Any) -> Iterator[str]:
    old, new = row["from_state"], row["to_state"]
    if new is None:
        if row["event"] != "artifact" or state not in HELD:
            yield f"nobody held it: it was {state}"
        return
    if old != state:
        yield f"it says that the job was {old}, and it was {state}"
    if row["event"] in ("submitted", "claimed", "state") and (old, new) not in MOVES:
        yield f"a job does not go from {old} to {new}"
    if row["event"] == "state" and old in HELD and new in (*HELD, "succeeded") and row["by_token"] is None:
        yield f"it went from {old} to {new} by nobody's token"


# ----------------------------------------------------------------------------------------------------------- attempts


def _of_attempts(history: History) -> Iterator[str]:
    claims = [(row["token"], row["detail"], row["node"]) for row in history.events if row["event"] == "claimed"]
    if claims != [(row["token"], row["claim_id"], row["node"]) for row in history.attempts]:
        yield "its attempts are not its claims"
    states = [row["to_state"] for row in history.events if row["to_state"]]
    for row in history.attempts:
        last = row is history.attempts[-1]
        if not last and row["outcome"] in ("running", "succeeded", "lost"):
            yield f"attempt {row['token']} is {row['outcome']}, and another was begun"
        if last and (row["outcome"] == "running") != (states[-1:] in [["running"], ["uploading"]]):
            yield f"attempt {row['token']} is {row['outcome']}, and the job {states[-1:]}"
        if last and (row["outcome"] == "succeeded") != (states[-1:] == ["succeeded"]):
            yield f"attempt {row['token']} is {row['outcome']}, and the job {states[-1:]}"


# ---------------------------------------------------------------------------------------------------------- artifacts


def _of_artifacts(history: History) -> Iterator[str]:
    kinds = [row["kind"] for row in history.artifacts]
    if len(kinds) != len(set(kinds)):
        yield "two artifacts of one kind are current"
    told: dict[str, tuple[str, Any]] = {}
    for row in history.events:
        if row["event"] == "artifact":
            kind, _, sha256 = str(row["detail"]).partition(" ")
            told[kind] = (sha256, row["by_token"])
        elif row["to_state"] in ("failed", "cancelled"):  # of what did not come about only the log stays
            told = {kind: what for kind, what in told.items() if kind == "log"}
    if told != {str(row["kind"]): (row["sha256"], row["token"]) for row in history.artifacts}:
        yield "what is current is not what was told last"
    succeeded = [row["token"] for row in history.attempts if row["outcome"] == "succeeded"]
    for row in history.artifacts:
        if succeeded and row["kind"] != "log" and row["token"] not in succeeded:
            yield f"the {row['kind']} is of attempt {row['token']}, and {succeeded} succeeded"
