"""What a node tells Prometheus and whoever asks whether it is well, over real HTTP on loopback."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sync.errors import QueueUnreachable, SettingsError
from sync.metrics import TEXT, Facts, serve

FACTS = Facts(
    node='Anna\'s "box"\n2',
    version="0.1",
    slots=2,
    busy=1,
    claims=7,
    attempts={"succeeded": 5, "given back": 1},
    frames=1234,
    fps=61.5,
    outbox=3,
    disk_free=10**12,
    queue_ago=0.25,
    storage_ago=None,
)


def fetched(port: int, path: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def samples(text: str) -> dict[str, float]:
    """As Prometheus's own parser reads them."""
    return {
        sample.name + "".join(f" {key}={value}" for key, value in sample.labels.items()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def counts() -> Mapping[str, int]:
    return {"queued": 12, "failed": 1}


def away() -> Mapping[str, int]:
    raise QueueUnreachable("no answer")


def test_prometheus_reads_what_the_node_tells():
    with serve(lambda: FACTS, counts, 0) as port:
        status, kind, text = fetched(port, "/metrics")
    told = samples(text)
    assert (status, kind) == (200, TEXT)
    assert told['framekiln_node_info name=Anna\'s "box"\n2 version=0.1'] == 1
    assert (told["framekiln_slots"], told["framekiln_slots_busy"]) == (2, 1)
    assert told["framekiln_claims_total"] == 7
    assert told["framekiln_attempts_total outcome=given_back"] == 1
    assert (told["framekiln_frames_drawn_total"], told["framekiln_frames_per_second"]) == (1234, 61.5)
    assert told["framekiln_outbox_attempts"] == 3
    assert told["framekiln_disk_free_bytes"] == 1e12
    assert (told["framekiln_queue_up"], told["framekiln_queue_reached_seconds_ago"]) == (1, 0.25)
    assert (told["framekiln_jobs state=queued"], told["framekiln_jobs state=running"]) == (12, 0)


def test_what_is_not_known_is_left_out():
    with serve(lambda: FACTS, away, 0) as port:
        told = samples(fetched(port, "/metrics")[2])
    assert told["framekiln_queue_up"] == 0
    assert told["framekiln_slots"] == 2
    assert not any(name.startswith("framekiln_jobs") for name in told)
    assert "framekiln_storage_reached_seconds_ago" not in told


def test_each_answer_is_of_its_moment():
    now = [FACTS]
    with serve(lambda: now[0], counts, 0) as port:
        assert samples(fetched(port, "/metrics")[2])["framekiln_draining"] == 0
        now[0] = replace(FACTS, draining=True)
        assert samples(fetched(port, "/metrics")[2])["framekiln_draining"] == 1
        status, _, body = fetched(port, "/healthz")
    assert (status, json.loads(body)["draining"]) == (200, True), "a node that drains is well"


def test_a_node_that_is_not_well_says_why():
    ill = replace(FACTS, queue_ago=90.0, problems=("the queue has not answered for 90 s",))
    with serve(lambda: ill, away, 0) as port:
        status, kind, body = fetched(port, "/healthz")
        assert samples(fetched(port, "/metrics")[2])["framekiln_healthy"] == 0
    assert (status, kind) == (503, "application/json")
    told = json.loads(body)
    assert (told["ok"], told["problems"]) == (False, ["the queue has not answered for 90 s"])
    assert told["queue_reached_seconds_ago"] == 90


def test_another_path_is_told_of_the_two_that_are_there(capfd):
    with serve(lambda: FACTS, counts, 0) as port:
        status, _, body = fetched(port, "/")
    assert status == 404
    assert "/metrics and /healthz" in body
    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"--metrics-port {port}"), serve(lambda: FACTS, counts, port):
            pass


def test_the_port_is_free_again_afterwards():
    with serve(lambda: FACTS, counts, 0) as port:
        pass
    with serve(lambda: FACTS, counts, port) as again:
        assert fetched(again, "/healthz")[0] == 200


def test_only_this_machine_is_listened_to():
    with serve(lambda: FACTS, counts, 0) as port, socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", port)) != 0
