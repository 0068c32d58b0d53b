"""All watches of a node, as its agent runs them: kept as the queue has them, each a step at a time, and told what became
of their jobs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from render_engine.errors import BadInput
from sync.automations import Automations
from sync.clock import Clock
from sync.database import Row, open_database
from sync.inputs.cache import InputCache
from sync.local import open_local, own_home
from sync.queue import Queue
from sync.secrets import Secrets, read_secrets
from sync.settings import Settings
from sync.storage import Storage, Uploads, open_storage
from sync.storage.uploads import LocalUploads
from sync.watch.kept import watch_of
from sync.watch.submitting import Submit
from sync.watch.watch import Tell, Watch
from sync.watch.watch_folder import WatchFolder

if TYPE_CHECKING:
    from sqlite_utils import Database

LIST, ASK = 10.0, 2.0  # seconds between two looks at the list of watches, and at what became of jobs


class Watches:
    """For one thread: the local database is opened by the first step, in the thread that steps."""

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets,
        queue: Queue,
        storage_of: Callable[[str | None], Storage],
        local: Callable[[], Database],
        uploads: Uploads,
        clock: Clock,
        tell: Tell,
    ) -> None:
        """`storage_of`: by a job's address; None is the node's own."""
        self._settings, self._secrets, self._queue = settings, secrets, queue
        self._storage_of, self._local, self._uploads = storage_of, local, uploads
        self._clock, self._tell = clock, tell
        self._automations = Automations(queue.database, settings.project)
        self._cache = InputCache(settings.home / "inputs", settings.input_cache)
        self._folders: dict[str, WatchFolder] = {}  # by the id of the watch
        self._list_at = self._ask_at = 0.0

    @property
    def count(self) -> int:
        return len(self._folders)

    def step(self) -> None:
        """Raises QueueUnreachable, StorageUnreachable: the same again later."""
        now = self._clock.now()
        if now >= self._list_at:
            self._list()
            self._list_at = now + LIST
        for folder in self._folders.values():
            folder.step()
        if now >= self._ask_at:
            self._ask_at = now + ASK
            for folder in self._folders.values():
                self._ask(folder)

    def close(self) -> None:
        for folder in self._folders.values():
            folder.close()
        self._folders.clear()

    def _list(self) -> None:
        wanted = {watch.id: watch for watch in watches_of(self._automations, self._settings.node)}
        for id in [id for id, folder in self._folders.items() if wanted.get(id) != folder.watch]:
            self._folders.pop(id).close()
        for id, watch in wanted.items():
            if id not in self._folders:
                self._folders[id] = self._opened(watch)

    def _opened(self, watch: Watch) -> WatchFolder:
        storage = self._storage_of(None)
        submit = Submit(watch.id, self._queue, self._settings, self._secrets, storage, self._uploads)
        return WatchFolder(watch, self._local(), submit, self._clock, self._cache, self._tell)

    def _ask(self, folder: WatchFolder) -> None:
        clients = folder.unfinished()
        if not clients:
            return
        asked = {"project": self._settings.project, "clients": json.dumps(clients)}
        for row in self._queue.database.run("ended_of_clients", **asked):
            self._end(folder, row)

    def _end(self, folder: WatchFolder, row: Row) -> None:
        client_id, job_id = str(row["client_id"]), str(row["id"])
        if row["state"] != "succeeded":
            why = str(row["error"] or row["state"])
            folder.finished(client_id, False, f"{why} (job {job_id[:8]}; drop it again or touch it to try again)")
        elif folder.watch.out is None:
            folder.finished(client_id, True)
        else:
            self._bring(folder, client_id, job_id)

    def _bring(self, folder: WatchFolder, client_id: str, job_id: str) -> None:
        """The video from the storage to --out."""
        (video,) = [each for each in self._queue.artifacts(job_id) if each["kind"] == "video"]
        name, size = str(video["name"]), video["size"]
        assert isinstance(size, int)
        with tempfile.TemporaryDirectory(prefix="result-", dir=self._settings.home) as place:
            path = Path(place, name)
            self._storage_of(str(video["storage"])).get(str(video["key"]), path, most_bytes=size)
            folder.finished(client_id, True, video=path)


def watches_of(automations: Automations, node: str) -> Sequence[Watch]:
    """Those of this node that are enabled; one that was written by hand and cannot be read is told of in its row."""
    found = []
    for row in automations.all("watch"):
        if row.node != node or not row.enabled:
            continue
        try:
            found.append(watch_of(row))
        except BadInput as error:
            automations.failed(row, str(error))
    return found


@contextmanager
def open_watches(settings: Settings, clock: Clock, tell: Tell) -> Iterator[Watches]:
    """Of a node that only makes jobs. Raises SettingsError where its agent is at work, which runs them itself."""
    with ExitStack() as open_:
        open_.enter_context(own_home(settings.home))
        secrets = read_secrets()
        database = open_database(settings.queue_address, token=secrets.queue_token)
        open_.callback(database.close)
        local = open_local(settings.home)
        open_.callback(local.close)

        def storage_of(address: str | None) -> Storage:
            return open_storage(settings, address, secrets=secrets)

        uploads = LocalUploads(local)
        watches = Watches(settings, secrets, Queue(database), storage_of, lambda: local, uploads, clock, tell)
        open_.callback(watches.close)
        yield watches
