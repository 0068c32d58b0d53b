"""A job's inputs on their way: gathered, uploaded, sent as JSON, and put in place on a node that has nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from render_engine.document.load import load_source
from sync.inputs.bundle import bundle
from sync.inputs.cache import InputCache
from sync.inputs.materialise import Materials, materialise, origins
from sync.inputs.upload import never, upload
from sync.settings import Settings
from sync.storage import Storage, Upload
from sync.storage.folder import FolderStorage

MEDIA = Path(__file__).parent.parent / "scenes" / "media"


class NoUploads:
    """For storages that need no multipart uploads."""

    def find(self, storage: str, key: str) -> Upload | None:
        return None

    def save(self, upload: Upload) -> None:
        raise AssertionError(upload)

    def forget(self, storage: str, key: str) -> None:
        pass


class Node:
    """One with an empty home, and the storage that jobs are sent to."""

    def __init__(self, folder: Path, storage: Storage | None = None, **settings: Any) -> None:
        self.folder = folder
        self.settings = Settings(home=folder / "home", **settings)
        self.storage = storage or FolderStorage(folder / "storage")
        self.cache = InputCache(self.settings.home / "inputs", self.settings.input_cache)
        self.attempts = 0

    def gets(self, payload: Mapping[str, Any]) -> Materials:
        self.attempts += 1
        where = origins(self.cache, self.storage, "local", self.settings)
        return materialise(json.loads(json.dumps(payload)), self.attempt, where, never)

    @property
    def attempt(self) -> Path:
        return self.folder / f"attempt-{self.attempts}"

    def holds(self, data: bytes) -> str:
        """An object in the storage; its sha256."""
        file = self.folder / "object"
        file.write_bytes(data)
        return upload({"object": file}, self.storage, "local", NoUploads())["object"]


def sent(source: str, storage: Storage, props: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The inputs' part of a job's payload."""
    given = props or {}
    found = bundle(load_source(source, props=given), given)
    return found.part(upload(found.files, storage, "local", NoUploads()))
