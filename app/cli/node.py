"""`framekiln node`: runs the agent, until it is told to stop or nothing is left."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING

from app.cli.arguments import Parser, reads
from app.cli.words import clock
from render_engine.errors import BadInput

if TYPE_CHECKING:
    from sync.jobs import Job
    from sync.node import Node
    from sync.settings import Settings
    from sync.slot import Ended, Slot
    from sync.vitals import Vitals

TOLD_EVERY = 5.0  # seconds between the lines of a job's progress
STAGES = {"plan": "planning", "draw": "drawing", "sound": "mixing the sound", "finish": "joining the segments"}


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Take jobs from the queue, render and deliver them. Ctrl-C or SIGTERM: finish what is in hand, then end; a second "
        "one: stop now, and give the jobs back (what is rendered of them stays here)."
    )
    parser.add_argument(
        "--once", action="store_true", help="take one job, if there is one, and end when it is delivered"
    )
    parser.add_argument("--drain", action="store_true", help="end when the queue has nothing more for this node")
    parser.add_argument(
        "--slots", metavar="N", type=reads(_slots), help="how many jobs at once (1, or as the settings say)"
    )
    parser.add_argument("--name", metavar="NAME", type=reads(_name), help="this node's name (the machine's)")
    parser.add_argument(
        "--tag", metavar="TAG", action="append", help="something that jobs may ask for; may be repeated"
    )
    parser.add_argument(
        "--metrics-port", metavar="PORT", type=reads(_port), help="answer /metrics and /healthz at 127.0.0.1:PORT"
    )
    parser.add_argument("--active-hours", metavar="HOURS", help='when it takes jobs, like "22:00-07:00"')


def run(arguments: argparse.Namespace) -> int:
    from sync.node import open_node
    from sync.secrets import RedactingFilter, read_secrets

    settings = _settings(arguments)
    telling = _Telling(as_json=arguments.json)
    handler = telling.handler()
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for loud in ("httpx", "botocore", "boto3", "urllib3", "apscheduler"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    with open_node(settings, read_secrets(), most=1 if arguments.once else None, ended=telling.ended) as node:
        with _metrics(node, telling, arguments.metrics_port), _signals() as heard:
            telling.begin(node)  # from now on signals are heard

            def over() -> bool:
                for _ in heard():
                    (_stop if node.agent.draining else _drain)(node)
                return telling.look(node, arguments)

            node.run(over)
        telling.end()
    return int(arguments.once and telling.vitals.attempts["failed"] > 0)


def _settings(arguments: argparse.Namespace) -> Settings:
    from sync.settings import read_settings

    asked = {
        "slots": arguments.slots,
        "node": arguments.name,
        "tags": tuple(arguments.tag) if arguments.tag else None,
        "active_hours": arguments.active_hours,
    }
    return read_settings().model_copy(update={name: value for name, value in asked.items() if value is not None})


def _name(text: str) -> str:
    if not text.strip() or len(text) > 100:
        raise BadInput(f"“{text}” is no name for a node: 1 to 100 letters")
    return text


def _slots(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise BadInput(f"“{text}” is no number of slots: 1 to 64")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise BadInput(f"“{text}” is no port: 1 to 65535")
    return int(text)


@contextmanager
def _metrics(node: Node, telling: _Telling, port: int | None) -> Iterator[None]:
    if port is None:
        yield
        return
    from sync.metrics import serve

    with serve(lambda: telling.vitals.facts(node), node.queue.counts, port) as listening:
        logging.info("metrics at http://127.0.0.1:%d/metrics, health at /healthz", listening)
        yield


@contextmanager
def _signals() -> Iterator[Callable[[], Iterator[int]]]:
    """Those that were heard since it was asked last. They are only noted when they come: a signal falls into the middle of
    anything, also of the answer to the one before, and what took a lock there would wait for itself."""
    noted: SimpleQueue[int] = SimpleQueue()

    def hear(number: int, _frame: FrameType | None) -> None:
        noted.put(number)

    def heard() -> Iterator[int]:
        while not noted.empty():
            yield noted.get()

    before = {number: signal.signal(number, hear) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _drain(node: Node) -> None:
    logging.info("draining: what is in hand is finished; a second signal stops it now")
    node.drain()


def _stop(node: Node) -> None:
    logging.info("stopping: what is in hand is given back")
    node.stop()


@dataclass
class _Telling:
    """What a person, a log or a program reads while the node is at work."""

    as_json: bool
    vitals: Vitals = field(default_factory=lambda: _vitals())
    said: dict[str, float] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)
    nothing: int = 0

    def handler(self) -> logging.Handler:
        handler = logging.StreamHandler(sys.stdout if self.as_json else sys.stderr)
        handler.setFormatter(_Json() if self.as_json else logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
        return handler

    def begin(self, node: Node) -> None:
        settings = node.settings
        facts = {
            "node": settings.node,
            "queue": node.queue.database.address,
            "storage": node.storage,
            "slots": settings.slots,
        }
        can = ", ".join(node.agent.identity.capabilities)
        slots = "one slot" if settings.slots == 1 else f"{settings.slots} slots"
        words = f"node {facts['node']}: queue {facts['queue']}, storage {facts['storage']}, {slots}, can: {can}"
        logging.info(words, extra={"facts": {"event": "node", **facts}})

    def look(self, node: Node, arguments: argparse.Namespace) -> bool:
        """Tells progress; whether the node is done."""
        for slot in tuple(node.agent.slots):
            self._progress(slot.job, slot)
        agent = node.agent
        if agent.draining:
            return node.done
        if not (arguments.once or arguments.drain):
            return False
        if arguments.once and agent.claims:
            return agent.done
        return agent.idle and agent.done

    def _progress(self, job: Job, slot: Slot) -> None:
        now = time.monotonic()
        self.begun.setdefault(job.id, now)
        told = slot.progress
        if now - self.said.setdefault(job.id, now) < TOLD_EVERY or told.stage not in STAGES:
            return
        self.said[job.id] = now
        speed = f", {told.fps:.0f} frames a second" if told.fps else ""
        left = "" if told.eta is None else f", {clock(told.eta)} left"
        words = f"job {job.id[:8]}: {STAGES[told.stage]}, {told.percent:.0f} %{speed}{left}"
        facts = {"event": "progress", "job": job.id, "stage": told.stage, "percent": told.percent, "eta": told.eta}
        logging.info(words, extra={"facts": facts})

    def ended(self, job: Job, ended: Ended) -> None:
        self.vitals.ended(ended)
        took = time.monotonic() - self.begun.pop(job.id, time.monotonic())
        self.said.pop(job.id, None)
        words = {"succeeded": f"rendered in {took:.1f} s, is being delivered"}.get(ended.what, ended.what)
        told = f"job {job.id[:8]}: {words}" + (f": {ended.message}" if ended.message else "")
        facts = {
            "event": "ended",
            "job": job.id,
            "outcome": ended.what,
            "message": ended.message,
            "seconds": round(took, 3),
        }
        logging.log(logging.ERROR if ended.what == "failed" else logging.INFO, told, extra={"facts": facts})

    def end(self) -> None:
        told = ", ".join(f"{count} {what}" for what, count in self.vitals.attempts.items()) or "no job for this node"
        logging.info("done: %s", told, extra={"facts": {"event": "done", **self.vitals.attempts}})


def _vitals() -> Vitals:
    from sync.vitals import Vitals

    return Vitals()


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", {"event": "log"})
        line = {
            "at": round(record.created, 3),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **facts,
        }
        return json.dumps(line, ensure_ascii=False)
