"""What a network does to a connection: a way to a server on loopback that can be cut, slow, or gone."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CHUNK = 1 << 16


class Proxy:
    """Bytes both ways. What is to go wrong may be changed at any time."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._threads: list[tuple[threading.Thread, tuple[socket.socket, ...]]] = []
        self._cuts = 0
        self.cut_every = 0  # each so-manieth answer is cut; 0: none
        self._answers = 0
        self._left: int | None = None
        self.port = 0
        self.delay = 0.0  # seconds that each answer waits
        self.answers_cut = 0
        self.up()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut_answers(self, count: int) -> None:
        """So many answers never arrive: the server has done what it was asked, then the connection is cut."""
        self._cuts = count

    def cut_after(self, sent: int) -> None:
        """Once: a connection is cut when so many more bytes have gone to the server."""
        self._left = sent

    def down(self) -> None:
        """Nobody listens, and what is open is cut."""
        while self._threads:  # first the one that listens, so that none is added
            thread, sockets = self._threads.pop(0)
            for each in sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)  # wakes the thread, which closes it
            thread.join()

    def up(self) -> None:
        """Again, on the same port."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._start(self._accept, listener)

    def _start(self, target: Callable[..., None], *sockets: socket.socket) -> None:
        thread = threading.Thread(target=_until_it_ends, args=(target, *sockets), daemon=True)
        self._threads.append((thread, sockets))
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            client, _ = listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self._server))
            except OSError:
                client.close()
            else:
                self._start(self._pass_on, client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        going = True
        while going:
            ready, _, _ = select.select([client, server], [], [])
            going = all(
                self._sent(client, server) if each is client else self._answered(client, server) for each in ready
            )

    def _sent(self, client: socket.socket, server: socket.socket) -> bool:
        data = client.recv(CHUNK)
        with self._lock:
            part = data if self._left is None else data[: self._left]
            cut = len(part) < len(data)
            self._left = None if self._left is None or cut else self._left - len(part)
        server.sendall(part)
        return bool(data) and not cut

    def _answered(self, client: socket.socket, server: socket.socket) -> bool:
        data = server.recv(CHUNK)
        if not data:
            return False
        time.sleep(self.delay)
        with self._lock:
            self._answers += 1
            first = self._cuts > 0
            self._cuts -= first
            cut = first or (self.cut_every > 0 and self._answers % self.cut_every == 0)
            self.answers_cut += cut
        if not cut:
            client.sendall(data)
        return not cut


def _until_it_ends(target: Callable[..., None], *sockets: socket.socket) -> None:
    with contextlib.suppress(OSError):
        target(*sockets)
    for each in sockets:
        each.close()


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.down()
