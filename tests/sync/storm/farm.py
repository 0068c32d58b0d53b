"""The agents' processes, and what is left of them in the process table."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

MARK = "FRAMEKILN_STORM"  # in the environment of all that is ours
PATIENCE = 240.0  # seconds: only a machine where nothing goes on any more needs them


@dataclass
class Farm:
    folder: Path
    environment: dict[str, str]
    chance: random.Random
    agents: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0

    def start(self, name: str) -> None:
        """With the home that it had."""
        own = {"FRAMEKILN_HOME": str(self.folder / name), "FRAMEKILN_NODE": name, MARK: str(self.folder)}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.agents[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.sync.storm.agent"],
                env=os.environ | self.environment | own,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        agent = self.agents.pop(name)
        assert agent.poll() is None, f"{name} ended by itself: {self.log(name)[-2000:]}"
        agent.kill()
        agent.wait()
        self.kills += 1

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """Agents, their renders and the renders' workers."""
        return [process for process in psutil.process_iter() if _is_marked(process, str(self.folder))]


def _is_marked(process: psutil.Process, mark: str) -> bool:
    with suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark
    return False


@contextmanager
def farm(folder: Path, environment: dict[str, str], seed: int) -> Iterator[Farm]:
    folder.mkdir()
    found = Farm(folder, environment, random.Random(seed))
    try:
        yield found
    finally:
        for name in tuple(found.agents):
            found.agents[name].kill()
            found.agents.pop(name).wait()


def wait_until(what: str, true: Callable[[], bool], every: float = 0.1) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, f"in {PATIENCE:g} s it did not happen: {what}"
        time.sleep(every)
