"""What may be removed from a storage: objects that nobody refers to, uploads that nobody ends."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sync.storage import Storage

DAY = 86400.0
UNREFERENCED = 7 * DAY  # as long as a lost upload may come back, and a link may live


@dataclass(frozen=True)
class Collected:
    objects: int
    bytes: int
    unfinished: int  # uploads


def collect(
    storage: Storage,
    project: str,
    referenced: Callable[[], AbstractSet[str]],
    *,
    now: float,
    older_than: float = UNREFERENCED,
) -> Collected:
    """Removes what is older and not referenced under the project. Times in seconds, `now` since the epoch.

    What is referenced is asked after the listing, so that a reference made meanwhile still counts.
    """
    before = now - older_than
    old = [each for each in storage.list(f"{project}/") if each.modified < before]
    kept = referenced() if old else frozenset()
    gone = [each for each in old if each.key not in kept]
    for each in gone:
        storage.delete(each.key)
    unfinished = storage.discard_unfinished(f"{project}/", before=before)
    return Collected(len(gone), sum(each.size for each in gone), unfinished)
