"""An agent of the storm: a node as it is, but that most jobs are made by program.py. It runs until it is ended."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sync.agent import MakeSlot
from sync.jobs import Job
from sync.node import open_node
from sync.queue import Held
from sync.runner import Task
from sync.secrets import read_secrets
from sync.settings import read_settings
from sync.slot import Prepare, Slot

PROGRAM = (sys.executable, "-I", "-S", str(Path(__file__).with_name("program.py")))


def with_program(make_slot: MakeSlot) -> MakeSlot:
    def slot(job: Job, held: Held) -> Slot:
        made = make_slot(job, held)
        return replace(made, prepare=prepared_by(made.prepare))

    return slot


def prepared_by(engine: Prepare) -> Prepare:
    def prepare(job: Job, folder: Path, stop: Callable[[], bool]) -> Task:
        props = json.loads(job.payload or "{}").get("props")
        if props is None:
            return engine(job, folder, stop)
        dies = props.get("dies_at") == job.token
        return Task(folder, "a small program", props | {"dies": dies}, output="film.mp4", program=PROGRAM)

    return prepare


def main() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    with open_node(read_settings(), read_secrets()) as node:
        node.agent.make_slot = with_program(node.agent.make_slot)
        node.run(lambda: False)


if __name__ == "__main__":
    main()
