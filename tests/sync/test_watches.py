"""All watches of a node on a real queue and a real storage: from the drop to the video beside it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils

from sync.automations import Automations
from sync.database import open_database
from sync.local import open_local
from sync.queue import Artifact, Queue
from sync.secrets import Secrets
from sync.settings import Settings
from sync.storage import Storage, open_storage
from sync.storage.uploads import LocalUploads
from sync.watch import kept
from sync.watch.watch import News, Watch
from sync.watch.watches import Watches
from tests.sync.fakes import FakeClock
from tests.sync.queueing import claimed, node
from tests.sync.shop import document, picture


class Farm:
    """One node's watches, and a worker that makes whatever video it is told to."""

    def __init__(self, settings: Settings, token: str) -> None:
        self.settings, self.clock = settings, FakeClock()
        self.queue = Queue(open_database(settings.queue_address, token=token))
        self.automations = Automations(self.queue.database, settings.project)
        self.storage: Storage = open_storage(settings)
        self.local: sqlite_utils.Database = open_local(settings.home)
        self.told: list[News] = []
        self.watches = Watches(
            settings,
            Secrets(queue_token=token),
            self.queue,
            lambda address: self.storage,
            lambda: self.local,
            LocalUploads(self.local),
            self.clock,
            self.told.append,
        )

    def until(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + 200
        while not is_so():
            assert time.monotonic() < until, self.told
            self.watches.step()
            self.clock.wait(0.5)

    def payloads(self) -> list[dict[str, object]]:
        return [json.loads(str(row["payload"])) for row in self.queue.jobs()]

    def render(self, video: bytes) -> None:
        """The next job, as a node would."""
        job, held = claimed(self.queue)
        path = self.settings.home / "film.mp4"
        path.write_bytes(video)
        sha256, key = hashlib.sha256(video).hexdigest(), f"local/{job.id}/film.mp4"
        self.storage.put(key, path, sha256=sha256, media_type="video/mp4", uploads=LocalUploads(self.local))
        self.queue.uploading(held)
        made = Artifact("video", self.storage.address, key, "film.mp4", len(video), sha256, "video/mp4")
        self.queue.add_artifact(held, made)
        self.queue.succeed(held, {})

    def close(self) -> None:
        self.watches.close()
        self.local.close()
        self.queue.database.close()


@pytest.fixture
def farm(tmp_path: Path, database_address: str, queue_token: str) -> Iterator[Farm]:
    settings = Settings(home=tmp_path / "home", queue=database_address, storage=str(tmp_path / "storage"), node="one")
    farm = Farm(settings, queue_token)
    node(farm.queue)
    yield farm
    farm.close()


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    (tmp_path / "drop").mkdir()
    film = document(tmp_path / "film.json")
    return Watch("", "drop", tmp_path / "drop", str(film), prop="picture", poll=True, out=tmp_path / "out", move=True)


def test_a_drop_comes_back_as_a_video(farm: Farm, watch: Watch) -> None:
    assert watch.out
    added = kept.add(farm.automations, watch, "one")
    (watch.folder / "photo.png").write_bytes(picture())
    farm.until(lambda: bool(farm.queue.jobs()))
    (job,) = farm.queue.jobs()
    assert (job["label"], job["origin"], job["origin_id"]) == ("photo.png", "watch", added.id)
    assert str(job["client_id"]).startswith(f"watch:{added.id}:")
    farm.render(b"the video")
    farm.until(lambda: (watch.folder / "done" / "photo.png").exists())
    assert (watch.out / "photo.mp4").read_bytes() == b"the video"


def test_a_drop_for_a_card_asks_its_node_for_one(farm: Farm, watch: Watch) -> None:
    kept.add(farm.automations, replace(watch, options={"renderer": "cuda"}), "one")
    (watch.folder / "photo.png").write_bytes(picture())
    farm.until(lambda: bool(farm.queue.jobs()))
    (job,) = farm.queue.jobs()
    assert farm.queue.job(str(job["id"])).needs == ("cuda",)


def test_a_job_that_failed_tells_its_reason_beside_the_original(farm: Farm, watch: Watch) -> None:
    kept.add(farm.automations, watch, "one")
    (watch.folder / "photo.png").write_bytes(picture())
    farm.until(lambda: bool(farm.queue.jobs()))
    _, held = claimed(farm.queue)
    farm.queue.fail(held, "bad_input", "the picture is upside down", final=True, backoff=0)
    reason = watch.folder / "failed" / "photo.png.reason.txt"
    farm.until(reason.exists)
    assert "the picture is upside down" in reason.read_text()


def test_another_nodes_watches_are_left_alone_and_removed_ones_end(farm: Farm, watch: Watch) -> None:
    kept.add(farm.automations, replace(watch, name="theirs"), "two")
    kept.add(farm.automations, watch, "one")
    farm.watches.step()
    assert farm.watches.count == 1
    farm.automations.remove("watch", "drop")
    farm.until(lambda: farm.watches.count == 0)


def test_a_row_written_by_hand_with_nonsense_stops_no_other(farm: Farm, watch: Watch) -> None:
    farm.automations.add("watch", "odd", {"folder": 5}, {"sauce": "x"}, node="one")
    kept.add(farm.automations, watch, "one")
    farm.watches.step()
    assert farm.watches.count == 1
    assert "cannot be used" in str(farm.automations.named("watch", "odd").last_error)


def test_what_is_dropped_cannot_make_a_film_read_other_files_of_the_node(
    farm: Farm, watch: Watch, tmp_path: Path
) -> None:
    (tmp_path / "private").mkdir()
    secret = tmp_path / "private" / "secret.png"
    secret.write_bytes(picture(9))
    (tmp_path / "films").mkdir()
    film = document(
        tmp_path / "films" / "film.json",
        props={"name": {"type": "string", "required": True}},
        layers=[{"type": "image", "source": "${name}"}],
    )
    kept.add(farm.automations, replace(watch, source=str(film), prop=None), "one")
    (watch.folder / "order.json").write_text(json.dumps({"name": str(secret)}))
    farm.until(lambda: any(news.kind == "failed" for news in farm.told))
    assert farm.queue.jobs() == []
    assert "not in the watched folder" in farm.told[-1].text


def test_the_same_drop_again_is_the_first_job_whatever_this_node_forgot(farm: Farm, watch: Watch) -> None:
    kept.add(farm.automations, replace(watch, move=False), "one")
    (watch.folder / "photo.png").write_bytes(picture())
    farm.until(lambda: bool(farm.queue.jobs()))
    farm.watches.close()
    farm.local.execute("delete from watched_files")
    farm.local.execute("delete from watched_jobs")
    farm.clock.wait(60)
    farm.until(lambda: len([news for news in farm.told if news.kind == "queued"]) == 2)
    assert len(farm.queue.jobs()) == 1
