"""Where a node may connect to for somebody else: nowhere that only the node can reach, unless its settings allow it.

A name is resolved once, all its addresses are checked, and the connection goes to the address that was checked, with the
name in Host, SNI and certificate: a name server that says something else the second time changes nothing. Inputs and
webhooks use the same client.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import httpcore
import httpx

from sync.errors import JobRefused, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

# IANA's special-purpose addresses, and those that clouds tell secrets at.
SPECIAL = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        # In 2000::/3, which is all that is given out: Teredo and other protocols, examples, 6to4.
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
GLOBAL_6 = ipaddress.ip_network("2000::/3")  # outside are loopback, mapped IPv4, NAT64, private, link-local, multicast


def checked_addresses(host: str, port: int, allowed: Sequence[str], resolve: Resolver) -> Sequence[str]:
    """The addresses to connect to, in that order. Raises JobRefused where any of them is not to be reached; OSError
    where the name is not known."""
    addresses = resolve(host, port)
    if not addresses:
        raise socket.gaierror(f"{host} has no address")
    for address in addresses:
        if not may_reach(address, allowed):
            told = address if host.strip("[]") == address else f"{host} is at {address}, which"
            raise JobRefused(
                f"{told} is not a public address. If nodes may reach it, name its network in the setting allowed_addresses"
            )
    return addresses


def may_reach(address: str, allowed: Sequence[str]) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    if _within(known, networks(tuple(allowed))):
        return True
    if known.version == 6 and known not in GLOBAL_6:
        return False
    return not _within(known, SPECIAL)


@lru_cache
def networks(allowed: tuple[str, ...]) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(each, strict=False) for each in allowed)
    except ValueError as error:
        raise SettingsError(f"allowed_addresses: {error}; write networks like 10.0.0.0/8 or 127.0.0.1") from error


def resolved(host: str, port: int) -> list[str]:
    """In the order that the system would try them."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def checked_client(
    allowed: Sequence[str],
    *,
    seconds: float,
    silence: float = 30.0,
    resolve: Resolver | None = None,
    trust: ssl.SSLContext | None = None,
) -> httpx.Client:
    """A client for https addresses (http: of this machine only, and only where allowed) that follows no redirects.

    `seconds`: of a whole exchange, connecting and reading included. `silence`: seconds without a byte. `trust`: of
    certificates, others than the system's. Raises JobRefused for what is not to be reached, httpx's errors for the rest.
    """
    transport = _Checked(tuple(allowed), seconds, resolve or resolved, trust)
    timeout = httpx.Timeout(min(silence, seconds))
    return httpx.Client(transport=transport, timeout=timeout, trust_env=False, follow_redirects=False)


def _within(address: Address, among: Iterable[Network]) -> bool:
    return any(address in network for network in among)


class _Checked(httpx.BaseTransport):
    """Each request has a connection of its own, whose name is resolved and checked then."""

    def __init__(
        self, allowed: tuple[str, ...], seconds: float, resolve: Resolver, trust: ssl.SSLContext | None
    ) -> None:
        self._allowed, self._seconds, self._resolve = allowed, seconds, resolve
        self._trust = trust

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if url.scheme not in ("https", "http") or not url.host:
            raise JobRefused(f"{url.scheme}:// addresses are not fetched: give an https:// address")
        if self._trust is None and url.scheme == "https":
            self._trust = httpx.create_ssl_context(trust_env=False)
        network = _Network(self._allowed, self._seconds, self._resolve, plain=url.scheme == "http")
        pool = httpcore.ConnectionPool(self._trust, network_backend=network, max_keepalive_connections=0)
        told = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = pool.handle_request(told)
        except Exception as error:
            pool.close()
            raise _told(error, request) from error
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer, pool, request), extensions=answer.extensions
        )


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response, pool: httpcore.ConnectionPool, request: httpx.Request) -> None:
        self._answer, self._pool, self._request = answer, pool, request

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._answer.iter_stream()
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _told(error, self._request) from error

    def close(self) -> None:
        self._answer.close()
        self._pool.close()


def _told(error: Exception, request: httpx.Request) -> Exception:
    """As httpx's own transport tells it; what is not the network's stays as it is."""
    kinds: dict[type[Exception], type[httpx.TransportError]] = {
        httpcore.TimeoutException: httpx.TimeoutException,
        httpcore.ConnectError: httpx.ConnectError,
        httpcore.NetworkError: httpx.NetworkError,
        httpcore.ProtocolError: httpx.RemoteProtocolError,
    }
    for kind, ours in kinds.items():
        if isinstance(error, kind):
            return ours(str(error) or type(error).__name__, request=request)
    return error


class _Network(httpcore.NetworkBackend):
    """Connects to checked addresses only, and gives no connection more time than the whole exchange has."""

    def __init__(self, allowed: tuple[str, ...], seconds: float, resolve: Resolver, *, plain: bool) -> None:
        self._allowed, self._resolve, self._plain = allowed, resolve, plain
        self._until = time.monotonic() + seconds
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = checked_addresses(host, port, self._allowed, self._resolve)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} is not known: {error}") from error
        if self._plain and not all(ipaddress.ip_address(each.partition("%")[0]).is_loopback for each in addresses):
            raise JobRefused(f"http://{host} is not encrypted: give an https:// address")
        *others, last = addresses
        for address in others:
            try:
                return self._connected(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # another of its addresses may answer
        return self._connected(last, port, timeout)

    def _connected(self, address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        return _Bounded(self._sockets.connect_tcp(address, port, _left(self._until, timeout)), self._until)


class _Bounded(httpcore.NetworkStream):
    """Every step has the time that is left, so that a server which sends a byte now and then ends too."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, _left(self._until, timeout))
        return _Bounded(inner, self._until)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(until: float, timeout: float | None) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("it takes longer than it may")
    return left if timeout is None else min(left, timeout)
