"""framekiln submit: what is queued, what is refused before anything is sent, and how it is followed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.jobs_follow import follow
from app.cli.main import run
from sync.database import open_database
from sync.errors import QueueUnreachable
from sync.jobs import Job
from sync.queue import Artifact, Held, Progress, Queue
from sync.settings import read_settings
from tests.sync.fakes import FakeClock
from tests.sync.queueing import claimed, node

VIDEO = Artifact("video", "/results", "local/1/abc/film.mp4", "film.mp4", 1500, "abc123", "video/mp4")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node's home of its own, and nothing of who runs the tests."""
    for name in ("QUEUE", "STORAGE", "NODE", "WEBHOOK_SECRET", "PROJECT"):
        monkeypatch.delenv(f"FRAMEKILN_{name}", raising=False)
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "framekiln.toml"))
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def queue(home: Path) -> Iterator[Queue]:
    database = open_database(str(home / "queue.db"))
    yield Queue(database)
    database.close()


def submitted(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(["submit", *words, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def job_of(queue: Queue, told: dict[str, Any]) -> Job:
    return queue.job(told["job"]["id"])


def payload_of(queue: Queue, told: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(job_of(queue, told).payload or "")
    return payload


# -------------------------------------------------------------------------------------------------- what is queued


def test_what_was_asked_for_is_in_the_queue(film: Path, queue: Queue, capsys):
    told = submitted(
        capsys, "film.json", "--set", "word=Servus", "--preset", "square", "--crf", "30", "--bit-depth", "10", "--range", "0.5s:1s",
        "-o", "servus.mp4", "--priority", "high", "--tag", "gpu", "--tag", "vienna", "--metadata", "client=a=b",
    )  # fmt: skip
    job, payload = job_of(queue, told), payload_of(queue, told)
    assert payload["document"] == json.loads(film.read_text())
    assert (payload["props"], payload["output"]) == ({"word": "Servus"}, "servus.mp4")
    assert payload["options"] == {"preset": "square", "crf": 30.0, "range": "0.5s:1s", "bit_depth": 10}
    assert (job.label, job.priority, job.needs) == ("film", "high", ("gpu", "vienna"))
    assert json.loads(job.metadata) == {"client": "a=b"}
    assert job.created_by


def test_a_person_is_told_the_id_the_place_and_why_it_waits(film: Path, queue: Queue, home: Path, capsys):
    assert run(["submit", "film.json"]) == 0
    told = capsys.readouterr().out
    (row,) = queue.jobs()
    assert told.startswith(f"✓ job {str(row['id'])[:8]} is queued, next in line\n")
    assert f"film.mp4 in {home / 'storage'}" in told
    assert "start one with framekiln node" in told


def test_nothing_is_said_of_waiting_while_a_node_can_take_it(film: Path, queue: Queue, capsys):
    node(queue, "one")
    assert submitted(capsys, "film.json")["why_waiting"] is None
    assert "gpu" in submitted(capsys, "film.json", "--tag", "gpu")["why_waiting"]
    queue.beat("one", "instance of one", busy=0, state="stopped", reason=None)
    assert "start one" in submitted(capsys, "film.json")["why_waiting"]


def test_the_position_counts_what_goes_before(film: Path, capsys):
    assert [submitted(capsys, "film.json")["position"] for _ in range(2)] == [1, 2]
    assert submitted(capsys, "film.json", "--priority", "urgent")["position"] == 1


def test_the_same_id_with_the_same_content_is_the_first_job(film: Path, queue: Queue, capsys):
    first = submitted(capsys, "film.json", "--id", "order-7")
    again = submitted(capsys, "film.json", "--id", "order-7")
    assert (first["new"], again["new"]) == (True, False)
    assert first["job"]["id"] == again["job"]["id"]
    assert run(["submit", "film.json", "--id", "order-7"]) == 0
    assert "nothing was added" in capsys.readouterr().out
    assert len(queue.jobs()) == 1


def test_the_same_id_with_another_content_is_refused(film: Path, queue: Queue, capsys):
    submitted(capsys, "film.json", "--id", "order-7")
    assert run(["submit", "film.json", "--id", "order-7", "--set", "word=else"]) == 2
    assert "order-7" in capsys.readouterr().err
    assert len(queue.jobs()) == 1


def test_media_are_in_the_storage_once(film: Path, queue: Queue, home: Path, capsys):
    from PIL import Image

    Image.new("RGB", (40, 30), "green").save(film.parent / "photo.png")
    document = json.loads(film.read_text())
    document["layers"].append({"type": "image", "source": "photo.png"})
    film.write_text(json.dumps(document))
    first, second = submitted(capsys, "film.json"), submitted(capsys, "film.json", "--set", "word=x")
    files = payload_of(queue, first)["files"]
    assert files == payload_of(queue, second)["files"]
    assert list(files) == ["photo.png"]
    stored = [path for path in (home / "storage").rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [files["photo.png"]]
    assert queue.database.run("inputs_of_job", id=first["job"]["id"]) == [{"sha256": files["photo.png"]}]


def test_without_its_media_in_the_storage_no_job_is_in_the_queue(film: Path, queue: Queue, home: Path, capsys):
    from PIL import Image

    Image.new("RGB", (40, 30), "green").save(film.parent / "photo.png")
    document = json.loads(film.read_text())
    document["layers"].append({"type": "image", "source": "photo.png"})
    film.write_text(json.dumps(document))
    (home / "storage").write_text("a file, where the folder should be")
    assert run(["submit", "film.json"]) != 0
    assert "storage" in capsys.readouterr().err
    assert queue.jobs() == []


def test_a_long_document_goes_to_the_storage_by_its_hash(film: Path, queue: Queue, home: Path, capsys):
    document = json.loads(film.read_text()) | {"title": "x" * 300_000}
    film.write_text(json.dumps(document))
    job = job_of(queue, submitted(capsys, "film.json"))
    assert job.payload is None
    (stored,) = (path for path in (home / "storage").rglob("*") if path.is_file())
    assert stored.name == job.payload_object


def test_a_template_travels_as_its_name_and_props(queue: Queue, capsys):
    payload = payload_of(queue, submitted(capsys, "hello-world", "--set", "title=Servus"))
    assert (payload["source"], payload["document"], payload["props"]) == ("hello-world", None, {"title": "Servus"})


def test_an_encoder_that_only_another_machine_has_is_asked_of_the_nodes(film: Path, queue: Queue, capsys):
    told = submitted(capsys, "film.json", "--size", "640x360", "--encoder", "nvenc")
    assert job_of(queue, told).needs == ("h264_nvenc",)
    assert payload_of(queue, told)["options"] == {"encoder": "nvenc"}


def test_a_file_at_an_address_is_left_to_the_nodes(film: Path, queue: Queue, capsys):
    document = json.loads(film.read_text())
    document["layers"].append({"type": "image", "source": "https://example.com/photo.png"})
    film.write_text(json.dumps(document))
    payload = payload_of(queue, submitted(capsys, "film.json"))
    assert payload["files"] == {}
    assert payload["document"]["layers"][-1]["source"] == "https://example.com/photo.png"


def test_a_result_may_go_elsewhere(film: Path, queue: Queue, tmp_path: Path, capsys):
    told = submitted(capsys, "film.json", "--to", "elsewhere")
    assert job_of(queue, told).storage == told["storage"] == str(tmp_path / "elsewhere")


# ------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["film.jsn"], "there is no template"),
        (["film.json", "--set", "wrd=x"], "wrd"),
        (["film.json", "--preset", "sqare"], "square"),
        (["film.json", "--encoder", "x246"], "x264"),
        (["film.json", "--encoder", "nvenc", "--crf", "900"], "crf"),
        (["film.json", "--encoder", "nvenc", "-o", "film.webm"], "film.webm"),
        (["film.json", "--speed", "hasty"], "hasty"),
        (["film.json", "--range", "5s:9s"], "range"),
        (["film.json", "--size", "161x90"], "even"),
        (["film.json", "--encoder", "x264", "--bit-depth", "10"], "hevc_nvenc"),
        (["film.json", "-o", "sub/film.mp4"], "--to"),
        (["film.json", "-o", "../film.mp4"], "without a folder"),
        (["film.json", "--id", ""], "--id"),
        (["film.json", "--tag", "a,b"], "--tag"),
        (["film.json", "--metadata", "novalue"], "--metadata"),
        (["film.json", "--metadata", "k=" + "x" * 20_000], "--metadata"),
        (["film.json", "--to", "ftp://elsewhere"], "r2://"),
        (["film.json", "--to", "s3://key:very-secret@bucket"], "FRAMEKILN_STORAGE_SECRET"),
        (["film.json", "--webhook", "https://example.com/hook"], "FRAMEKILN_WEBHOOK_SECRET"),
        (["film.json", "--priority", "soon"], "urgent"),
    ],
)
def test_what_cannot_be_rendered_is_told_before_anything_is_queued(
    film: Path, queue: Queue, home: Path, capsys, words: list[str], told: str
):
    assert run(["submit", *words]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert "very-secret" not in err
    assert not queue.jobs()
    assert not (home / "storage").exists()


@pytest.mark.parametrize(
    "url", ["http://example.com/hook", "https://127.0.0.1/hook", "https://[::ffff:10.0.0.1]/", "ftp://x"]
)
def test_a_webhook_that_can_never_work_is_refused(film: Path, queue: Queue, monkeypatch, capsys, url: str):
    monkeypatch.setenv("FRAMEKILN_WEBHOOK_SECRET", "a-secret-of-ours")
    assert run(["submit", "film.json", "--webhook", url]) == 2
    assert url in capsys.readouterr().err
    assert not queue.jobs()


@pytest.mark.parametrize("place", ["the document", "its props"])
def test_100_mb_of_text_are_refused_with_words(film: Path, queue: Queue, capsys, place: str):
    long = "x" * 100_000_000
    if place == "the document":
        film.write_text(json.dumps(json.loads(film.read_text()) | {"title": long}))
    (film.parent / "props.json").write_text(json.dumps({"word": long if place == "its props" else "x"}))
    assert run(["submit", "film.json", "--props", "props.json"]) == 2
    assert ("64 MB" if place == "the document" else "is the most") in capsys.readouterr().err
    assert not queue.jobs()


def test_a_missing_picture_is_told_by_its_place(film: Path, queue: Queue, capsys):
    document = json.loads(film.read_text())
    document["layers"].append({"type": "image", "source": "photo.png"})
    film.write_text(json.dumps(document))
    assert run(["submit", "film.json"]) == 2
    assert "layers[2].source" in capsys.readouterr().err
    assert not queue.jobs()


def test_a_queue_that_is_no_database_is_told(film: Path, monkeypatch, tmp_path: Path, capsys):
    (tmp_path / "notes.txt").write_text("this is no database, and long enough to look like one" * 100)
    monkeypatch.setenv("FRAMEKILN_QUEUE", str(tmp_path / "notes.txt"))
    assert run(["submit", "film.json"]) == 2
    assert "no SQLite file" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------------- being followed


class Working(FakeClock):
    """Each wait is a moment in which a node does something."""

    def __init__(self, *moments: Callable[[], object]) -> None:
        super().__init__()
        self.moments = list(moments)

    def wait(self, seconds: float) -> None:
        super().wait(seconds)
        self.moments.pop(0)()


def at_work(queue: Queue) -> Held:
    node(queue, "one")
    _, held = claimed(queue)
    return held


def finished(queue: Queue, held: Held) -> None:
    queue.uploading(held)
    queue.add_artifact(held, VIDEO)
    queue.succeed(held, {"frames": 20})


def test_a_log_gets_a_line_for_each_state_and_the_end(film: Path, queue: Queue, capsys):
    id = submitted(capsys, "film.json")["job"]["id"]
    held: list[Held] = []
    clock = Working(
        lambda: held.append(at_work(queue)),
        lambda: queue.heartbeat(held[0], Progress("draw", 25, 5, 20, 12.4, 65)),
        *[lambda: None] * 5,
        lambda: finished(queue, held[0]),
    )
    assert follow(queue, id, read_settings(), as_json=False, clock=clock) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:3] == ["queued", "preparing  0 %  at one", "drawing  25 %  frame 5/20  12 fps  1:05 left  at one"]
    assert told[3].startswith(f"✓ job {id[:8]} succeeded")
    assert "film.mp4, 1.5 kB" in told[4]
    assert "/results/local/1/abc/film.mp4" in told[5]


def test_events_end_with_the_files(film: Path, queue: Queue, capsys):
    id = submitted(capsys, "film.json")["job"]["id"]
    held: list[Held] = []
    clock = Working(lambda: held.append(at_work(queue)), lambda: finished(queue, held[0]))
    assert follow(queue, id, read_settings(), as_json=True, clock=clock) == 0
    *progress, ended = map(json.loads, capsys.readouterr().out.splitlines())
    assert [each["state"] for each in progress] == ["queued", "running"]
    assert (ended["event"], ended["job"]["state"]) == ("ended", "succeeded")
    (video,) = ended["artifacts"]
    assert (video["kind"], video["size"], video["sha256"]) == ("video", 1500, "abc123")
    assert video["link"].startswith("file:///results/")


def test_a_failed_job_ends_with_1_and_its_reason(film: Path, queue: Queue, capsys):
    id = submitted(capsys, "film.json")["job"]["id"]
    held = at_work(queue)
    clock = Working(lambda: queue.fail(held, "bad_document", "layers[0]: \x1b[31mno", final=True, backoff=0))
    assert follow(queue, id, read_settings(), as_json=False, clock=clock) == 1
    told = capsys.readouterr().out
    assert "failed" in told
    assert "layers[0]:  [31mno" in told, "what a stranger wrote moves no cursor"


def test_a_queue_that_is_away_is_waited_for(film: Path, queue: Queue, capsys):
    id = submitted(capsys, "film.json")["job"]["id"]
    held, away = at_work(queue), Away(queue)
    clock = Working(away.leave, lambda: None, away.come_back, lambda: finished(queue, held))
    assert follow(away, id, read_settings(), as_json=False, clock=clock) == 0
    assert capsys.readouterr().err.count("the queue is away") == 1


class Away(Queue):
    """A queue that is not to be reached for a while."""

    def __init__(self, queue: Queue) -> None:
        super().__init__(queue.database)
        self.away = False

    def leave(self) -> None:
        self.away = True

    def come_back(self) -> None:
        self.away = False

    def job(self, id: str) -> Job:
        if self.away:
            raise QueueUnreachable("no answer")
        return super().job(id)


def test_going_away_cancels_nothing(film: Path, queue: Queue):
    program = "from app.cli.main import main; main()"
    words = ["submit", "film.json", "--wait"]
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as waiting:
        assert waiting.stdout
        assert waiting.stderr
        assert any(line == "queued\n" for line in waiting.stdout), "it follows the job"
        waiting.send_signal(signal.SIGINT)
        said = waiting.stderr.read()
    assert waiting.returncode == 130
    assert "stays in the queue" in said
    assert [row["state"] for row in queue.jobs()] == ["queued"]
