"""What a watch folder was told to do, and the jobs that it makes of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Watch:
    """One automation of kind "watch"; its folder is one of this node's."""

    id: str
    name: str
    folder: Path
    source: str  # a template's name, or a document's absolute path
    props: Mapping[str, Any] = field(default_factory=dict)  # the same for every file
    prop: str | None = None  # which prop a dropped media file becomes; None: none takes one
    options: Mapping[str, Any] = field(default_factory=dict)  # of the render: preset, renderer
    out: Path | None = None  # where results are copied to
    move: bool = False  # originals to done/ and failed/
    poll: bool = False  # the folder's events do not arrive: look at it every few seconds
    only: tuple[str, ...] = ()  # patterns of names that are taken; empty: all


@dataclass(frozen=True)
class WatchedJob:
    """Props name files by the keys of `files`, whose values lie in the input store under their sha256."""

    client_id: str
    label: str  # the dropped file, and the row
    source: str
    props: Mapping[str, Any]
    files: Mapping[str, Path]
    options: Mapping[str, Any]
    original: Path
    own: tuple[Path, ...] = ()  # files of the source and of the watch's own props: these may lie anywhere


@dataclass(frozen=True)
class News:
    """What a person is told, once."""

    kind: Literal["queued", "done", "failed", "waiting", "skipped", "folder"]
    path: Path
    text: str


Tell = Callable[[News], None]


def nobody(_news: News) -> None:
    """For those who do not listen."""
