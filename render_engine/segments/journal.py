"""The journal: finished segments on disk, so that no frame is rendered twice. Files only, no database.

    <folder>/limit                                    bytes, where a person has set it
             gate                                     locked for moments: who claims, makes a work folder or prunes
             claims/<id>                              keys in use by a living process, which holds the file locked
             work/<id>/                               what is growing, one folder a process, locked in the same way
             segments/<engine>/<key[:2]>/<key>-<hash>
             kept/<engine>/<name>/<key>-<hash>        small things beside them: plans, facts of media files

Many processes and machines may share the folder. A killed one leaves nothing that harms: names are given to whole files
only, every read is checked against the hash in the name, and the system releases a dead process's locks.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from render_engine import checked
from render_engine.cache_folder import VARIABLE, journal_folder
from render_engine.durable import KEEP_LESS, disk_full, means_full, reason
from render_engine.errors import BadInput, RenderFailed
from render_engine.segments import shelves
from render_engine.segments.locks import Lock
from render_engine.segments.shelves import Entry, Pruned

_PLACES = ("claims", "work", "segments", "kept")


class Journal:
    """Found segments are whole. `damaged` has the keys of those that were not: they are gone, and rendered again."""

    def __init__(self, folder: Path, note: str | None = None) -> None:
        """BadInput where the folder cannot be made or written to. `note` is for the person who waits."""
        self.folder, self.note = folder, note
        self.damaged: list[str] = []
        try:
            for place in _PLACES:
                (folder / place).mkdir(parents=True, exist_ok=True)
            with self._gate():
                pass
        except OSError as error:
            raise BadInput(
                f'The cache folder "{folder}" cannot be written to ({reason(error)}): '
                f"name another one in the environment variable {VARIABLE}."
            ) from error

    @classmethod
    def open(cls) -> Journal:
        """The one in the cache folder; where that cannot be written to, a temporary one that ends with this process."""
        try:
            journal = cls(journal_folder())
        except BadInput as error:
            temporary = Path(tempfile.mkdtemp(prefix="framekiln-"))
            atexit.register(shutil.rmtree, temporary, ignore_errors=True)
            return cls(temporary, f"{error} Until then nothing is kept from one render to the next.")
        with journal._gate():
            shelves.sweep_work(journal.folder)
        return journal

    # --- segments -------------------------------------------------------------------------------------------------

    def has(self, key: str) -> bool:
        """Whether it seems to be there; `find` makes sure."""
        return bool(checked.under(self._shelf(key), key))

    def find(self, key: str) -> Path | None:
        """The segment's file, read to its end and found whole."""
        for path in checked.under(self._shelf(key), key):
            if self._whole(path):
                checked.touch(path)
                return path
        return None

    def partial(self, key: str) -> Path:
        """Where a segment grows before it is added: a place of this process alone."""
        with self.failures_told("a work folder"):
            if not _desk(self.folder).is_dir():  # a person has emptied the cache while this process lives
                _desk.cache_clear()
            return _desk(self.folder) / f"{key}.{secrets.token_hex(4)}.part"

    def add(self, key: str, partial: Path) -> Path:
        """Takes a finished file in. RenderFailed where the disk is full; the partial is gone either way."""
        with self.failures_told("a segment"):
            try:
                return checked.put(self._shelf(key), key, partial)
            finally:
                partial.unlink(missing_ok=True)

    # --- small things beside them ---------------------------------------------------------------------------------

    def keep(self, name: str, key: str, data: bytes) -> None:
        with self.failures_told(f'"{name}"'):
            checked.put_data(shelves.kept_folder(self.folder, name), key, data)

    def kept(self, name: str, key: str) -> bytes | None:
        for path in checked.under(shelves.kept_folder(self.folder, name), key):
            data = checked.data_of(path)
            if data is not None:
                checked.touch(path)
                return data
            self._lost(path)
        return None

    # --- who is using what ----------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def using(self, keys: Iterable[str]) -> Iterator[Claim]:
        """Inside, no prune removes these segments, in whatever process; `Claim.extend` adds to them."""
        claim = Claim(self, keys)
        try:
            yield claim
        finally:
            claim.release()

    @contextlib.contextmanager
    def work_folder(self) -> Iterator[Path]:
        """A folder for one render's own files; a killed render's is swept away by the next prune."""
        with self.failures_told("a work folder"):
            folder, lock = _make_work_folder(self.folder)
        try:
            yield folder
        finally:
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)  # the next prune gets what did not go

    # --- bounds ---------------------------------------------------------------------------------------------------

    @property
    def limit(self) -> int:
        """Bytes that may be kept."""
        return shelves.limit(self.folder, sum(entry.size for entry in self.entries()))

    def set_limit(self, max_bytes: int) -> None:
        with self.failures_told("the limit"):
            shelves.set_limit(self.folder, max_bytes)

    def entries(self) -> list[Entry]:
        """All that is kept, also of other engines."""
        return list(shelves.entries(self.folder))

    def prune(self, max_bytes: int | None = None, *, others: bool = False) -> Pruned:
        """Removes what dead processes left, then what was not used for longest, until `max_bytes` (None: the limit) hold.

        Other engines' segments can never be used by this one and go first; with `others` all of them go.
        """
        with self._gate():
            return shelves.prune(self.folder, max_bytes, others=others)

    # ---------------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def failures_told(self, what: str) -> Iterator[None]:
        """Turns the system's refusal to write into words."""
        try:
            yield
        except OSError as error:
            if means_full(error.errno):
                raise disk_full(what, self.folder, KEEP_LESS) from error
            raise RenderFailed(f'"{self.folder}" does not take {what}: {reason(error)}.') from error

    def _shelf(self, key: str) -> Path:
        return shelves.segment_folder(self.folder, key)

    def _whole(self, path: Path) -> bool:
        try:
            if checked.is_whole(path):
                return True
        except FileNotFoundError:  # pruned by another process a moment ago
            return False
        self._lost(path)
        return False

    def _lost(self, path: Path) -> None:
        self.damaged.append(checked.key_of(path))
        path.unlink(missing_ok=True)

    def _gate(self) -> contextlib.AbstractContextManager[None]:
        return shelves.gate(self.folder)


@functools.cache
def _desk(folder: Path) -> Path:
    """Where the partial files of this process lie, for as long as it lives."""
    desk, lock = _make_work_folder(folder)
    atexit.register(shutil.rmtree, desk, ignore_errors=True)
    atexit.register(lock.release)  # runs before the line above
    return desk


def _make_work_folder(folder: Path) -> tuple[Path, Lock]:
    made = folder / "work" / secrets.token_hex(8)
    with shelves.gate(folder):  # a prune meanwhile would see a folder that nobody holds
        made.mkdir()
        lock = Lock.take(made / shelves.LOCK)
    assert lock is not None
    return made, lock


class Claim:
    """Keys that this process uses, told to all others by a locked file."""

    def __init__(self, journal: Journal, keys: Iterable[str]) -> None:
        self._journal = journal
        self._path = journal.folder / "claims" / secrets.token_hex(8)
        with journal.failures_told("a claim"), journal._gate():
            lock = Lock.take(self._path)
            assert lock is not None
            self._lock = lock
            self._write(keys)

    def extend(self, keys: Iterable[str]) -> None:
        with self._journal.failures_told("a claim"), self._journal._gate():
            self._write(keys)

    def release(self) -> None:
        self._lock.release()
        self._path.unlink(missing_ok=True)

    def _write(self, keys: Iterable[str]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(f"{key}\n" for key in keys)
