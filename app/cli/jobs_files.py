"""What a job made, where it lies, and a link to it that is made now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from app.cli.jobs_words import moment
from app.cli.words import size_words
from sync.errors import NodeError, SettingsError

if TYPE_CHECKING:
    from sync.settings import Settings
    from sync.storage import Storage

ORDER = ("video", "thumbnail", "receipt", "log")


def artifact_facts(row: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Of a row of `artifacts`; `link`: for a day, or null where none can be made here."""
    names = ("kind", "name", "size", "sha256", "media_type", "storage", "key")
    link, why = _link(row, settings)
    made = {"created_at": moment(row["created_at"]), "link": link, "link_problem": why}
    return {name: row[name] for name in names} | made


def artifact_lines(rows: Iterable[Mapping[str, Any]], settings: Settings) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: ORDER.index(row["kind"]) if row["kind"] in ORDER else len(ORDER)):
        link, why = _link(row, settings)
        yield f"  {row['kind']:<10} {row['name']}, {size_words(row['size'])}, sha256 {row['sha256'][:16]}"
        yield f"  {'':<10} " + (_as_path(link) if link else f"{row['key']} in {row['storage']}; no link: {why}")


def storage_of(address: str, settings: Settings) -> Storage:
    """Raises SettingsError and NodeError, as where this machine has no credentials."""
    from sync.secrets import Secrets, read_secrets
    from sync.storage import open_storage

    return open_storage(settings, address, secrets=read_secrets() if "://" in address else Secrets())


def _link(row: Mapping[str, Any], settings: Settings) -> tuple[str | None, str | None]:
    """Either it, or why there is none."""
    try:
        return storage_of(row["storage"], settings).link(row["key"], name=row["name"]), None
    except (NodeError, SettingsError) as error:
        return None, str(error)


def _as_path(link: str) -> str:
    parts = urlsplit(link)
    return str(Path(url2pathname(parts.path))) if parts.scheme == "file" else link
