"""Deliveries of webhooks. A trigger writes one down when a job changes; any node leases it, sends it, writes how it went.

Each is delivered at least once: a node may die after sending. The receiver knows a repeat by its id, and the order by its
sequence. A job's deliveries go in order; one that failed a few times is passed by later ones, so that the news that a
job is done does not wait for a receiver that stumbles over its beginning.
"""

from __future__ import annotations

import functools
import json
import logging
import random
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from render_engine.errors import FramekilnError
from sync.clock import Clock
from sync.database import Database, Row
from sync.jobs import ENDED, canonical, new_id
from sync.secrets import Secrets, redacted
from sync.settings import Settings
from sync.storage import Storage, open_storage
from sync.webhook_signature import signed_headers
from sync.zones import utc

log = logging.getLogger(__name__)

LIMIT = 10.0  # seconds of a whole exchange
LEASE = 60_000  # ms: no exchange takes so long
SOON = 60_000  # ms: a later delivery of the job waits so long for an earlier one
FIRST_WAIT, LAST_WAIT = 10.0, 6 * 3600.0  # seconds after the first and before the last try
MOST_TRIES = 12
GROWTH: float = (LAST_WAIT / FIRST_WAIT) ** (1 / (MOST_TRIES - 2))
MOST_ANSWER = 4096  # bytes of what the receiver says that are read, and kept if it refuses
IDLE_SOONEST, IDLE_LATEST = 1.0, 5.0  # seconds between two looks that find nothing
AT_ONCE = 5.0  # seconds of one step
GONE = 410


@dataclass(frozen=True)
class Answer:
    """Of a receiver; status None: none came."""

    status: int | None
    text: str

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Webhooks:
    """May be used by several threads, each with a `Webhooks` of its own."""

    database: Database
    settings: Settings
    secrets: Secrets
    storage: Storage
    clock: Clock
    limit: float = LIMIT
    trust: ssl.SSLContext | None = None  # of certificates; none: the usual ones
    _look_at: float = 0.0
    _idle: float = IDLE_SOONEST
    _told: bool = False
    _storages: dict[str, Storage] = field(default_factory=dict)

    def step(self) -> int:
        """Sends what is due, one after the other, and says how many; often called, it seldom asks. Raises QueueUnreachable."""
        if self.clock.now() < self._look_at:
            return 0
        sent = self._send_all() if self._due() else 0
        self._idle = IDLE_SOONEST if sent else min(IDLE_LATEST, self._idle * 1.5)
        self._look_at = self.clock.now() + (0 if sent else self._idle * random.uniform(0.75, 1.25))  # noqa: S311
        return sent

    def finish(self) -> int:
        """For a node that ends: what is due goes out without waiting for the next look, for some seconds at most."""
        self._look_at = self.clock.now()
        return self.step()

    def _due(self) -> bool:
        (row,) = self.database.run("deliveries_due")
        if row["due"] and not self.secrets.webhook_secret:
            if not self._told:
                log.warning(
                    "webhooks wait to be delivered, and this node cannot sign them: set FRAMEKILN_WEBHOOK_SECRET"
                )
            self._told = True
            return False
        return bool(row["due"])

    def _send_all(self) -> int:
        sent, until = 0, self.clock.now() + AT_ONCE
        while self.clock.now() <= until and self.send_one():
            sent += 1
        return sent

    def send_one(self) -> bool:
        """False where nothing is due."""
        lease_id = new_id()
        rows = self.database.run(
            "lease_delivery", lease=LEASE, node=self.settings.node, lease_id=lease_id, soon=SOON
        ) or self.database.run("delivery_of_lease", lease_id=lease_id)
        if not rows:
            return False
        delivery = rows[0]
        self._write(delivery, self._answer(delivery))
        return True

    # ------------------------------------------------------------------------------------------------- one exchange

    def _answer(self, delivery: Row) -> Answer:
        ended = delivery["event"] in ENDED
        artifacts = self.database.run("artifacts", id=delivery["job_id"]) if ended else None
        try:
            body = canonical(self._told_of(delivery, artifacts)).encode()
        except (ValueError, FramekilnError) as error:
            return Answer(None, f"the delivery cannot be made: {error}")
        assert self.secrets.webhook_secret
        headers = signed_headers(
            self.secrets.webhook_secret,
            timestamp=_number(delivery["now"]) // 1000,
            id=str(delivery["id"]),
            sequence=_number(delivery["sequence"]),
            body=body,
        )
        trust = self.trust or _usual_trust()
        return posted(str(delivery["url"]), headers, body, self.settings.allowed_addresses, self.limit, trust)

    def _told_of(self, delivery: Row, artifacts: list[Row] | None) -> Mapping[str, Any]:
        job = json.loads(str(delivery["body"]))
        if not isinstance(job, dict):
            raise ValueError("its body is no object")  # noqa: TRY004  # of data, not of ours
        if artifacts is not None:
            job["artifacts"] = [self._artifact(row) for row in artifacts]
        return {
            "id": delivery["id"],
            "sequence": delivery["sequence"],
            "event": delivery["event"],
            "created_at": utc(_number(delivery["created_at"])),
            "job": job,
        }

    def _artifact(self, row: Row) -> Mapping[str, Any]:
        told = {name: row[name] for name in ("kind", "name", "size", "sha256", "media_type")}
        link = self._storage(str(row["storage"])).link(str(row["key"]), name=str(row["name"]))
        return told | {"link": link}

    def _storage(self, address: str) -> Storage:
        if address == self.storage.address:
            return self.storage
        if address not in self._storages:
            self._storages[address] = open_storage(self.settings, address, secrets=self.secrets, clock=self.clock)
        return self._storages[address]

    def _write(self, delivery: Row, answer: Answer) -> None:
        common = {"id": delivery["id"], "lease_id": delivery["lease_id"], "status": answer.status}
        if answer.taken:
            self.database.run("delivered", **common)
            return
        error, tries = redacted(answer.text), _number(delivery["tries"])
        log.warning("webhook %s of job %s, try %d: %s", delivery["event"], str(delivery["job_id"])[:8], tries, error)
        self.database.run(
            "delivery_failed",
            **common,
            final=int(answer.status == GONE),
            most=MOST_TRIES,
            backoff=int(wait_after(tries, random.random()) * 1000),  # noqa: S311
            error=error,
        )


def wait_after(tries: int, chance: float) -> float:
    """Seconds until the next try; `chance` from 0 to 1 spreads them, so that a receiver that is back is not overrun."""
    wait: float = FIRST_WAIT * GROWTH ** (tries - 1)
    return min(LAST_WAIT, wait) * (0.8 + 0.4 * chance)


def posted(
    url: str, headers: Mapping[str, str], body: bytes, allowed: tuple[str, ...], limit: float, trust: ssl.SSLContext
) -> Answer:
    """What the receiver says, within `limit` seconds in all; redirects are not followed."""
    import httpx

    from sync.addresses import checked_client

    headers = {**headers, "Content-Type": "application/json", "User-Agent": "Framekiln", "Accept-Encoding": "identity"}
    try:
        with (
            checked_client(allowed, seconds=limit, trust=trust) as client,
            client.stream("POST", url, content=body, headers=headers) as response,
        ):
            text = _beginning(response.iter_raw) if not response.is_success else ""
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, FramekilnError) as error:
        return Answer(None, _why(error, limit))
    where = " and redirects are not followed" if response.is_redirect else ""
    return Answer(response.status_code, f"answered {response.status_code}{where}: {text}".rstrip(": "))


@functools.cache
def _usual_trust() -> ssl.SSLContext:
    """Once: reading the certificates takes as long as a delivery."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def _beginning(chunks: Callable[[], Any]) -> str:
    told = b""
    for chunk in chunks():
        told += chunk
        if len(told) >= MOST_ANSWER:
            break
    return told[:MOST_ANSWER].decode(errors="replace")


def _why(error: Exception, limit: float) -> str:
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return f"no whole answer within {limit:g} s"
    return str(error) or type(error).__name__


def _number(value: Any) -> int:
    assert isinstance(value, int)
    return value
