"""A queue with a clock that tests move, and jobs to put in it."""

from __future__ import annotations

from typing import Any

from sync.database import Database
from sync.jobs import Job, NewJob
from sync.queue import Held, Queue

LEASE = 60_000  # ms
MINUTE = 60_000


def movable_clock(database: Database) -> None:
    """From now on time passes only by `pass_time`."""
    database.execute("create table moved (now integer)")
    database.execute("insert into moved select now from clock")
    database.execute("drop view clock")
    database.execute("create view clock as select now from moved")


def pass_time(database: Database, ms: int) -> None:
    database.execute("update moved set now = now + :ms", {"ms": ms})


def new_job(label: str = "film", **fields: Any) -> NewJob:
    return NewJob(label=label, payload={"source": "hello-world", "props": {"title": label}}, **fields)


def node(queue: Queue, name: str = "one", *capabilities: str) -> str:
    queue.hello(name, f"instance of {name}", version="0", system="test", capabilities=capabilities, slots=1)
    queue.meets(name, capabilities)
    return name


def claimed(queue: Queue, name: str = "one", claim_id: str | None = None) -> tuple[Job, Held]:
    queue.poll(name)
    job = queue.claim(name, claim_id or f"{name} {len(queue.database.execute('select * from attempts'))}", LEASE)
    assert job, "there is a job to claim"
    return job, Held(job.id, job.token, name, LEASE)


def states(queue: Queue, id: str) -> list[str]:
    return [str(row["to_state"]) for row in queue.events(id) if row["to_state"]]
