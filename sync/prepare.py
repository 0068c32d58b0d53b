"""From a claimed job to what a child is to render: its payload read, its inputs in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from render_engine.segments.workers import cores_here
from sync.errors import JobRefused
from sync.inputs.cache import InputCache
from sync.inputs.materialise import materialise, origins
from sync.inputs.payload import read
from sync.jobs import Job
from sync.runner import Task
from sync.settings import Settings
from sync.storage import Storage

KINDS = ("render",)


class Storages(Protocol):
    own: Storage  # the node's: inputs are there

    def __call__(self, address: str) -> Storage: ...


@dataclass(frozen=True)
class Prepare:
    settings: Settings
    storages: Storages
    cache: InputCache

    def __call__(self, job: Job, folder: Path, stop: Callable[[], bool]) -> Task:
        """Raises JobRefused for what no node should try again, InputUnavailable for what may be there later."""
        if job.kind not in KINDS:
            raise JobRefused(f"this node does not know jobs of the kind “{job.kind}”: it renders")
        if job.storage:
            self.storages(job.storage)  # before anything is rendered for it
        own = self.storages.own
        payload = read(job.payload, job.payload_object, own, job.project_id)
        where = origins(self.cache, own, job.project_id, self.settings)
        materials = materialise(payload, folder, where, stop)
        return Task(
            folder,
            materials.source,
            materials.props,
            size=_size(payload),
            fps=_text(payload, "fps"),
            output=_output(payload, job),
            options=self._shared_out(_options(payload)),
        )

    def _shared_out(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The cores are for all slots."""
        slots = self.settings.slots
        return options if slots == 1 else {"workers": max(1, cores_here() // slots), **options}


def _size(payload: Mapping[str, Any]) -> tuple[int, int] | None:
    match payload.get("size"):
        case None:
            return None
        case [int(width), int(height)]:
            return width, height
    raise JobRefused("size: two numbers are expected, width and height in px")


def _text(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    return None if value is None else str(value)


def _output(payload: Mapping[str, Any], job: Job) -> str:
    name = payload.get("output") or f"{job.label}.mp4"
    if not isinstance(name, str) or Path(name).name != name or name.startswith(".") or len(name) > 200:
        raise JobRefused(f"output: {str(name)[:100]!r} is not the name of a file")
    return name


def _options(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    options = payload.get("options") or {}
    if not isinstance(options, dict):
        raise JobRefused("options: an object of names and values is expected")
    return options
