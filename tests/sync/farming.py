"""Nodes whose every step is taken by the test: real queue, outbox, storage and children; only time is ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sync.agent import Agent, Identity
from sync.database import Database, Row, Step, Value
from sync.errors import QueueUnreachable
from sync.jobs import Job, NewJob
from sync.local import open_local
from sync.outbox import Delivery, Outbox
from sync.queue import Held, Queue
from sync.runner import Limits, Task
from sync.slot import Prepare, Slot
from sync.storage.folder import FolderStorage
from sync.storage.uploads import LocalUploads
from tests.sync.fakes import FakeClock
from tests.sync.queueing import LEASE, pass_time
from tests.sync.storm.agent import PROGRAM

Answer = TypeVar("Answer")
LIMITS = Limits(1e9, 1 << 40, 1 << 40, 1e9, 1 << 60)
PATIENCE = 60.0  # seconds that a child may take for what it does at once


@dataclass
class Line:
    """A database at the end of a line that can be away, or lose the answer to what was done."""

    inner: Database
    away: bool = False
    lose: str | None = None  # the answer to this statement, once
    address: str = "a line"

    def run(self, name: str, /, **arguments: Value) -> list[Row]:
        return self._through([name], lambda: self.inner.run(name, **arguments))

    def batch(self, *steps: Step) -> list[list[Row]]:
        return self._through([step.name for step in steps], lambda: self.inner.batch(*steps))

    def execute(self, sql: str, arguments: Mapping[str, Value] = {}) -> list[Row]:
        return self.inner.execute(sql, arguments)

    def transaction(self, statements: Sequence[tuple[str, Mapping[str, Value]]]) -> list[list[Row]]:
        return self.inner.transaction(statements)

    def close(self) -> None:
        self.inner.close()

    def _through(self, names: list[str], ask: Callable[[], Answer]) -> Answer:
        if self.away:
            raise QueueUnreachable("the line is cut")
        answer = ask()
        if self.lose in names:
            self.lose = None
            raise QueueUnreachable("the answer was lost")
        return answer


@dataclass
class Node:
    line: Line
    agent: Agent
    delivery: Delivery
    clock: FakeClock

    def act(self) -> None:
        self.agent.work()
        self.agent.talk()
        self.delivery.step()


def by_program(job: Job, folder: Path, _stop: Callable[[], bool]) -> Task:
    import json

    props = json.loads(job.payload or "{}")["props"]
    return Task(folder, "a small program", props, output="film.mp4", program=PROGRAM)


@dataclass
class Farm:
    database: Database
    folder: Path
    open: ExitStack = field(default_factory=ExitStack)
    storage: FolderStorage = field(init=False)
    nodes: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.storage = FolderStorage(self.folder / "storage")
        self.queue = Queue(self.database)

    def node(self, name: str, *, slots: int = 1, prepare: Prepare = by_program, wall: float = 1_800_000_000.0) -> Node:
        """Of one name the second is the first one started again."""
        home, clock, line = self.folder / name, FakeClock(wall), Line(self.database)
        attempts = home / "attempts"
        attempts.mkdir(parents=True, exist_ok=True)
        local = open_local(home)
        self.open.callback(local.close)
        pool = self.open.enter_context(ThreadPoolExecutor(slots))
        outbox, queue = Outbox(lambda: local, clock), Queue(line)

        def slot(job: Job, held: Held) -> Slot:
            folder = attempts / f"{job.id}-{held.token}"
            return Slot(job, held, folder, self.storage.address, LIMITS, prepare, pool, clock)

        identity = Identity(name, f"home of {name}", "0", "test", (), slots, LEASE)
        agent = Agent(identity, queue, outbox, clock, attempts, slot)
        delivery = Delivery(outbox, queue, lambda _: self.storage, LocalUploads(local), lambda: False)
        self.nodes.append(Node(line, agent, delivery, clock))
        return self.nodes[-1]

    def submit(self, title: str = "film", **props: object) -> str:
        return self.queue.submit(NewJob(label=title, payload={"props": {"title": title, **props}}))[0].id

    def kill(self, node: Node) -> None:
        """Its process is gone, with its children; what it has on disk stays."""
        for slot in node.agent.slots:
            slot.kill()
            wait_until(lambda slot=slot: not slot.running or slot.running.poll() is not None)  # type: ignore[misc]
        self.nodes.remove(node)

    def pass_(self, seconds: float) -> None:
        """For the database, and for every node."""
        pass_time(self.database, int(seconds * 1000))
        for node in self.nodes:
            node.clock.wait(seconds)

    def until(self, true: Callable[[], bool], *nodes: Node, every: float = 1.0) -> None:
        """All act, second by second."""

        def turn() -> bool:
            self.pass_(every)
            for node in nodes or tuple(self.nodes):
                node.act()
            return true()

        wait_until(turn)

    def state(self, id: str) -> str:
        return self.queue.job(id).state


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, f"it did not happen in {PATIENCE:g} s"
        time.sleep(0.01)


@contextmanager
def farm(database: Database, folder: Path) -> Iterator[Farm]:
    with ExitStack() as open_:
        found = Farm(database, folder, open_)
        try:
            yield found
        finally:
            for node in tuple(found.nodes):
                found.kill(node)
