"""The audit that the storm ends with finds what it is there to find."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.database import open_database
from sync.queue import Artifact, Queue
from tests.sync.audit import History, faults_of_objects, faults_of_success, histories
from tests.sync.queueing import LEASE, claimed, movable_clock, new_job, node, pass_time


@pytest.fixture
def good(tmp_path: Path) -> History:
    """Claimed, lost, claimed by another node, and done by that one."""
    database = open_database(str(tmp_path / "queue.db"))
    movable_clock(database)
    queue = Queue(database)
    new, _ = queue.submit(new_job())
    for name in ("one", "two"):
        node(queue, name)
    claimed(queue, "one")
    pass_time(database, LEASE + 1)
    queue.release_expired()
    _, held = claimed(queue, "two")
    queue.uploading(held)
    for kind in ("video", "receipt"):
        queue.add_artifact(
            held, Artifact(kind, str(tmp_path), f"key/{kind}", kind, 3, f"sha256 of {kind}", "video/mp4")
        )
    queue.succeed(held, {})
    found = histories(database)[new.id]
    database.close()
    return found


def test_a_good_history_has_no_faults(good: History) -> None:
    assert [row["event"] for row in good.events].count("claimed") == 2
    assert faults_of_success(good) == []


Change = Callable[[History], object]
BAD: dict[str, tuple[Change, str]] = {
    "a late owner's result": (lambda h: h.events[-1].update(by_token=1), "token 1 was accepted after the claim with 2"),
    "a late owner's artifact": (lambda h: h.events[-2].update(by_token=1), "token 1 was accepted"),
    "a token from the future": (lambda h: h.events[-1].update(by_token=3), "token 3 was accepted"),
    "a token that stands still": (lambda h: h.events[3].update(token=1, by_token=1), "the token is 1 after 1"),
    "a claim without a token": (lambda h: h.events[3].update(by_token=None), "without its own token"),
    "an end that is nobody's": (lambda h: h.events[-1].update(by_token=None), "nobody's token"),
    "a move that is none": (
        lambda h: h.events[4].update(to_state="succeeded"),
        "does not go from running to succeeded",
    ),
    "an event that is missing": (lambda h: h.events.pop(4), "says that the job was uploading"),
    "an artifact of nobody": (lambda h: h.events.insert(3, h.events.pop(5)), "nobody held it"),
    "two submissions": (lambda h: h.events.insert(0, h.events[0]), "not submitted once"),
    "an attempt that is missing": (lambda h: h.attempts.pop(0), "its attempts are not its claims"),
    "two attempts that succeeded": (lambda h: h.attempts[0].update(outcome="succeeded"), "2 attempts succeeded"),
    "an attempt that still runs": (lambda h: h.attempts[0].update(outcome="running"), "another was begun"),
    "no end": (lambda h: h.events.pop(), "not succeeded"),
    "no video": (lambda h: h.artifacts.pop(1), "has no video"),
    "two videos": (lambda h: h.artifacts.append(h.artifacts[1]), "two artifacts of one kind"),
    "another video": (lambda h: h.artifacts[1].update(sha256="other"), "not what was told last"),
    "an artifact of an earlier attempt": (lambda h: h.artifacts[0].update(token=1), "is of attempt 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_is_found(good: History, name: str) -> None:
    change, told = BAD[name]
    bad = copy.deepcopy(good)
    change(bad)
    assert told in "\n".join(faults_of_success(bad))


def test_an_object_that_is_missing_or_another_is_found(good: History, tmp_path: Path) -> None:
    assert [*faults_of_objects(good)] == ["the receipt is not in the storage", "the video is not in the storage"]
    (tmp_path / "key").mkdir()
    for kind in ("video", "receipt"):
        (tmp_path / "key" / kind).write_text("something else")
    assert [*faults_of_objects(good)] == [
        "the receipt in the storage is something else",
        "the video in the storage is something else",
    ]
