"""The queue: what people and nodes do with jobs, each a statement or one batch that may be repeated.

A node's writes carry the job's fencing token. Where a write changes no row, the attempt is read before anything is
concluded: the write may have been done already, the lease may have been released and be ours still, or be lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from sync.database import Database, Row, Step, step
from sync.errors import JobRefused, LeaseLost, NodeError
from sync.jobs import BOOSTS, Job, NewJob, canonical, job, new_id, payload_hash, signature

ALIVE = 60_000  # ms since a node was last seen, for it to count
MOST_FAILURES = 5
MOST_NODES = 3  # that a job fails at
MOST_LOST = 5
LONGEST_PAYLOAD = 256 * 1024  # bytes in a row; longer ones stand in storage
LONGEST_ERROR = 4000

Wanted = Literal["cancel", "pause"] | None


@dataclass(frozen=True)
class Progress:
    stage: str = "preparing"
    percent: float = 0.0
    frame: int = 0
    frames: int = 0
    fps: float = 0.0
    eta: float | None = None  # seconds


@dataclass(frozen=True)
class Held:
    """A claimed job, for those who write about it."""

    id: str
    token: int
    node: str
    lease: int  # ms


@dataclass(frozen=True)
class Artifact:
    kind: str  # video, receipt, thumbnail, log
    storage: str
    key: str
    name: str
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True)
class Polled:
    signatures: int
    waiting: bool
    now: int  # ms


class Queue:
    def __init__(self, database: Database) -> None:
        self.database = database

    # ------------------------------------------------------------------------------------------------ submitting

    def submit(self, new: NewJob) -> tuple[Job, bool]:
        """The job, and whether it is new. Raises JobRefused where its client id names another payload already."""
        steps, client_id, hashed = submission(new), new.client_id or new.id, payload_hash(new.kind, new.payload)
        self.database.batch(*steps)
        (row,) = self.database.run("job_of_client", project=new.project, client_id=client_id)
        there = job(row)
        if there.payload_hash != hashed:
            raise JobRefused(
                f"there is a job with the id “{client_id}” already, of something else ({there.id[:8]}, {there.state}): "
                "give this one another id"
            )
        return there, there.id == new.id

    def retry(self, id: str, created_by: str | None = None, new: str | None = None) -> Job:
        """An ended job once more, as a new one: what became of the first one stays."""
        old, new = self.job(id), new or new_id()
        boost = BOOSTS[old.priority]
        self.database.batch(
            step("retry", id=old.id, new_id=new, created_by=created_by, boost=boost),
            step("retry_inputs", id=old.id, new_id=new),
        )
        return self.job(new)

    # -------------------------------------------------------------------------------------------------- claiming

    def poll(self, node: str) -> Polled:
        """Whether a claim may find something; nothing is locked, unless a job's backoff is over."""
        (row,) = self.database.run("poll", node=node)
        if row["due"]:
            self.database.run("end_backoff")
            (row,) = self.database.run("poll", node=node)
        return Polled(int(_number(row["signatures"])), bool(row["waiting"]), int(_number(row["now"])))

    def claim(self, node: str, claim_id: str, lease: int) -> Job | None:
        """The first job that this node can take, or none. A repeat with the same `claim_id` gives the same job."""
        rows = self.database.run("claim", node=node, claim_id=claim_id, lease=lease, alive=ALIVE)
        rows = rows or self.database.run("job_of_claim", claim_id=claim_id)
        return job(rows[0]) if rows else None

    # -------------------------------------------------------------------------------------------- an owner's writes

    def wanted(self, node: str) -> dict[tuple[str, int], Wanted]:
        """Of each job that the queue believes this node has, by id and token."""
        rows = self.database.run("wanted_of_node", node=node)
        return {(str(row["id"]), int(_number(row["token"]))): cast(Wanted, row["wanted"]) for row in rows}

    def heartbeat(self, held: Held, progress: Progress, *, uploading: bool = False) -> Wanted:
        """Raises LeaseLost."""
        rows = self.database.run("heartbeat", id=held.id, token=held.token, lease=held.lease, **asdict(progress))
        rows = rows or self._take_back(held, "uploading" if uploading else "running")
        return cast(Wanted, rows[0]["wanted"])

    def uploading(self, held: Held) -> None:
        if not self.database.run("upload", id=held.id, token=held.token, lease=held.lease):
            self._again_or_lost(held, "uploading", ())

    def add_artifact(self, held: Held, artifact: Artifact) -> None:
        """What is current of its kind from now on."""
        arguments = {"id": held.id, "token": held.token, **asdict(artifact)}
        if self.database.run("add_artifact", **arguments):
            return
        there = {str(row["kind"]): row for row in self.artifacts(held.id)}.get(artifact.kind)
        if there and (there["token"], there["sha256"], there["key"]) == (held.token, artifact.sha256, artifact.key):
            return
        self._take_back(held, "uploading")
        if not self.database.run("add_artifact", **arguments):
            raise self._lost(held)

    def succeed(self, held: Held, result: Mapping[str, Any]) -> None:
        self._end(held, "succeeded", "uploading", "succeed", result=canonical(result))

    def fail(self, held: Held, kind: str, error: str, *, final: bool, backoff: int) -> None:
        """`final`: the job itself is at fault. Else it is queued again, `backoff` ms from now, unless it was enough."""
        told = error[:LONGEST_ERROR]
        limits = {"most_failures": MOST_FAILURES, "most_nodes": MOST_NODES}
        self._end(
            held, "failed", "running", "fail", error_kind=kind, error=told, final=final, backoff=backoff, **limits
        )

    def give_back(self, held: Held, why: str, *, backoff: int = 0) -> None:
        """Not the job's fault, and not counted."""
        self._end(held, "given back", "running", "give_back", error=why[:LONGEST_ERROR], backoff=backoff)

    def stopped(self, held: Held, state: Literal["cancelled", "paused"]) -> None:
        """What is wanted at that moment counts: a pause may have become a cancel, or have been taken back."""
        self._end(held, "given back", "running", "stopped", state=state)

    def _end(self, held: Held, outcome: str, before: str, statement: str, **arguments: Any) -> None:
        arguments |= {"id": held.id, "token": held.token}
        if self.database.run(statement, **arguments) or self._again_or_lost(
            held, before, (outcome, "cancelled", "paused")
        ):
            return
        if not self.database.run(statement, **arguments):
            raise self._lost(held)

    def _again_or_lost(self, held: Held, state: str, done: Sequence[str]) -> bool:
        """Whether it was done already. If not, the job is ours again when this returns; else LeaseLost is raised."""
        attempt = self._attempt(held)
        if attempt and attempt["outcome"] in done:
            return True
        self._take_back(held, state)
        return False

    def _take_back(self, held: Held, state: str) -> list[Row]:
        rows = self.database.run(
            "take_back", id=held.id, token=held.token, node=held.node, lease=held.lease, state=state
        )
        if rows:
            return rows
        attempt = self._attempt(held)
        if attempt and attempt["job_token"] == held.token and attempt["state"] == state:
            return [attempt | {"wanted": None}]  # a repeat, or the very first write's answer was lost
        raise self._lost(held)

    def _attempt(self, held: Held) -> Row | None:
        rows = self.database.run("attempt", id=held.id, token=held.token)
        return rows[0] if rows else None

    def _lost(self, held: Held) -> LeaseLost:
        attempt = self._attempt(held)
        if attempt is None:
            return LeaseLost(f"job {held.id[:8]} is not in the queue any more")
        if attempt["job_token"] != held.token:
            return LeaseLost(f"job {held.id[:8]} was claimed by another node while this one was silent")
        return LeaseLost(
            f"job {held.id[:8]} is {attempt['state']!s} now ({attempt['outcome']!s}), and no more this node's"
        )

    # -------------------------------------------------------------------------------------------- anybody's writes

    def release_expired(self) -> list[str]:
        """Ids of jobs whose lease had run out. Only for nodes that have reached the queue throughout a lease's length."""
        return [str(row["id"]) for row in self.database.run("release_expired", most_lost=MOST_LOST)]

    def release_mine(self, node: str, kept: Iterable[str] = ()) -> list[str]:
        """What a node held when it died, but those whose results it still has."""
        rows = self.database.run("release_mine", node=node, kept=json.dumps(list(kept)), most_lost=MOST_LOST)
        return [str(row["id"]) for row in rows]

    def cancel(self, id: str) -> Job:
        return self._asked("cancel", id)

    def pause(self, id: str) -> Job:
        return self._asked("pause", id)

    def resume(self, id: str) -> Job:
        return self._asked("resume", id)

    def move_first(self, id: str) -> Job:
        self.database.run("move_first", id=id)
        return self.job(id)

    def move_before(self, id: str, before: str) -> Job:
        """Nothing where one of the two is queued or paused no more."""
        self.database.run("move_before", id=id, before=before)
        return self.job(id)

    def _asked(self, what: str, id: str) -> Job:
        rows, there = self.database.run(what, id=id), self.job(id)
        if not rows and not (what == "cancel" and there.state == "cancelled"):
            raise NodeError(f"job {id[:8]} is {there.state}: there is nothing to {what}")
        return there

    # ----------------------------------------------------------------------------------------------------- nodes

    def hello(
        self, node: str, instance: str, *, version: str, system: str, capabilities: Iterable[str], slots: int
    ) -> None:
        """Raises NodeError where another living node has this name."""
        names = json.dumps(sorted(capabilities))
        said = self.database.run(
            "node_hello",
            node=node,
            instance=instance,
            version=version,
            system=system,
            capabilities=names,
            slots=slots,
            alive=ALIVE,
        )
        if not said:
            raise NodeError(
                f"another node called “{node}” is at work on this queue: give this one a name of its own (FRAMEKILN_NODE)"
            )

    def meets(self, node: str, capabilities: Iterable[str]) -> int:
        """Writes down which sets of needs this node meets; how many sets there are."""
        has, rows = set(capabilities), self.database.run("signatures")
        met = [row["signature"] for row in rows if set(json.loads(str(row["needs"]))) <= has]
        self.database.batch(
            step("node_forget_signatures", node=node), step("node_meets", node=node, signatures=json.dumps(met))
        )
        return len(rows)

    def beat(self, node: str, instance: str, *, busy: int, state: str, reason: str | None) -> Row | None:
        """What the queue says of the node: disabled, paused_until, now. None where another process has its name."""
        rows = self.database.run("node_beat", node=node, instance=instance, busy=busy, state=state, reason=reason)
        return rows[0] if rows else None

    def pause_node(self, node: str, seconds: float, reason: str) -> None:
        self.database.run("node_pause", node=node, pause=int(seconds * 1000), reason=reason)

    def disable_node(self, node: str, *, disabled: bool = True) -> None:
        if not self.database.run("node_disable", node=node, disabled=int(disabled)):
            raise NodeError(f"there is no node “{node}”: framekiln nodes lists them")

    def nodes(self) -> list[Row]:
        return self.database.run("nodes")

    # --------------------------------------------------------------------------------------------------- reading

    def job(self, id: str) -> Job:
        rows = self.database.run("job", id=id)
        if not rows:
            raise NodeError(f"there is no job “{id}”: framekiln jobs lists them")
        return job(rows[0])

    def find(self, text: str, project: str = "local") -> Job:
        """By its id, the first letters of it, or the id that its submitter gave it."""
        rows = self.database.run("jobs_beginning", id=text, project=project)
        exact = [row for row in rows if text in (row["id"], row["client_id"])]
        if len(exact or rows) == 1:
            return job((exact or rows)[0])
        if rows:
            raise NodeError(f"several jobs begin with “{text}”: write more of the id")
        raise NodeError(f"there is no job “{text}”: framekiln jobs lists them")

    def jobs(self, states: Sequence[str] | None = None, limit: int = 100) -> list[Row]:
        return self.database.run("jobs", state=None if states is None else json.dumps(states), limit=limit)

    def counts(self) -> dict[str, int]:
        return {str(row["state"]): int(_number(row["jobs"])) for row in self.database.run("counts")}

    def ahead(self, of: Job) -> int:
        (row,) = self.database.run("ahead", rank=of.rank, id=of.id)
        return int(_number(row["ahead"]))

    def attempts(self, id: str) -> list[Row]:
        return self.database.run("attempts", id=id)

    def events(self, id: str) -> list[Row]:
        return self.database.run("events", id=id)

    def artifacts(self, id: str) -> list[Row]:
        return self.database.run("artifacts", id=id)

    def deliveries(self, id: str) -> list[Row]:
        return self.database.run("deliveries", id=id)

    def why_waiting(self, of: Job) -> str | None:
        """Why no living node can claim a queued job now; None where one can, or where it only waits its turn."""
        nodes = [row for row in self.nodes() if _lives(row)]
        if not nodes:
            return "no node is at work on this queue: start one with framekiln node"
        meeting = [row for row in nodes if set(of.needs) <= set(json.loads(str(row["capabilities"])))]
        if not meeting:
            return f"no node at work has what it needs: {', '.join(of.needs)}"
        resting = [row for row in meeting if _rests(row)]
        if len(resting) == len(meeting):
            return "; ".join(f"{row['name']!s} {_rests(row)}" for row in resting)
        return None


def submission(new: NewJob) -> tuple[Step, ...]:
    """What a batch has to do for a job to be there; nothing where its client id is taken. Raises JobRefused."""
    needs, payload = signature(new.needs), canonical(new.payload)
    if not new.payload_object and len(payload.encode()) > LONGEST_PAYLOAD:
        raise JobRefused(f"the payload has {len(payload.encode())} bytes, and a row takes {LONGEST_PAYLOAD}")
    return (
        step("add_signature", signature=needs, needs=json.dumps(needs.split(",") if needs else [])),
        step(
            "submit",
            id=new.id,
            project=new.project,
            client_id=new.client_id or new.id,
            kind=new.kind,
            label=new.label,
            payload=None if new.payload_object else payload,
            payload_object=new.payload_object,
            payload_hash=payload_hash(new.kind, new.payload),
            storage=new.storage,
            webhook=new.webhook,
            metadata=canonical(new.metadata),
            created_by=new.created_by,
            origin=new.origin,
            origin_id=new.origin_id,
            parent_id=new.parent_id,
            waiting_for=new.waiting_for,
            signature=needs,
            priority=new.priority,
            boost=BOOSTS[new.priority],
        ),
        step("add_inputs", id=new.id, inputs=json.dumps(new.inputs)),
    )


def _lives(node: Row) -> bool:
    return node["state"] != "stopped" and _number(node["seen_at"]) > _number(node["now"]) - ALIVE


def _rests(node: Row) -> str | None:
    if node["disabled"]:
        return "is disabled"
    if _number(node["paused_until"]) > _number(node["now"]):
        return f"pauses itself ({node['reason']!s})"
    if node["state"] != "active":
        return f"is {node['state']!s}" + (f" ({node['reason']!s})" if node["reason"] else "")
    return None


def _number(value: Any) -> float:
    assert isinstance(value, int | float)
    return value
