"""A job's inputs, put in place on the node: what its payload names becomes a document or a template's props, and files.

Nothing that a payload says leads out of the attempt's folder, but to folders and addresses that the settings allow.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from render_engine.document.address import is_address
from render_engine.errors import BadInput
from sync.errors import InputUnavailable, JobRefused, ObjectMissing
from sync.inputs.cache import Fetched, InputCache, Stop
from sync.inputs.known import HEAD, suffix_of
from sync.inputs.named import Named, placed
from sync.inputs.template_props import placed_props
from sync.inputs.upload import input_key

if TYPE_CHECKING:
    import httpx

    from sync.settings import Settings
    from sync.storage import Storage

ASSET = re.compile(r"asset://([0-9a-f]{64})")
SHA256 = re.compile(r"[0-9a-f]{64}")
FOLDER = "composition"  # in the attempt's folder
LONGEST_NAME, LONGEST_PART = 1000, 250  # letters, bytes
FETCHED = "fetched"  # in that, what has no name of its own


@dataclass(frozen=True)
class Materials:
    """What the render starts with. `source`: the document's file, or a template's name."""

    source: str
    props: Mapping[str, Any]
    bytes: int  # of all inputs


@dataclass(frozen=True)
class Origins:
    """Where inputs come from. `project`: the job's; `client`: one that checks where it connects to."""

    cache: InputCache
    storage: Storage
    project: str
    settings: Settings
    client: Callable[[], httpx.Client]


def origins(cache: InputCache, storage: Storage, project: str, settings: Settings) -> Origins:
    from sync.addresses import checked_client
    from sync.inputs.fetch import MOST_SECONDS

    return Origins(
        cache, storage, project, settings, lambda: checked_client(settings.allowed_addresses, seconds=MOST_SECONDS)
    )


def materialise(payload: Mapping[str, Any], folder: Path, where: Origins, stop: Stop) -> Materials:
    """Puts everything that the job reads into the attempt's `folder`.

    Raises BadInput (JobRefused, DocumentError, …) for what no node should try again, InputUnavailable for what may be
    there later, and Stopped soon after `stop()`.
    """
    place = _Place((folder / FOLDER).absolute(), where, stop)
    shutil.rmtree(place.root, ignore_errors=True)  # of an attempt that was cut off
    place.root.mkdir(parents=True)
    place.link_files(_table(payload, "files"))
    props = _table(payload, "props")
    document = payload.get("document")
    if document is None:
        source = payload.get("source")
        if not isinstance(source, str):
            raise JobRefused("the payload has neither a source nor a document")
        return Materials(source, _template_props(source, props, place), place.bytes)
    if not isinstance(document, dict):
        raise JobRefused('document: a document is a JSON object: {"framekiln": 1, …}')
    file, given = _document(document, props, place)
    return Materials(str(file), given, place.bytes)


def _table(payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = payload.get(name)
    if value is not None and not isinstance(value, dict):
        raise JobRefused(f"{name}: an object of names and values is expected")
    return value or {}


def _template_props(source: str, props: Mapping[str, Any], place: _Place) -> dict[str, Any]:
    from render_engine.document.templates import BASE, template

    def local(at: str, name: str) -> str:
        own = not is_address(name) and not Path(name).is_absolute() and not (place.root / name).exists()
        if own and (BASE / name).is_file() and (BASE / name).resolve().is_relative_to(BASE):
            return str(BASE / name)  # the engine's own
        return str(place.local(Named(at, place.root, name)))

    return placed_props(template(source).module().Props, props, local)


def _document(document: Mapping[str, Any], props: Mapping[str, Any], place: _Place) -> tuple[Path, dict[str, Any]]:
    """As it was written, unless it names what has to be fetched: then as it was validated."""
    from render_engine.document.load import parse_document
    from render_engine.document.props import declared
    from render_engine.document.read import check_raw
    from render_engine.document.write import raw_document

    check_raw(document)
    given = dict(props)
    for name, prop in declared(document).items():
        value = props.get(name)
        if prop.type == "file" and isinstance(value, str):
            given[name] = str(place.local(Named(f"props.{name}", place.root, value)))
    written = placed(parse_document(document, given, files_from=place.root), place.root, place.name)
    raw, given = (raw_document(written), {}) if place.fetched_for_document else (document, given)
    file = place.free_name("document.json")
    file.write_text(json.dumps(raw, ensure_ascii=False), "utf-8")
    return file, given


@dataclass
class _Place:
    """The attempt's own folder of inputs, and how much it holds."""

    root: Path
    where: Origins
    stop: Stop
    bytes: int = 0
    counted: set[tuple[int, int]] = field(default_factory=set)
    here: dict[str, Path] = field(default_factory=dict)  # address → file
    fetched_for_document: bool = False

    def link_files(self, files: Mapping[str, Any]) -> None:
        """The files that were submitted, at their names; refused before anything is fetched, if they are too large."""
        _check_names(files)
        self._refuse_too_large(files)
        for name, sha256 in files.items():
            self._take_asset(sha256, self.root / name, f"files.{name}")

    def name(self, named: Named) -> str:
        """What the document is to say instead of what it says."""
        if is_address(named.name):
            self.fetched_for_document = True
        elif not named.needed and not named.files():
            return named.name
        found = self.local(named)
        if named.kind == "document" or not found.is_relative_to(self.root):
            return str(found)
        return found.relative_to(self.root).as_posix()

    def local(self, named: Named) -> Path:
        """The file, here. Refused where it lies in no folder that this job may read."""
        if is_address(named.name):
            return self._from_address(named)
        path = Path(os.path.normpath(named.path))
        if named.kind != "sequence" and not path.is_file():
            raise JobRefused(f"{named.name} is not among the job's files", where=named.where)
        for each in named.files():
            self._check_inside(each, named)
            self._count(each)
        return path

    def free_name(self, name: str) -> Path:
        path = self.root / name
        while path.exists():
            path = path.with_name(f"_{path.name}")
        return path

    def _from_address(self, named: Named) -> Path:
        if named.name not in self.here:
            try:
                self.here[named.name] = self._fetched(named)
            except (BadInput, InputUnavailable) as error:
                raise error.at(named.where) from error
        return self.here[named.name]

    def _fetched(self, named: Named) -> Path:
        target = self.root / FETCHED / str(len(self.here) + 1)
        asset = ASSET.fullmatch(named.name)
        if asset:
            self._refuse_too_large({named.where: asset[1]})
            self._take_asset(asset[1], target, named.where)
        elif named.name.lower().startswith(("https://", "http://")):
            self._take_address(named.name, target)
        else:
            kind = named.name.partition("://")[0]
            raise JobRefused(f"{kind}:// is not fetched: give an https:// address, asset://SHA256, or a file")
        with target.open("rb") as file:
            suffix = suffix_of(file.read(HEAD)) or ""
        return target.rename(target.with_name(target.name + suffix))

    def _take_asset(self, sha256: str, target: Path, where: str) -> None:
        key, left = input_key(self.where.project, sha256), self._left()

        def bring(partial: Path) -> None:
            try:
                self.where.storage.get(key, partial, most_bytes=left)
            except ObjectMissing as error:
                raise InputUnavailable(
                    f"the storage {self.where.storage.address} does not hold it (object {key}): submit the job again, to "
                    "the storage that this node reads",
                    where=where,
                ) from error

        if self.stop():
            from sync.storage import Stopped

            raise Stopped("stopped while inputs were fetched")
        self.where.cache.take(sha256, target, bring, self.stop)
        self._count(target)

    def _take_address(self, address: str, target: Path) -> None:
        from sync.inputs.fetch import fetch

        def bring(partial: Path, known: Fetched | None) -> Fetched | None:
            with self.where.client() as client:
                return fetch(client, address, partial, known=known, most_bytes=self._left(), stop=self.stop)

        self.where.cache.take_address(address, target, bring, self.stop)
        self._count(target)

    def _check_inside(self, path: Path, named: Named) -> None:
        real = path.resolve()
        if any(real.is_relative_to(folder.resolve()) for folder in (self.root, *self.where.settings.allowed_folders)):
            return
        raise JobRefused(
            f"{named.name} is not among the job's files, and lies in no folder that this node lets jobs read (its setting "
            "allowed_folders)",
            where=named.where,
        )

    def _left(self) -> int:
        return self.where.settings.most_input_bytes - self.bytes

    def _count(self, path: Path) -> None:
        """Once, by whatever names it is read."""
        stat = path.stat()
        if (stat.st_dev, stat.st_ino) in self.counted:
            return
        self.counted.add((stat.st_dev, stat.st_ino))
        self.bytes += stat.st_size
        if self._left() < 0:
            from sync.inputs.fetch import too_large

            raise too_large("the job's inputs together with", None, self._left())

    def _refuse_too_large(self, files: Mapping[str, str]) -> None:
        """By the sizes that cache and storage tell, so that nothing is fetched in vain."""
        total = sum(self._size(sha256) for sha256 in set(files.values()))
        if total > self._left():
            raise JobRefused(
                f"its inputs have {self.bytes + total} bytes; this node takes {self.where.settings.most_input_bytes} (its "
                "setting most_input_bytes)"
            )

    def _size(self, sha256: str) -> int:
        here = self.where.cache.path(sha256)
        if here.exists():
            return here.stat().st_size
        stored = self.where.storage.head(input_key(self.where.project, sha256))
        return stored.size if stored else 0


def _check_names(files: Mapping[str, Any]) -> None:
    for name, sha256 in files.items():
        _check_name(name, sha256)
    folders = {str(folder) for name in files for folder in PurePosixPath(name).parents}
    if both := sorted(folders & files.keys()):
        raise JobRefused(f"files: {both[0][:100]!r} is a file and a folder")


def _check_name(name: str, sha256: Any) -> None:
    """A name leads to a file below the folder, on every system."""
    path = PurePosixPath(name)
    plain = name == path.as_posix() and not path.is_absolute() and name not in ("", ".")
    if not plain or ".." in path.parts or "\\" in name or "\0" in name or re.match(r"[A-Za-z]:", name):
        raise JobRefused(f"files: {name[:100]!r} is not a name inside the job's folder")
    if len(name) > LONGEST_NAME or max(len(part.encode()) for part in path.parts) > LONGEST_PART:
        raise JobRefused(f"files: {name[:100]!r}… is too long for a name")
    if path.parts[0] == FETCHED:
        raise JobRefused(f"files: {name[:100]!r}: the folder {FETCHED} is the node's own")
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        raise JobRefused(f"files.{name[:100]}: a sha256 of 64 hexadecimal digits is expected")
