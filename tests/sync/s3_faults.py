"""A proxy in front of an S3 server that does to single requests what networks and servers do."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

CODES = {403: "AccessDenied", 404: "NoSuchKey"}


def error_of(status: int) -> bytes:
    code = CODES.get(status, "InternalError")
    return f"<Error><Code>{code}</Code><Message>no luck</Message></Error>".encode()


@dataclass
class Fault:
    """What becomes of the next `times` requests of this method whose address contains these words.

    refused: the answer is `status`, and the server hears nothing of it. cut: the connection ends in the middle of what the
    request sends. lost: the server does it, and the answer never comes. half: half of the answer comes. error inside: the
    server hears nothing, and the answer is 200 with an error. forged: the server's answer has another ETag. held: nothing
    happens until `release`, and then the connection ends.
    """

    kind: Literal["refused", "cut", "lost", "half", "error inside", "forged", "held"]
    method: str
    contains: str = ""
    status: int = 500
    times: int = 1
    after: int = 0  # requests that fit and go well before

    def strikes(self, method: str, path: str) -> bool:
        if method != self.method or self.contains not in path or self.times == 0:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


class FaultyProxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, target: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.faults: list[Fault] = []
        self.seen: list[tuple[str, str]] = []  # method and address of each request
        self.lock = threading.Lock()
        self.released = threading.Event()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def release(self) -> None:
        self.released.set()

    def count(self, method: str, contains: str) -> int:
        return sum(1 for each, path in self.seen if each == method and contains in path)

    def fault_of(self, method: str, path: str) -> Fault | None:
        with self.lock:
            self.seen.append((method, path))
            return next((fault for fault in self.faults if fault.strikes(method, path)), None)


class _Handler(BaseHTTPRequestHandler):
    server: FaultyProxy
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        """Whatever the method."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        if "100-continue" in self.headers.get("Expect", ""):
            self.send_response_only(100)
            self.end_headers()
        self._serve(self.server.fault_of(self.command, self.path))

    def _serve(self, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        length = int(self.headers.get("Content-Length", 0))
        if kind == "cut":
            self.rfile.read(length // 2)
            self._hang_up()
            return
        body = self.rfile.read(length)
        if kind == "held":
            self.server.released.wait()
            self._hang_up()
            return
        if fault and kind in ("refused", "error inside"):
            self._answer(
                fault.status if kind == "refused" else 200,
                [("Content-Type", "application/xml")],
                error_of(fault.status),
            )
            return
        status, headers, answer = self._forward(body)
        if kind == "lost":
            self._hang_up()
            return
        if kind == "forged":
            headers = [(name, '"0badc0de"' if name.lower() == "etag" else value) for name, value in headers]
        self._answer(status, headers, answer, half=kind == "half")

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=60)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "expect":
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, half: bool = False) -> None:
        self.send_response_only(status)
        sent = {"content-length", "transfer-encoding", "connection"}
        size = next((value for name, value in headers if name.lower() == "content-length"), str(len(body)))
        for name, value in headers:
            if name.lower() not in sent:
                self.send_header(name, value)
        self.send_header("Content-Length", size if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if half else body)
        if half:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def faulty_proxy(target: int) -> Iterator[FaultyProxy]:
    with FaultyProxy(target) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.release()
            server.shutdown()
            thread.join()
