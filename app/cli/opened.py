"""What commands about the node open first: the settings, and the queue that they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.queue import Queue
    from sync.settings import Settings


@contextmanager
def opened_queue(settings: Settings | None = None) -> Iterator[Queue]:
    """The queue of the settings, which are read if they are not given. Raises BadInput and NodeError."""
    from sync.database import open_database
    from sync.queue import Queue
    from sync.settings import read_settings

    settings = settings or read_settings()
    database = open_database(settings.queue_address, token=_token(settings))
    try:
        yield Queue(database)
    finally:
        database.close()


def _token(settings: Settings) -> str | None:
    """The keyring is only asked where a server may want a token."""
    if "://" not in settings.queue_address:
        return None
    from sync.secrets import read_secrets

    return read_secrets().queue_token
