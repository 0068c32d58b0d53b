"""What a dropped file asks for: a media file one job, a .json of props one, a table one a row."""

from __future__ import annotations

import json
import mimetypes
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from render_engine.document.rows import READERS, Row, check_columns, props_of, table_of
from render_engine.errors import BadInput, MediaError
from sync.watch.folder import Folder
from sync.watch.watch import Watch

LONGEST_TEXT = 16 << 20  # bytes of a .json or a table
Props = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """One job. `files`: the file in the folder that each file prop names."""

    row: int | None
    props: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    problem: str | None = None


class NotWhole(Exception):
    """It is damaged, or still being written: who waits will know."""


class NoDrop(Exception):
    """It is none of what this watch takes."""


def is_text(path: Path) -> bool:
    return path.suffix.lower() in READERS


def orders_of(path: Path, stored: Path, watch: Watch, folder: Folder) -> list[Order]:
    """`stored`: its content, which does not change any more. Raises BadInput, NotWhole or NoDrop."""
    if stored.stat().st_size == 0:
        raise NotWhole("it is empty")
    if not is_text(path):
        return [_media(path, stored, watch)]
    if stored.stat().st_size > LONGEST_TEXT:
        raise BadInput(f"it has more than {LONGEST_TEXT >> 20} MB: split it into several")
    data, suffix = stored.read_bytes(), path.suffix
    if suffix.lower() == ".json":
        value = _json(data)
        if not isinstance(value, list):
            return [_order(None, _object(value), path, watch, folder)]
    return list(_rows(data, path, watch, folder))


def _media(path: Path, stored: Path, watch: Watch) -> Order:
    from render_engine.media.probe import probe

    try:
        probe(stored)
    except MediaError as error:
        told = str(error).replace(str(stored), path.name).replace(stored.name, path.name)
        raise (NotWhole(told) if _says_it_is_media(path) else NoDrop("it is no media file, .json or table")) from error
    if watch.prop is None:
        raise NoDrop(f"{watch.source} was told no prop for media files (--prop): only .json and tables become jobs")
    return Order(None, {}, {watch.prop: path})


def _says_it_is_media(path: Path) -> bool:
    kind, _ = mimetypes.guess_type(path.name)
    return kind is None or kind.partition("/")[0] in ("image", "video", "audio")


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotWhole(f"this is not JSON: {error}") from error


def _object(value: Any) -> Props:
    if not isinstance(value, dict):
        raise BadInput('an object of props is expected, like {"title": "Hello"}, or a list of them')
    if "framekiln" in value:
        raise BadInput("this is a composition; dropped are the props of one: framekiln watch add … --template it")
    return value


def _rows(data: bytes, path: Path, watch: Watch, folder: Folder) -> Iterator[Order]:
    from render_engine.document.prop_names import prop_names

    props = prop_names(watch.source)
    try:
        table = table_of(data, path.suffix)
        check_columns(table, props, watch.props)
    except BadInput as error:
        raise NotWhole(str(error)) from error
    for row in table.rows:
        yield _row(row, props, path, watch, folder)


def _row(row: Row, props: Mapping[str, bool], path: Path, watch: Watch, folder: Folder) -> Order:
    if row.problem:
        return Order(row.number, problem=row.problem)
    try:
        return _order(row.number, props_of(row, props), path, watch, folder)
    except BadInput as error:
        return Order(row.number, problem=str(error))


def _order(row: int | None, props: Props, path: Path, watch: Watch, folder: Folder) -> Order:
    from render_engine.document.prop_names import file_props

    named = {name: props[name] for name in file_props(watch.source) if _is_name(props.get(name))}
    files = {name: inside(name, value, path.parent, folder) for name, value in named.items()}
    return Order(row, {name: value for name, value in props.items() if name not in files}, files)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and not value.lstrip().startswith(("[", "{"))


def inside(prop: str, name: str, beside: Path, folder: Folder) -> Path:
    """The file that a dropped prop names, relative to the file that names it. BadInput where it is not in the folder."""
    rooted = PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive
    path = beside / unicodedata.normalize("NFC", name)
    if rooted or "://" in name or "\0" in name or not _stays(path, folder):
        raise BadInput(f"{prop}: “{name}” is not in the watched folder: drop the file there and name it by its place")
    return _as_it_is_written(path, folder.root)


def _stays(path: Path, folder: Folder) -> bool:
    if ".." in path.relative_to(folder.root).parts:
        return False
    try:
        return folder.holds(path) and folder.counts(path)
    except (OSError, RuntimeError):  # a name too long, a link to itself
        return False


def _as_it_is_written(path: Path, root: Path) -> Path:
    """Letters with marks are written in two ways, and folders keep whichever they were given."""
    found = root
    for part in path.relative_to(root).parts:
        there = found / part
        if not there.exists() and found.is_dir():
            same = (one for one in found.iterdir() if unicodedata.normalize("NFC", one.name) == part)
            there = next(same, there)
        found = there
    return found
