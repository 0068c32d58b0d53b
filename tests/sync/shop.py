"""A watched folder for tests: real files, a real local database, watchdog's own events; only waiting is not real."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlite_utils
from PIL import Image

from sync.inputs.cache import InputCache
from sync.local import open_local
from sync.watch.watch import News, Watch, WatchedJob
from sync.watch.watch_folder import WatchFolder
from tests.sync.fakes import FakeClock

PATIENCE = 200.0  # real seconds; only a failure takes as long (a busy disk makes 500 files in 30)


def picture(shade: int = 0, size: tuple[int, int] = (8, 8)) -> bytes:
    """A PNG of its own for each shade."""
    buffer = io.BytesIO()
    Image.new("RGB", size, (shade % 256, shade // 256 % 256, 7)).save(buffer, "png")
    return buffer.getvalue()


def document(path: Path, **fields: Any) -> Path:
    """A film that takes a picture and a title."""
    props = {"picture": {"type": "file", "required": True}, "title": {"type": "string", "default": "–"}}
    layers = [{"type": "image", "source": {"$prop": "picture"}}, {"type": "text", "text": "${title}"}]
    film = {"framekiln": 1, "size": [64, 64], "fps": 10, "duration": 0.3, "props": props, "layers": layers}
    path.write_text(json.dumps(film | fields))
    return path


class Shop:
    """`jobs`: what was submitted; `told`: what a person was told."""

    def __init__(self, base: Path, **options: Any) -> None:
        self.base, self.clock = base, FakeClock()
        self.folder = base / "drop"
        self.folder.mkdir(exist_ok=True)
        self.film = document(base / "film.json")
        watch = Watch("w1", "drop", self.folder, str(self.film), prop="picture", poll=True)
        self.watch = replace(watch, **options)
        self.local: sqlite_utils.Database = open_local(base / "home")
        self.jobs: list[WatchedJob] = []
        self.told: list[News] = []
        self.refuse: Callable[[WatchedJob], None] = lambda job: None
        self.open()

    def open(self) -> None:
        cache = InputCache(self.base / "home" / "inputs", 1 << 30)
        self.at_work = WatchFolder(self.watch, self.local, self._submit, self.clock, cache, self.told.append)

    def close(self) -> None:
        self.at_work.close()
        self.local.close()

    def restart(self, **options: Any) -> None:
        self.at_work.close()
        self.watch = replace(self.watch, **options)
        self.open()

    def drop(self, name: str, content: bytes | str | object = b"") -> Path:
        """Bytes, text, or what becomes JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def work(self, seconds: float = 6.0) -> None:
        """So much time passes for the watch."""
        until = self.clock.now() + seconds
        while self.clock.now() < until:
            self.at_work.step()
            self.clock.wait(0.5)
        self.at_work.step()

    def until(self, is_so: Callable[[], bool]) -> None:
        """For events, which come when the system sends them; long before the next scan, by the watch's own clock."""
        real, slow = time.monotonic() + PATIENCE, self.clock.now() + 50
        while not is_so():
            assert time.monotonic() < real, self.told
            self.at_work.step()
            self.clock.wait(min(0.1, max(0.0, slow - self.clock.now())))
            time.sleep(0.01)

    def end(self, succeeded: bool = True, why: str = "", video: bytes = b"video") -> None:
        """All jobs that are in the queue."""
        path = self.base / "made.mp4"
        path.write_bytes(video)
        for client_id in self.at_work.unfinished():
            self.at_work.finished(client_id, succeeded, why, path)

    def labels(self) -> list[str]:
        return [job.label for job in self.jobs]

    def heard(self, kind: str) -> list[str]:
        return [news.text for news in self.told if news.kind == kind]

    def names(self) -> list[str]:
        """Everything in the folder."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    def _submit(self, job: WatchedJob) -> str:
        self.refuse(job)
        self.jobs.append(job)
        return f"job{len(self.jobs)}"
