"""`framekiln node` as a process of its own: what its signals, its options and its death do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from sync.database import open_database
from sync.jobs import NewJob
from sync.queue import Queue
from tests.sync.audit import faults_of_objects, faults_of_success, histories
from tests.sync.servers import Seaweed
from tests.sync.webhook_receivers import documented, serving

PATIENCE = 90.0  # seconds that a real process may take on a busy machine
MARK = "FRAMEKILN_TEST_NODE"  # in the environment of all that is ours
SEGMENTS = 16
DISC = {
    "type": "shape",
    "shape": "ellipse",
    "fill": "white",
    "size": [900, 500],
    "effects": [{"type": "blur", "radius": 60}],
    "position": {"keyframes": [{"at": 0, "value": [0, 90]}, {"at": 20, "value": [320, 90]}]},
}
SLOW = {"framekiln": 1, "size": [640, 360], "fps": 10, "duration": 20, "layers": [DISC]}
QUICK = {"framekiln": 1, "size": [64, 36], "fps": 10, "duration": 1, "background": "white", "layers": []}


@dataclass
class Place:
    """A queue, a storage, and nodes that are commands."""

    folder: Path
    queue: Queue
    nodes: list[subprocess.Popen[str]] = field(default_factory=list)

    def submit(self, document: dict[str, Any] = QUICK) -> str:
        options = {"workers": 1, "encoder": "x264", "speed": "ultrafast"}
        payload = {"document": document, "output": "film.mp4", "options": options}
        return self.queue.submit(NewJob(label="film", payload=payload))[0].id

    def node(self, *words: str, name: str = "one", **environment: str) -> subprocess.Popen[str]:
        own = {"FRAMEKILN_HOME": str(self.folder / name), "FRAMEKILN_NODE": name, MARK: str(self.folder)}
        started = subprocess.Popen(
            [sys.executable, "-m", "app", "node", *words],
            env=os.environ | own | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.nodes.append(started)
        return started

    def state(self, id: str) -> str:
        return self.queue.job(id).state

    def draws(self, id: str) -> bool:
        """Some segments of it are done."""
        return len(self.segments()) >= 2 and self.state(id) == "running"

    def segments(self) -> set[str]:
        return {path.name for path in (self.folder / "cache/journal/segments").glob("*/*/*")}

    def processes(self) -> list[psutil.Process]:
        return [each for each in psutil.process_iter() if self._is_ours(each)]

    def _is_ours(self, process: psutil.Process) -> bool:
        with suppress(psutil.Error):
            return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == str(self.folder)
        return False


def ended(node: subprocess.Popen[str], code: int = 0) -> str:
    """What it said."""
    out, err = node.communicate(timeout=PATIENCE)
    assert node.returncode == code, out + err
    return out + err


def heard(node: subprocess.Popen[str], words: str) -> str:
    """The line with these words."""
    assert node.stderr
    return next(line for line in node.stderr if words in line)


def until(what: str, true: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < latest, f"it did not happen: {what}"
        time.sleep(0.05)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("FRAMEKILN_QUEUE", str(tmp_path / "queue.db"))
    monkeypatch.setenv("FRAMEKILN_STORAGE", str(tmp_path / "storage"))
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    database = open_database(str(tmp_path / "queue.db"))
    found = Place(tmp_path, Queue(database))
    yield found
    for node in found.nodes:
        node.kill()
        node.communicate()
    database.close()


def test_sigterm_finishes_what_is_in_hand_and_takes_nothing_more(place: Place) -> None:
    first, second = place.submit(SLOW), place.submit(QUICK)
    node = place.node()
    until("it draws", lambda: place.draws(first))
    node.send_signal(signal.SIGTERM)
    told = ended(node)
    assert "draining" in told
    assert (place.state(first), place.state(second)) == ("succeeded", "queued")
    history = histories(place.queue.database)[first]
    assert [*faults_of_success(history), *faults_of_objects(history)] == []
    (row,) = place.queue.nodes()
    assert (row["state"], row["busy"]) == ("stopped", 0)


def test_a_second_sigterm_gives_back_and_the_next_node_goes_on_from_the_segments(place: Place) -> None:
    id = place.submit(SLOW)
    one = place.node()
    until("it draws", lambda: place.draws(id))
    one.send_signal(signal.SIGTERM)
    heard(one, "draining")
    one.send_signal(signal.SIGTERM)
    told = ended(one)
    assert "given back" in told
    job = place.queue.job(id)
    assert (job.state, job.attempts, job.failures, job.lost_leases) == ("queued", 0, 0, 0)
    before = place.segments()
    ended(place.node("--once", name="two"))
    assert place.state(id) == "succeeded"
    assert before <= place.segments()
    result = json.loads(str(place.queue.job(id).result))
    assert 0 < result["drawn"] < 200
    assert result["reused"] >= len(before) > 0
    assert [row["outcome"] for row in place.queue.attempts(id)] == ["given back", "succeeded"]


def test_a_node_that_is_killed_leaves_nothing_running_and_its_next_start_goes_on(place: Place) -> None:
    id = place.submit(SLOW)
    node = place.node()
    until("it draws", lambda: place.draws(id))
    assert len(place.processes()) >= 3, "the node, the render, its worker"
    node.kill()
    until("nothing is left running", lambda: place.processes() == [])
    told = ended(place.node("--drain"))
    assert "this node died while it had it" in told
    assert (place.state(id), place.queue.job(id).lost_leases) == ("succeeded", 1)


def events(told: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.splitlines()]


def test_once_takes_one_job_and_every_line_of_json_is_an_event(place: Place) -> None:
    first, second = place.submit(QUICK), place.submit(QUICK)
    told = events(ended(place.node("--once", "--json")))
    assert all({"event", "at", "level", "message"} <= line.keys() for line in told)
    assert [line["event"] for line in told if line["event"] not in ("log", "progress")] == ["node", "ended", "done"]
    (facts,) = (line for line in told if line["event"] == "ended")
    assert (facts["job"], facts["outcome"]) == (first, "succeeded")
    assert (place.state(first), place.state(second)) == ("succeeded", "queued")


def test_once_ends_with_1_where_the_job_failed_and_with_0_where_there_is_none(place: Place) -> None:
    assert "no job" in ended(place.node("--once"))
    id = place.submit({"framekiln": 1, "layers": [{"type": "nonsense"}]})
    assert "nonsense" in ended(place.node("--once"), code=1)
    assert (place.state(id), place.queue.job(id).error_kind) == ("failed", "bad_document")


def test_drain_does_all_that_there_is_in_as_many_slots_as_were_asked_for(place: Place) -> None:
    ids = [place.submit(QUICK) for _ in range(4)]
    told = ended(place.node("--drain", "--slots", "2"))
    assert "done: 4 succeeded" in told
    assert {place.state(id) for id in ids} == {"succeeded"}
    assert place.queue.nodes()[0]["slots"] == 2


def test_out_of_its_active_hours_nothing_is_taken_and_it_says_when_they_begin(place: Place) -> None:
    id = place.submit(QUICK)
    now = time.localtime()
    begin, end = ((now.tm_hour + hours) % 24 for hours in (3, 4))
    node = place.node("--active-hours", f"{begin:02}:00-{end:02}:00")
    line = heard(node, "active hours")
    assert "the next begin in" in line
    until("it is told", lambda: "the next begin in" in str(place.queue.why_waiting(place.queue.job(id))))
    node.send_signal(signal.SIGTERM)
    ended(node)
    assert place.state(id) == "queued"
    assert "active hours" in ended(place.node("--drain", "--active-hours", f"{begin:02}:00-{end:02}:00"))


def test_a_metrics_port_that_is_taken_is_told_before_a_job_is(place: Place) -> None:
    id = place.submit(QUICK)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = ended(place.node("--once", "--metrics-port", str(port)), code=2)
    assert str(port) in told
    assert place.state(id) == "queued"


def test_a_second_sigterm_ends_a_node_whose_storage_is_away_and_its_result_is_delivered_later(place: Place) -> None:
    (place.folder / "storage").write_text("a file, where the folder should be")
    id = place.submit(QUICK)
    node = place.node()
    until("it is finished", lambda: place.state(id) == "uploading")
    node.send_signal(signal.SIGTERM)
    heard(node, "draining")
    node.send_signal(signal.SIGTERM)
    ended(node)
    (place.folder / "storage").unlink()
    ended(place.node("--drain"))
    history = histories(place.queue.database)[id]
    assert [*faults_of_success(history), *faults_of_objects(history)] == []
    assert len(place.queue.attempts(id)) == 1


def test_a_storage_that_refuses_the_node_is_told_before_a_job_is_taken(place: Place, seaweed: Seaweed) -> None:
    id = place.submit()
    bucket = {
        "FRAMEKILN_STORAGE": f"s3://{seaweed.BUCKET}/node",
        "FRAMEKILN_STORAGE_ENDPOINT": seaweed.endpoint,
        "FRAMEKILN_STORAGE_KEY_ID": seaweed.KEY_ID,
    }
    told = ended(place.node("--drain", FRAMEKILN_STORAGE_SECRET="not the secret", **bucket), code=1)
    assert "FRAMEKILN_STORAGE_SECRET" in told
    assert place.state(id) == "queued"
    ended(place.node("--drain", FRAMEKILN_STORAGE_SECRET=seaweed.SECRET, **bucket))
    assert place.state(id) == "succeeded"


def test_a_storage_that_is_away_at_the_start_is_told_and_the_node_starts(place: Place) -> None:
    away = {
        "FRAMEKILN_STORAGE": "s3://results",
        "FRAMEKILN_STORAGE_ENDPOINT": "http://127.0.0.1:1",
        "FRAMEKILN_STORAGE_KEY_ID": "key",
        "FRAMEKILN_STORAGE_SECRET": "secret",
    }
    told = ended(place.node("--drain", **away))
    assert "cannot be reached" in told
    assert "results wait here" in told


def test_a_webhook_hears_of_a_render_from_the_command_that_submits_it_to_its_end(place: Place) -> None:
    film = place.folder / "film.json"
    film.write_text(json.dumps(QUICK))
    told: list[dict[str, Any]] = []
    handler = documented()["receiver"]("a secret of webhooks", told.append)
    handler.log_message = lambda *_told: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    secret = {"FRAMEKILN_WEBHOOK_SECRET": "a secret of webhooks", "FRAMEKILN_ALLOWED_ADDRESSES": "127.0.0.1"}
    words = ["submit", str(film), "--webhook", f"http://127.0.0.1:{server.server_port}/", "--metadata", "order=7"]
    with serving(server):
        subprocess.run([sys.executable, "-m", "app", *words], env=os.environ | secret, check=True, timeout=PATIENCE)
        ended(place.node("--drain", **secret))
    assert [each["event"] for each in told][-1] == "succeeded"
    assert {each["job"]["metadata"]["order"] for each in told} == {"7"}
    (video,) = [each for each in told[-1]["job"]["artifacts"] if each["kind"] == "video"]
    assert Path(urlsplit(video["link"]).path).stat().st_size == video["size"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--slots", "0"), "1 to 64"),
        (("--metrics-port", "70000"), "no port"),
        (("--active-hours", "nonsense"), "22:00"),
        (("--name", ""), "name"),
    ],
)
def test_an_option_that_is_nonsense_is_told(place: Place, words: tuple[str, ...], told: str) -> None:
    assert told in ended(place.node(*words), code=2)
