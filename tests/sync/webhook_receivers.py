"""Receivers of webhooks, on loopback."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs/webhooks.md"


def documented() -> dict[str, Any]:
    """The Python of docs/webhooks.md, run."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)
    return names


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


@dataclass
class Receiver:
    """Answers with what `answers` gives for the n-th delivery: a status, a body, headers."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: Callable[[int], tuple[int, bytes, Mapping[str, str]]] = lambda _count: (204, b"", {})
    drips: bool = False  # a line of an answer that never ends, now and then
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def sequences(self) -> list[int]:
        return [int(each.headers["Framekiln-Sequence"]) for each in self.received]


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    receiver.port = server.server_port
    with serving(server):
        yield receiver
        receiver.closing.set()


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                receiver.received.append(Received(self.path, dict(self.headers), body))
                count = len(receiver.received)
            if receiver.drips:
                self._drip()
                return
            status, text, headers = receiver.answers(count)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(text)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST  # noqa: N815  # a redirect that was followed might come as one

        def _drip(self) -> None:
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not receiver.closing.wait(0.02):
                    self.wfile.write(b"X-Drop: 1\r\n")
            except OSError:  # the sender has had enough
                pass

        def log_message(self, *_told: object) -> None:
            pass

    return Handler
