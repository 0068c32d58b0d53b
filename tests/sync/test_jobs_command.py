"""framekiln jobs on both databases: a person fills, reads and steers the queue."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import run
from sync.database import open_database
from sync.queue import Artifact, Held, Progress, Queue
from tests.sync import servers
from tests.sync.queueing import claimed, new_job, node

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def queue(database_address: str, queue_token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "framekiln.toml"))
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRAMEKILN_STORAGE", str(tmp_path / "storage"))
    monkeypatch.setenv("FRAMEKILN_QUEUE", database_address)
    monkeypatch.setenv("FRAMEKILN_QUEUE_TOKEN", queue_token)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    database = open_database(database_address, token=queue_token)
    yield Queue(database)
    database.close()


def told(capsys: Capture, *words: str, code: int = 0) -> str:
    assert run(["jobs", *words]) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def objects(capsys: Capture, *words: str) -> Any:
    return json.loads(told(capsys, *words, "--json"))


def submitted(queue: Queue, label: str = "film", **fields: Any) -> str:
    job, _ = queue.submit(new_job(label, **fields))
    return job.id


def running(queue: Queue, label: str = "film", **fields: Any) -> Held:
    submitted(queue, label, priority="urgent", **fields)
    node(queue)
    return claimed(queue)[1]


def succeeded(queue: Queue, folder: Path, **fields: Any) -> str:
    """With a log and a video that are really there."""
    held = running(queue, **fields)
    queue.uploading(held)
    for kind, name, data in (("video", "film.mp4", b"a video"), ("log", "log-1.txt", b"it went well\n")):
        file = folder / "storage" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
        queue.add_artifact(held, Artifact(kind, str(file.parent), name, name, len(data), "ab" * 32, "text/plain"))
    queue.succeed(held, {"frames": 20})
    return held.id


# --------------------------------------------------------------------------------------------------------- listing


def test_an_empty_queue_says_so(queue: Queue, capsys: Capture):
    assert told(capsys) == "the queue is empty\n"
    assert objects(capsys) == []
    assert told(capsys, "list", "--state", "failed") == "no job is failed\n"


def test_the_list_has_what_runs_then_what_waits_then_what_ended(queue: Queue, tmp_path: Path, capsys: Capture):
    succeeded(queue, tmp_path, label="first")
    submitted(queue, "waits")
    held = running(queue, "runs")
    queue.heartbeat(held, Progress("draw", 42.4, 10, 20, 5, 75))
    head, *rows = told(capsys).splitlines()
    assert head.split() == ["ID", "LABEL", "STATE", "PRIORITY", "NODE", "AGE", "TIME"]
    assert [row.split()[1] for row in rows] == ["runs", "waits", "first"]
    assert "running 42 %" in rows[0]
    assert "1:15 left" in rows[0]
    assert rows[0].startswith(held.id[:8])


def test_a_list_is_an_array_of_objects(queue: Queue, capsys: Capture):
    id = submitted(queue, metadata={"client": 7}, needs=("gpu",), client_id="mine")
    (job,) = objects(capsys, "list")
    assert (job["id"], job["client_id"], job["state"], job["needs"]) == (id, "mine", "queued", ["gpu"])
    assert job["metadata"] == {"client": 7}
    assert job["created_at"].endswith("Z")
    assert "payload" not in job


def test_states_and_a_limit_narrow_it(queue: Queue, capsys: Capture):
    ids = [submitted(queue, f"film {k}") for k in range(5)]
    queue.cancel(ids[0])
    queue.pause(ids[1])
    listed = objects(capsys, "--state", "paused", "--state", "cancelled")
    assert {job["id"] for job in listed} == set(ids[:2])
    assert "… and 3 more: --limit 5 shows them" in told(capsys, "list", "--limit", "2")
    assert len(objects(capsys, "--limit", "2")) == 2


# --------------------------------------------------------------------------------------------------------- showing


def test_all_about_a_job_that_is_done(queue: Queue, tmp_path: Path, capsys: Capture):
    id = succeeded(queue, tmp_path, metadata={"client": "7"}, client_id="order")
    text = told(capsys, "show", "order")
    assert text.startswith(f"{id}  film\n")
    for part in ("succeeded after 0:0", "client=7", "order", "1  one  succeeded", "film.mp4, 7 bytes"):
        assert part in text
    assert f"{tmp_path / 'storage' / 'film.mp4'}\n" in text
    shown = objects(capsys, "show", id)
    assert [each["outcome"] for each in shown["attempt_list"]] == ["succeeded"]
    assert {each["kind"]: each["sha256"] for each in shown["artifacts"]} == {"log": "ab" * 32, "video": "ab" * 32}
    assert [each["event"] for each in shown["events"]][:2] == ["submitted", "claimed"]
    assert "claimed" in told(capsys, "show", id, "--events")


def test_what_waits_says_its_place_and_why(queue: Queue, capsys: Capture):
    submitted(queue)
    id = submitted(queue, needs=("gpu",))
    assert "number 2 in line" in told(capsys, "show", id)
    assert "framekiln node" in objects(capsys, "show", id)["why_waiting"]
    node(queue, "one", "linux")
    assert "gpu" in objects(capsys, "show", id)["why_waiting"]
    node(queue, "two", "linux", "gpu")
    assert objects(capsys, "show", id)["why_waiting"] is None


def test_when_it_may_start_is_guessed_from_what_ran(queue: Queue, tmp_path: Path, capsys: Capture):
    waits = submitted(queue)
    node(queue)
    assert objects(capsys, "show", waits)["starts_in"] is None, "nothing like it ever ran"
    succeeded(queue, tmp_path)
    held = running(queue)
    queue.heartbeat(held, Progress("draw", 50, 10, 20, 5, 600))
    assert objects(capsys, "show", waits)["starts_in"] == 600
    assert "starts in about 10:00 (a guess" in told(capsys, "show", waits)


def test_what_failed_says_where_and_why(queue: Queue, capsys: Capture):
    held = running(queue)
    queue.fail(held, "died", "the render died of \x1b[31mSIGSEGV\nat https://x.y/z?token=abcdef", final=True, backoff=0)
    text = told(capsys, "show", held.id)
    assert "1  one  failed after" in text
    assert "the render died of  [31mSIGSEGV" in text, "nothing moves the cursor"
    assert "?token=***" in text
    assert "abcdef" not in text + told(capsys, "show", held.id, "--json") + told(capsys, "list", "--json")


def test_deliveries_are_told(queue: Queue, capsys: Capture):
    held = running(queue, webhook="https://example.com/hook?token=very-secret")
    text = told(capsys, "show", held.id)
    assert "1  started  pending" in text
    assert "very-secret" not in text
    (delivery,) = objects(capsys, "show", held.id)["deliveries"]
    assert (delivery["event"], delivery["state"], delivery["tries"]) == ("started", "pending", 0)


def test_a_row_that_somebody_wrote_by_hand_is_told_as_it_is(queue: Queue, capsys: Capture):
    queue.database.execute(
        "insert into jobs (id, client_id, label, payload, payload_hash, rank, created_at, metadata, priority, node) "
        "values ('feed\x1b[2J', 'x', 'la\x1b[2Jbel\n', 'nonsense', '', 1, 99999999999999999, '[7]', 'low', 'nowhere')"
    )
    assert "\x1b" not in told(capsys) + told(capsys, "show", "feed")
    (job,) = objects(capsys)
    assert (job["metadata"], job["created_at"]) == ([7], None)


def test_the_log_is_what_the_render_said(queue: Queue, tmp_path: Path, capsys: Capture):
    id = succeeded(queue, tmp_path)
    assert told(capsys, "logs", id) == "it went well\n"
    assert objects(capsys, "logs", id)["text"] == "it went well\n"


def test_a_log_that_is_not_there_is_told_where_it_is(queue: Queue, capsys: Capture):
    held = running(queue)
    assert "is running at one, and its log is there" in told(capsys, "logs", held.id, code=1)
    assert "before a node has had it" in told(capsys, "logs", submitted(queue), code=1)


# --------------------------------------------------------------------------------------------------------- steering


def test_a_job_is_found_by_its_first_letters_or_its_own_id(queue: Queue, capsys: Capture):
    id = submitted(queue, client_id="order-7")
    assert objects(capsys, "show", id[:6])["id"] == objects(capsys, "show", "order-7")["id"] == id
    assert "there is no job “zzz”" in told(capsys, "show", "zzz", code=1)


def test_letters_that_several_ids_begin_with_are_not_enough(queue: Queue, capsys: Capture):
    for k in range(2):
        queue.submit(new_job(f"film {k}", id=f"abc{k}" * 4))
    assert "several jobs begin with “abc”" in told(capsys, "cancel", "abc", code=1)
    assert all(row["state"] == "queued" for row in queue.jobs())


def test_cancelling_twice_says_that_it_was_done(queue: Queue, capsys: Capture):
    id = submitted(queue)
    assert told(capsys, "cancel", id) == f"job {id[:8]} (film) is cancelled\n"
    assert told(capsys, "cancel", id) == f"job {id[:8]} (film) was cancelled already\n"


def test_what_runs_is_asked_and_says_by_whom_it_is_heard(queue: Queue, capsys: Capture):
    held = running(queue)
    assert "running at one" in told(capsys, "pause", held.id)
    assert queue.job(held.id).wanted == "pause"
    assert "running, pausing" in told(capsys).replace(" 0 %", "")
    event = objects(capsys, "cancel", held.id)
    assert (event["event"], event["job"]["wanted"]) == ("cancel", "cancel")


def test_one_that_cannot_be_stops_no_other(queue: Queue, tmp_path: Path, capsys: Capture):
    done, waits = succeeded(queue, tmp_path), submitted(queue)
    assert run(["jobs", "cancel", done, waits]) == 1
    captured = capsys.readouterr()
    assert f"job {waits[:8]} (film) is cancelled" in captured.out
    assert f"error: job {done[:8]} is succeeded" in captured.err


def test_an_unknown_id_among_several_does_nothing(queue: Queue, capsys: Capture):
    id = submitted(queue)
    told(capsys, "cancel", id, "zzz", code=1)
    assert queue.job(id).state == "queued"


def test_paused_jobs_go_on(queue: Queue, capsys: Capture):
    id = submitted(queue)
    assert f"framekiln jobs resume {id[:8]}" in told(capsys, "pause", id)
    assert told(capsys, "resume", id) == f"job {id[:8]} (film) is queued\n"
    assert queue.job(id).state == "queued"


def test_a_retry_is_a_new_job(queue: Queue, tmp_path: Path, capsys: Capture):
    id = succeeded(queue, tmp_path, client_id="mine")
    new = objects(capsys, "retry", id)["job"]
    assert (new["state"], new["origin"], new["origin_id"]) == ("queued", "retry", id)
    assert queue.job(new["id"]).payload == queue.job(id).payload
    assert queue.job(id).state == "succeeded"
    assert "only what has ended" in told(capsys, "retry", new["id"], code=1)


def test_the_first_in_line_is_told_so(queue: Queue, capsys: Capture):
    submitted(queue, priority="urgent")
    last = submitted(queue, priority="low")
    assert "first in line" in told(capsys, "move", last, "--first")
    assert objects(capsys)[0]["id"] == last
    assert "--first" in told(capsys, "move", last, code=2)


def test_an_action_that_is_none_is_told_with_all_there_are(queue: Queue, capsys: Capture):
    assert "'cancel'" in told(capsys, "cancle", "x", code=2)
    assert "did you mean --state" in told(capsys, "list", "--stat", "failed", code=2)


# --------------------------------------------------------------------------------------------------------- watching


def test_into_a_pipe_a_line_for_each_change(queue: Queue):
    first = submitted(queue, "first")
    program = "from app.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "jobs", "watch"], stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout
        assert watching.stdout.readline() == f"{first[:8]}  first  queued\n"
        second = submitted(queue, "second")
        assert watching.stdout.readline() == f"{second[:8]}  second  queued\n"
        queue.cancel(first)
        assert watching.stdout.readline() == f"{first[:8]}  first  cancelled\n"
        watching.send_signal(signal.SIGINT)
        assert watching.stdout.read() == ""
    assert watching.returncode == 0


# --------------------------------------------------------------------------------------------- a queue that is not there


@pytest.fixture
def server(sqld: servers.Sqld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> servers.Sqld:
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "framekiln.toml"))
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRAMEKILN_QUEUE", sqld.address)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return sqld


def test_a_queue_that_wants_another_token_is_told_with_its_setting(server: servers.Sqld, monkeypatch, capsys: Capture):
    for token in ("", "not-a-token", servers.queue_token(seconds=-3600)):
        monkeypatch.setenv("FRAMEKILN_QUEUE_TOKEN", token)
        text = told(capsys, code=2)
        assert "FRAMEKILN_QUEUE_TOKEN" in text
        assert not token or token not in text


def test_a_queue_that_is_away_is_told(server: servers.Sqld, monkeypatch, capsys: Capture):
    monkeypatch.setenv("FRAMEKILN_QUEUE_TOKEN", servers.queue_token())
    server.stop()
    assert server.address in told(capsys, code=1)
