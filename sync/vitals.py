"""How a node is: what it has counted since its start, and what is wrong with it now."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.agent import FREE_DISK
from sync.metrics import Facts

if TYPE_CHECKING:
    from sync.node import Node
    from sync.slot import Ended

SILENT = 60.0  # seconds without the queue, after which a node is not well


@dataclass
class Vitals:
    attempts: Counter[str] = field(default_factory=Counter)
    frames: int = 0

    def ended(self, ended: Ended) -> None:
        self.attempts[ended.what] += 1
        results = (step.body["result"] for step in ended.steps if step.kind == "succeed")
        self.frames += sum(int(result.get("drawn", 0)) for result in results)

    def facts(self, node: Node) -> Facts:
        agent = node.agent
        return Facts(
            node=agent.identity.name,
            version=agent.identity.version,
            slots=agent.identity.slots,
            busy=len(agent.slots),
            claims=agent.claims,
            attempts=dict(self.attempts),
            frames=self.frames,
            fps=sum(slot.progress.fps for slot in tuple(agent.slots)),
            outbox=len(agent.outbox.waiting()),
            disk_free=shutil.disk_usage(agent.folder).free,
            queue_ago=agent.queue_ago,
            storage_ago=node.delivery.storage_ago,
            draining=agent.draining,
            problems=tuple(_problems(node)),
        )


def _problems(node: Node) -> Iterator[str]:
    agent = node.agent
    ago = agent.queue_ago
    if ago is None or ago > SILENT:
        yield "the queue was not reached yet" if ago is None else f"the queue was last reached {ago:.0f} s ago"
    if (free := shutil.disk_usage(agent.folder).free) < FREE_DISK:
        yield f"the disk is nearly full: {free >> 20} MB are free in {agent.folder}"
    if agent.refused:
        yield f"it takes no job: {agent.refused}"
