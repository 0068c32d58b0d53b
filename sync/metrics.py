"""What a node tells machines that look after it: Prometheus's text at /metrics, and whether it is well at /healthz.

Nothing here is kept: each answer asks the node. It is not for the world: the address is loopback, unless told otherwise.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from sync.errors import NodeError, QueueRefused, SettingsError
from sync.jobs import STATES

if TYPE_CHECKING:
    from prometheus_client.core import Metric

TEXT = "text/plain; version=0.0.4; charset=utf-8"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Facts:
    """Of a node, now; what counts up counts from its start."""

    node: str
    version: str
    slots: int
    busy: int
    claims: int
    attempts: Mapping[str, int]  # that ended here, by how: succeeded, failed, given back, cancelled, paused, lost
    frames: int  # drawn
    fps: float  # of all that is running, together
    outbox: int  # attempts whose results are still to be delivered
    disk_free: int  # bytes, where it renders
    queue_ago: float | None  # seconds since the queue was reached; None: not yet
    storage_ago: float | None  # seconds since the storage was reached; None: not yet
    draining: bool = False
    problems: tuple[str, ...] = field(default=())  # why it is not well; each a sentence for a person


Read = Callable[[], Facts]
Count = Callable[[], Mapping[str, int]]  # jobs by state, as Queue.counts tells


@contextmanager
def serve(read: Read, count: Count, port: int, address: str = LOOPBACK) -> Iterator[int]:
    """Answers in threads of its own; gives the port (any that is free for 0). Raises SettingsError where it is taken."""
    try:
        server = ThreadingHTTPServer((address, port), _handler(read, count))
    except (OSError, OverflowError) as error:
        raise SettingsError(f"--metrics-port {port}: {address}:{port} cannot be listened at: {error}") from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="metrics", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(read: Read, count: Count) -> type[BaseHTTPRequestHandler]:
    def metrics() -> tuple[HTTPStatus, str, bytes]:
        return HTTPStatus.OK, TEXT, exposition(read(), count)

    def health() -> tuple[HTTPStatus, str, bytes]:
        facts = read()
        status = HTTPStatus.SERVICE_UNAVAILABLE if facts.problems else HTTPStatus.OK
        return status, "application/json", json.dumps(healthz(facts), ensure_ascii=False).encode()

    pages = {"/metrics": metrics, "/healthz": health}

    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # seconds that a silent client keeps a thread

        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            if page is None:
                self.send_error(HTTPStatus.NOT_FOUND, explain="There are /metrics and /healthz.")
                return
            status, kind, body = page()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """A scrape each few seconds is no news."""

    return Handler


def healthz(facts: Facts) -> dict[str, object]:
    return {
        "ok": not facts.problems,
        "problems": list(facts.problems),
        "node": facts.node,
        "version": facts.version,
        "draining": facts.draining,
        "slots": facts.slots,
        "busy": facts.busy,
        "outbox": facts.outbox,
        "queue_reached_seconds_ago": _rounded(facts.queue_ago),
        "storage_reached_seconds_ago": _rounded(facts.storage_ago),
        "disk_free_bytes": facts.disk_free,
    }


def exposition(facts: Facts, count: Count) -> bytes:
    """Prometheus's text format 0.0.4. What is not known now is left out."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Node(Collector):
        def collect(self) -> Iterator[Metric]:
            yield from _of_node(facts)
            yield from _of_queue(count)

    registry = CollectorRegistry()
    registry.register(Node())
    return generate_latest(registry)


def _of_node(facts: Facts) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

    yield InfoMetricFamily("framekiln_node", "This node.", {"name": facts.node, "version": facts.version})
    yield GaugeMetricFamily("framekiln_slots", "How many jobs the node takes at once.", facts.slots)
    yield GaugeMetricFamily("framekiln_slots_busy", "Jobs in hand.", facts.busy)
    yield GaugeMetricFamily("framekiln_draining", "1 while it takes nothing new and will end.", int(facts.draining))
    yield GaugeMetricFamily("framekiln_healthy", "1 while /healthz answers 200.", int(not facts.problems))
    yield CounterMetricFamily("framekiln_claims", "Jobs claimed since the node started.", facts.claims)
    attempts = CounterMetricFamily("framekiln_attempts", "Attempts that ended on this node.", labels=["outcome"])
    for outcome, ended in facts.attempts.items():
        attempts.add_metric([outcome.replace(" ", "_")], ended)
    yield attempts
    yield CounterMetricFamily("framekiln_frames_drawn", "Frames drawn since the node started.", facts.frames)
    yield GaugeMetricFamily("framekiln_frames_per_second", "Of all renders in hand, together.", facts.fps)
    yield GaugeMetricFamily("framekiln_outbox_attempts", "Attempts whose results are to be delivered.", facts.outbox)
    yield GaugeMetricFamily("framekiln_disk_free_bytes", "Free where the node renders.", facts.disk_free)
    for name, ago in (("queue", facts.queue_ago), ("storage", facts.storage_ago)):
        if ago is not None:
            told = f"Seconds since the {name} was reached."
            yield GaugeMetricFamily(f"framekiln_{name}_reached_seconds_ago", told, ago)


def _of_queue(count: Count) -> Iterator[Metric]:
    """Of the whole farm: the same at each node, so look at one, or at the largest."""
    from prometheus_client.core import GaugeMetricFamily

    try:
        counts = count()
    except (NodeError, QueueRefused):
        yield GaugeMetricFamily("framekiln_queue_up", "1 while the queue answers this node.", 0)
        return
    yield GaugeMetricFamily("framekiln_queue_up", "1 while the queue answers this node.", 1)
    jobs = GaugeMetricFamily("framekiln_jobs", "Jobs of the whole queue, by state.", labels=["state"])
    for state in STATES:
        jobs.add_metric([state], counts.get(state, 0))
    yield jobs


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
