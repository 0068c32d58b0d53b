"""What a watch has seen and asked for, in the node's own database: so a restart submits nothing twice.

A row of `watched_files` for each path, with the stamp it was last read at; a row of `watched_jobs` for each job that the
file as it is now asks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sync.watch.folder import Stamp

if TYPE_CHECKING:
    from sqlite_utils import Database

FileState = Literal["waiting", "unreadable", "skipped", "part", "queued", "done", "failed"]
JobState = Literal["waiting", "pending", "queued", "done", "failed"]
NO_ROW = 0  # of a file that asks for one job


@dataclass(frozen=True)
class FileRow:
    """`path` is relative to the folder; `version`: what it was read for; `moved_to`: where the original lies now."""

    watch: str
    path: str
    size: int
    modified: int
    inode: int
    changed: int
    state: FileState
    version: str = ""
    sha256: str = ""
    stored: str = ""
    reason: str = ""
    at: float = 0.0

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.size, self.modified, self.inode, self.changed)


@dataclass(frozen=True)
class JobRow:
    """`job`: a WatchedJob as JSON, but its client id."""

    watch: str
    path: str
    row: int
    state: JobState
    key: str = ""
    tries: int = 0
    client_id: str = ""
    job: str = ""
    job_id: str = ""
    parts: str = "[]"  # JSON: other files of the folder that it names
    result: str = ""
    reason: str = ""


def create_tables(local: Database) -> None:
    """A migration of the local schema."""
    types: dict[str, Any] = {"watch": str, "path": str, "reason": str, "state": str}
    numbers = dict.fromkeys(("size", "modified", "inode", "changed"), int)
    texts = dict.fromkeys(("version", "sha256", "stored"), str)
    local.table("watched_files").create(
        types | numbers | texts | {"at": float}, pk=("watch", "path"), if_not_exists=True
    )
    texts = dict.fromkeys(("key", "client_id", "job", "job_id", "parts", "result"), str)
    jobs = local.table("watched_jobs").create(
        types | texts | {"row": int, "tries": int}, pk=("watch", "path", "row"), if_not_exists=True
    )
    jobs.create_index(["watch", "client_id"], if_not_exists=True)


class Ledger:
    """Of one watch. Files are kept in memory too: a scan asks about each."""

    def __init__(self, local: Database, watch: str, root: Path) -> None:
        self._local, self._watch, self._root = local, watch, root
        self._prefix = f"{root.as_posix().rstrip('/')}/"
        self._files = {row["path"]: FileRow(**row) for row in local.query(FILES, {"watch": watch})}

    def name(self, path: Path) -> str:
        """Relative to the folder; asked of every file at every scan."""
        return path.as_posix().removeprefix(self._prefix)

    def file(self, path: Path) -> FileRow | None:
        return self._files.get(self.name(path))

    def saw(self, path: Path, stamp: Stamp, state: FileState, **more: Any) -> FileRow:
        row = FileRow(self._watch, self.name(path), **asdict(stamp), state=state, **more)
        self._put(row)
        return row

    def set_state(self, path: Path, state: FileState, reason: str = "") -> None:
        if row := self.file(path):
            self._put(replace(row, state=state, reason=reason))

    def forget(self, path: Path) -> None:
        """It will be read as if it were new."""
        if self._files.pop(self.name(path), None):
            self._local.execute(
                "delete from watched_files where watch = ? and path = ?", [self._watch, self.name(path)]
            )

    def _put(self, row: FileRow) -> None:
        self._files[row.path] = row
        self._local.table("watched_files").upsert(asdict(row), pk=("watch", "path"))

    # ---------------------------------------------------------------------------------------------------- jobs

    def jobs(self, path: Path) -> dict[int, JobRow]:
        rows = self._local.query(JOBS_OF_FILE, {"watch": self._watch, "path": self.name(path)})
        return {row["row"]: JobRow(**row) for row in rows}

    def put_jobs(self, path: Path, rows: Iterable[JobRow]) -> None:
        """All that the file asks for now."""
        with self._local.atomic():
            self._local.execute("delete from watched_jobs where watch = ? and path = ?", [self._watch, self.name(path)])
            self._local.table("watched_jobs").insert_all(map(asdict, rows), pk=("watch", "path", "row"))

    def update(self, row: JobRow, **values: Any) -> None:
        self._local.table("watched_jobs").update((row.watch, row.path, row.row), values)

    def parts(self) -> dict[Path, set[Path]]:
        """Each file that others name, and which ones do."""
        named: dict[Path, set[Path]] = {}
        for row in self._local.query(PARTS, {"watch": self._watch}):
            for part in json.loads(row["parts"]):
                named.setdefault(self._root / part, set()).add(self._root / row["path"])
        return named

    def in_state(self, state: JobState, limit: int = 1_000_000) -> list[JobRow]:
        rows = self._local.query(JOBS_IN_STATE, {"watch": self._watch, "state": state, "limit": limit})
        return [JobRow(**row) for row in rows]

    def of_client(self, client_id: str) -> list[JobRow]:
        return [
            JobRow(**row) for row in self._local.query(JOBS_OF_CLIENT, {"watch": self._watch, "client_id": client_id})
        ]

    def results_elsewhere(self, path: Path, result: str) -> bool:
        """Whether another file's video has that name."""
        asked = {"watch": self._watch, "path": self.name(path), "result": result}
        return bool(list(self._local.query(SAME_RESULT, asked)))


FILES = "select * from watched_files where watch = :watch"
JOBS_OF_FILE = "select * from watched_jobs where watch = :watch and path = :path"
JOBS_IN_STATE = "select * from watched_jobs where watch = :watch and state = :state order by path, row limit :limit"
JOBS_OF_CLIENT = "select * from watched_jobs where watch = :watch and client_id = :client_id"
PARTS = "select path, parts from watched_jobs where watch = :watch and parts <> '[]'"
SAME_RESULT = "select 1 from watched_jobs where watch = :watch and result = :result and path <> :path limit 1"
COUNTS = "select state, count(*) as files from watched_files where watch = :watch group by state"
LAST_ERROR = """
    select path, reason from watched_files
    where watch = :watch and reason <> '' and state <> 'skipped' order by at desc limit 1"""


def counts(local: Database, watch: str) -> Mapping[str, int]:
    """How many files are in each state."""
    return {row["state"]: row["files"] for row in local.query(COUNTS, {"watch": watch})}


def last_error(local: Database, watch: str) -> str:
    rows = list(local.query(LAST_ERROR, {"watch": watch}))
    return f"{rows[0]['path']}: {rows[0]['reason']}" if rows else ""
