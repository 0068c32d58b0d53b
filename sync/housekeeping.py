"""What a node removes, each hour: results past their time, and objects that nobody refers to any more."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from sync.clock import Clock
from sync.errors import SettingsError, StorageRefused, StorageUnreachable
from sync.inputs.upload import input_key
from sync.prepare import Storages
from sync.queue import Queue
from sync.settings import Settings
from sync.storage.collect import DAY, collect

log = logging.getLogger(__name__)

EVERY = 3600.0  # seconds
FIRST = 300.0  # after the start
LATELY = 7 * DAY  # since a job ended, while it may be wanted once more


@dataclass
class Housekeeping:
    """Several nodes may do it at once: what is gone already is no error."""

    queue: Queue
    storages: Storages
    settings: Settings
    clock: Clock
    _next: float = field(init=False)
    _told: set[str] = field(default_factory=set)  # storages that refused, told once each

    def __post_init__(self) -> None:
        """Not at once: a node that is started for one job has better things to do."""
        self._next = self.clock.now() + FIRST

    def step(self) -> None:
        if self.clock.now() < self._next:
            return
        self._next = self.clock.now() + EVERY
        self.forget_results()
        gone = collect(self.storages.own, self.settings.project, self.referenced, now=self.clock.wall())
        if gone.objects or gone.unfinished:
            log.info("removed %d unreferenced objects (%d MB)", gone.objects, gone.bytes / 1e6)

    def forget_results(self) -> None:
        keep = self.settings.keep_results
        if keep is None:
            return
        run, gone = self.queue.database.run, 0
        for row in run("results_past", project=self.settings.project, kept=int(keep * DAY * 1000)):
            if self._removed(str(row["storage"]), str(row["key"])):
                run("forget_result", job_id=row["job_id"], kind=row["kind"], key=row["key"])
                gone += 1
        if gone:
            log.info("removed %d results that are older than %g days", gone, keep)

    def _removed(self, storage: str, key: str) -> bool:
        """One that this node does not reach is left to those that do."""
        try:
            self.storages(storage).delete(key)
        except (SettingsError, StorageRefused, StorageUnreachable) as error:
            if storage not in self._told:
                log.warning("old results in %s are not removed: %s", storage, error)
            self._told.add(storage)
            return False
        return True

    def referenced(self) -> set[str]:
        """Keys of what jobs, results and schedules need."""
        run, project = self.queue.database.run, self.settings.project
        keys = {str(row["key"]) for row in run("artifact_keys")}
        wanted = run("inputs_wanted", lately=int(LATELY * 1000))
        return keys | {input_key(project, str(row["sha256"])) for row in wanted}
