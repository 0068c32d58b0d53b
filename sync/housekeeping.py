"""What a node removes, each hour: results past their time, and objects that nobody refers to any more."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sync.clock import Clock
from sync.inputs.upload import input_key
from sync.prepare import Storages
from sync.queue import Queue
from sync.settings import Settings
from sync.storage.collect import DAY, collect

log = logging.getLogger(__name__)

EVERY = 3600.0  # seconds
LATELY = 7 * DAY  # since a job ended, while it may be wanted once more


@dataclass
class Housekeeping:
    """Several nodes may do it at once: what is gone already is no error."""

    queue: Queue
    storages: Storages
    settings: Settings
    clock: Clock
    _next: float = EVERY / 12  # not at once: a node that is started for one job has better things to do

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
        rows = self.queue.database.run("forget_results", project=self.settings.project, kept=int(keep * DAY * 1000))
        for row in rows:
            self.storages(str(row["storage"])).delete(str(row["key"]))
        if rows:
            log.info("removed %d results that are older than %g days", len(rows), keep)

    def referenced(self) -> set[str]:
        """Keys of what jobs, results and schedules need."""
        run, project = self.queue.database.run, self.settings.project
        keys = {str(row["key"]) for row in run("artifact_keys")}
        wanted = run("inputs_wanted", lately=int(LATELY * 1000))
        return keys | {input_key(project, str(row["sha256"])) for row in wanted}
