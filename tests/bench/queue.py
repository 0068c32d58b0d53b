"""Claims a second, of one node and of eight at once, on both databases; also behind jobs that the node cannot take.

python -m tests.bench.queue [sqlite] [memory] [libsql]

Each claim is one statement with a commit that is on disk. Beside it stands what the database does at the least: the same
rows found by their key and updated, one a commit, by as many writers in the same run. Where even that is slower than the
goal, the disk is; so SQLite is measured in a folder of memory too, where there is one.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sync.database import Database, open_database
from sync.errors import QueueUnreachable
from sync.queue import Queue
from sync.statements import statement
from tests.sync import servers

GOALS = {"sqlite": 1000, "memory": 1000, "libsql": 300}  # claims a second
CLAIMS, BEHIND = 800, 10_000
MEMORY = Path("/dev/shm")
LEASE = 3_600_000  # ms
BARE = "update jobs set fps = fps + 1 where id = :id returning *"


@dataclass(frozen=True)
class Case:
    name: str
    signature: str = ""  # of the jobs that are in the way
    not_before: int = 0  # of those
    writers: int = 1


CASES = (
    Case("one node"),
    Case("8 nodes", writers=8),
    Case("8 nodes, behind 10,000 with other needs", "gpu", writers=8),
    Case("8 nodes, behind 10,000 in backoff", not_before=1 << 60, writers=8),
)


def fill(database: Database, case: Case) -> None:
    """Those in the way go first by their rank."""
    insert = """insert into jobs (id, client_id, label, payload, payload_hash, signature, rank, created_at, not_before)
        with recursive k(n) as (select 1 union all select n + 1 from k where n < :count)
        select :kind || n, :kind || n, 'film', '{"source":"hello-world"}', '', :signature, :rank + n, 0, :not_before from k"""
    jobs = {"kind": "job ", "count": CLAIMS, "signature": "", "rank": 1 << 30, "not_before": 0}
    way = {"kind": "way ", "count": BEHIND, "signature": case.signature, "rank": 0, "not_before": case.not_before}
    database.transaction(
        [
            ("insert into signatures values ('gpu', '[\"gpu\"]')", {}),
            (insert, jobs),
            *([(insert, way)] if case.signature or case.not_before else []),
        ]
    )
    for n in range(case.writers):
        Queue(database).hello(f"node {n}", str(n), version="0", system="bench", capabilities=(), slots=1)
        Queue(database).meets(f"node {n}", ())


def patient(write: Callable[[], object]) -> object:
    """SQLite lets no writer wait in a line: with others that never rest, one may not get its turn for seconds."""
    while True:
        try:
            return write()
        except QueueUnreachable:
            pass


def claim_all(address: str, token: str, writer: int, writers: int, start: Barrier) -> None:
    database = open_database(address, token=token)
    queue = Queue(database)
    start.wait()
    for k in range(CLAIMS // writers):
        assert patient(lambda k=k: queue.claim(f"node {writer}", f"{writer} {k}", LEASE)), (
            "there is a job for each claim"
        )
    start.wait()
    database.close()


def update_all(address: str, token: str, writer: int, writers: int, start: Barrier) -> None:
    database = open_database(address, token=token)
    start.wait()
    for k in range(CLAIMS // writers):
        assert patient(lambda k=k: database.execute(BARE, {"id": f"job {1 + writer + k * writers}"}))
    start.wait()
    database.close()


def rate(work: Callable[[str, str, int, int, Barrier], None], address: str, token: str, writers: int) -> float:
    """A second, of all writers together; each is a process."""
    processes = multiprocessing.get_context("fork")
    start = processes.Barrier(writers + 1)
    started = [
        processes.Process(target=work, args=(address, token, writer, writers, start)) for writer in range(writers)
    ]
    for process in started:
        process.start()
    start.wait(60)
    begun = time.perf_counter()
    start.wait(600)
    took = time.perf_counter() - begun
    for process in started:
        process.join()
    return CLAIMS / took


def plan(database: Database) -> list[str]:
    """How the database looks for a job to claim."""
    arguments = dict.fromkeys(statement("claim").parameters, 0)
    return [str(row["detail"]) for row in database.execute("explain query plan " + statement("claim").sql, arguments)]


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    if kind != "libsql":
        yield str(folder / "queue.db")
    else:
        with servers.sqld_in(folder / "sqld") as server:
            yield server.address


def measure(kind: str, case: Case) -> tuple[float, float]:
    """Claims and bare updates, a second."""
    token = servers.queue_token()
    with (
        tempfile.TemporaryDirectory(dir=MEMORY if kind == "memory" else None) as folder,
        empty(kind, Path(folder)) as address,
    ):
        database = open_database(address, token=token)
        fill(database, case)
        assert any("jobs_claimable" in step for step in plan(database)), plan(database)
        database.close()
        bare = rate(update_all, address, token, case.writers)
        return rate(claim_all, address, token, case.writers), bare


def main(kinds: list[str]) -> int:
    missed = 0
    for kind in kinds or [kind for kind in GOALS if kind != "memory" or MEMORY.exists()]:
        for case in CASES:
            claims, bare = measure(kind, case)
            missed += claims < GOALS[kind]
            verdict = "met" if claims >= GOALS[kind] else "NOT MET" if bare >= GOALS[kind] else "the disk"
            told = f"{claims:7,.0f} claims/s   goal {GOALS[kind]:5,}   {verdict:8}"
            print(
                f"{kind:7} {case.name:40} {told}   bare updates {bare:7,.0f}/s   ratio {claims / bare:.2f}", flush=True
            )
    return missed


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 99))
