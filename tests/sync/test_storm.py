"""Eight agents on one queue, 200 jobs, agents killed and started again throughout: no job is lost, and none is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.database import open_database
from sync.jobs import NewJob
from sync.queue import MOST_LOST, Queue
from tests.sync.audit import faults_of_objects, faults_of_success, histories
from tests.sync.storm.farm import Farm, farm, wait_until

AGENTS, JOBS, BY_ENGINE, KILLS = 8, 200, 10, 10
LEASE = 8.0  # seconds; on a busy machine a living agent may well be silent for some
FILM = {
    "framekiln": 1,
    "size": [64, 36],
    "fps": 10,
    "duration": 1,
    "layers": [{"type": "text", "text": "10", "size": 20}],
}


@pytest.fixture
def queue(database_address: str, queue_token: str) -> Iterator[Queue]:
    database = open_database(database_address, token=queue_token)
    yield Queue(database)
    database.close()


@pytest.fixture
def storm(queue: Queue, queue_token: str, tmp_path: Path) -> Iterator[Farm]:
    environment = {
        "FRAMEKILN_QUEUE": queue.database.address,
        "FRAMEKILN_QUEUE_TOKEN": queue_token,
        "FRAMEKILN_STORAGE": str(tmp_path / "storage"),
        "FRAMEKILN_LEASE": str(LEASE),
        "FRAMEKILN_SLOTS": "2",
        "FRAMEKILN_CONFIG": str(tmp_path / "none.toml"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "QT_QPA_PLATFORM": "offscreen",
    }
    with farm(tmp_path / "farm", environment, seed=5) as found:
        yield found


def submit(queue: Queue) -> None:
    """Some take a while, some die at their first attempt, some are real films."""
    for k in range(JOBS):
        if k % (JOBS // BY_ENGINE) == 7:
            payload: dict[str, object] = {"document": FILM, "output": "film.mp4", "options": {"workers": 1}}
        else:
            payload = {"props": {"title": f"film {k}", "seconds": 2 if k % 9 == 0 else 0, "dies_at": int(k % 21 == 3)}}
        queue.submit(NewJob(label=f"film {k}", payload=payload))


def may_be_killed(queue: Queue) -> set[str]:
    """Nodes that hold nothing which was lost so often that it would soon be given up: chance shall not decide that."""
    rows = queue.database.execute(
        "select node from jobs where state in ('running', 'uploading') and lost_leases >= :most",
        {"most": MOST_LOST - 3},
    )
    return {f"node {n}" for n in range(AGENTS)} - {str(row["node"]) for row in rows}


def strike(storm: Farm, queue: Queue) -> None:
    """One dies, and one that died is started again: some at once, some when their leases have run out."""
    candidates = sorted(may_be_killed(queue) & storm.agents.keys())
    if candidates:
        storm.kill(storm.chance.choice(candidates))
    dead = sorted({f"node {n}" for n in range(AGENTS)} - storm.agents.keys())
    if dead and (storm.chance.random() < 0.7 or len(dead) > 2):
        storm.start(storm.chance.choice(dead))


def kill_all_in_the_middle(storm: Farm) -> None:
    """Nothing that they had started goes on."""
    wait_until("a render runs", lambda: len(storm.processes()) > len(storm.agents))
    for name in tuple(storm.agents):
        storm.kill(name)
    wait_until("nothing is left running", lambda: storm.processes() == [])


def ended(queue: Queue) -> int:
    counts = queue.counts()
    return sum(counts.get(state, 0) for state in ("succeeded", "failed", "cancelled"))


def test_no_job_is_lost_or_done_twice_though_agents_are_killed_throughout(queue: Queue, storm: Farm) -> None:
    submit(queue)
    for n in range(AGENTS):
        storm.start(f"node {n}")
    for kill in range(KILLS):
        done = (kill + 1) * JOBS // (KILLS + 4)
        wait_until(f"{done} jobs are done", lambda done=done: ended(queue) >= done)  # type: ignore[misc]
        if kill == KILLS // 2:
            kill_all_in_the_middle(storm)
            for n in range(AGENTS):
                storm.start(f"node {n}")
        strike(storm, queue)
    for name in sorted({f"node {n}" for n in range(AGENTS)} - storm.agents.keys()):
        storm.start(name)
    wait_until("all jobs are done", lambda: ended(queue) == JOBS)

    found = histories(queue.database)
    assert {id: told for id in found if (told := [*faults_of_success(found[id]), *faults_of_objects(found[id])])} == {}
    outcomes = Counter(row["outcome"] for history in found.values() for row in history.attempts)
    assert outcomes["succeeded"] == JOBS
    assert outcomes["superseded"] > 0, "agents died with jobs in hand, else nothing was tried here"
    assert outcomes["failed"] > 0, "and renders died"
