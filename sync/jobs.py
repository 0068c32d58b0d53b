"""A job, as the queue holds it; times are milliseconds since the epoch by the queue's clock."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from sync.errors import JobRefused

Priority = Literal["urgent", "high", "normal", "low"]
State = Literal["queued", "running", "uploading", "succeeded", "failed", "cancelled", "paused"]

HOUR = 3_600_000
# By how much earlier it counts as submitted: an old job of any priority comes before a new one of a higher.
BOOSTS: Mapping[str, int] = {"urgent": 30 * 24 * HOUR, "high": 6 * HOUR, "normal": 0, "low": -24 * HOUR}
STATES: tuple[State, ...] = get_args(State)
ENDED = ("succeeded", "failed", "cancelled")
HELD = ("running", "uploading")


@dataclass(frozen=True)
class NewJob:
    """What is submitted. `payload`: data only, see docs/protocol.md; `needs`: names that a node must have."""

    label: str
    payload: Mapping[str, Any]
    id: str = field(default_factory=lambda: new_id())
    client_id: str | None = None
    project: str = "local"
    kind: str = "render"
    storage: str | None = None
    webhook: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    created_by: str | None = None
    origin: str = "person"
    origin_id: str | None = None
    parent_id: str | None = None
    waiting_for: int = 0
    needs: tuple[str, ...] = ()
    priority: Priority = "normal"
    inputs: tuple[str, ...] = ()  # sha256 of files in storage
    payload_object: str | None = None  # sha256, where the payload is too long for a row


@dataclass(frozen=True)
class Job:
    """A row of `jobs`."""

    id: str
    project_id: str
    client_id: str
    kind: str
    label: str
    payload: str | None
    payload_object: str | None
    payload_hash: str
    storage: str | None
    webhook: str | None
    metadata: str
    created_by: str | None
    origin: str
    origin_id: str | None
    parent_id: str | None
    waiting_for: int
    signature: str
    priority: Priority
    rank: int
    created_at: int
    not_before: int
    state: State
    wanted: Literal["cancel", "pause"] | None
    node: str | None
    token: int
    claim_id: str | None
    lease_until: int | None
    by_token: int | None
    outcome: str | None
    attempts: int
    failures: int
    lost_leases: int
    started_at: int | None
    ended_at: int | None
    error_kind: str | None
    error: str | None
    stage: str | None
    percent: float
    frame: int
    frames: int
    fps: float
    eta: float | None
    progress_at: int | None
    result: str | None

    @property
    def needs(self) -> tuple[str, ...]:
        return needs_of(self.signature)

    @property
    def ended(self) -> bool:
        return self.state in ENDED


_COLUMNS = tuple(each.name for each in fields(Job))


def job(row: Mapping[str, Any]) -> Job:
    return Job(**{name: row[name] for name in _COLUMNS})


def new_id() -> str:
    """16 letters; the first eight are enough for a person."""
    return secrets.token_hex(8)


def canonical(value: Any) -> str:
    """The same text for the same data."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def payload_hash(kind: str, payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{kind}\n{canonical(payload)}".encode()).hexdigest()


def signature(needs: Iterable[str]) -> str:
    """The same for the same needs, in whatever order. Raises JobRefused for a name that cannot be one."""
    names = sorted(set(needs))
    for name in names:
        if not name or "," in name or len(name) > 100 or name != name.strip():
            raise JobRefused(f"--tag {name!r}: a tag is a word without commas, of at most 100 letters")
    if len(names) > 20:
        raise JobRefused(f"{len(names)} tags were given; a job may ask for 20")
    return ",".join(names)


def needs_of(signature: str) -> tuple[str, ...]:
    return tuple(signature.split(",")) if signature else ()
