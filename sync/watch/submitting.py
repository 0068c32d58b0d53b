"""From a dropped file to a job in the queue: checked and uploaded as any other that a person submits."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from render_engine.document import templates
from render_engine.errors import BadInput
from sync.inputs.bundle import Bundle
from sync.queue import Queue
from sync.secrets import Secrets
from sync.settings import Settings
from sync.storage import Storage, Uploads
from sync.submit import Asked, checked, sent
from sync.watch.watch import WatchedJob


@dataclass(frozen=True)
class Submit:
    """Of one watch. Raises BadInput for what is wrong with a job, and what queue and storage raise."""

    watch: str  # id
    queue: Queue
    settings: Settings
    secrets: Secrets
    storage: Storage
    uploads: Uploads

    def __call__(self, job: WatchedJob) -> str:
        with tempfile.TemporaryDirectory(prefix="framekiln-") as name:
            folder = Path(name)
            asked = Asked(
                job.source,
                props=_placed(job, folder),
                preset=job.options.get("preset"),
                renderer=job.options.get("renderer"),
                client_id=job.client_id,
                metadata={"dropped": job.label},
            )
            found = checked(asked, self.settings, self.secrets)
            _refuse_files_elsewhere(found.bundle, job, folder)
            new = sent(found, self.settings, self.storage, self.uploads)
        new = replace(new, label=job.label, origin="watch", origin_id=self.watch)
        return self.queue.submit(new)[0].id


def _placed(job: WatchedJob, folder: Path) -> Mapping[str, Any]:
    """Its files under names with their endings; a store has none."""
    for name, stored in job.files.items():
        (folder / name).symlink_to(stored)
    return {key: str(folder / value) if value in job.files else value for key, value in job.props.items()}


def _refuse_files_elsewhere(bundle: Bundle, job: WatchedJob, folder: Path) -> None:
    """What dropped props put into a document may not make it read this machine's files."""
    own = templates.BASE if job.source in templates.TEMPLATES else Path(job.source).absolute().parent
    for path in bundle.files.values():
        whole = path.resolve()
        inside = path.is_relative_to(folder) or whole.is_relative_to(own.resolve())
        if not inside and whole not in {file.resolve() for file in job.own}:
            raise BadInput(f"it makes the film read {path}, which is not in the watched folder")
