"""What a node connects to for somebody else: checked addresses, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from sync.addresses import checked_client, may_reach
from sync.errors import JobRefused, SettingsError
from tests.sync.receivers import certificate, receiver, says

LOOPBACK = ("127.0.0.0/8",)
SPECIAL = (
    *("127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "192.0.2.1"),
    *("224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1"),
    *(
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
    ),
)


class Names:
    """A name server that gives its answers in turn, the last one from then on."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize("address", SPECIAL)
def test_only_public_addresses_are_reached(address: str) -> None:
    assert not may_reach(address, ())


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "203.0.112.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_public_addresses_are_reached(address: str) -> None:
    assert may_reach(address, ())


def test_a_network_of_the_settings_is_reached_and_no_more() -> None:
    assert may_reach("10.1.2.3", ("10.1.0.0/16",))
    assert not may_reach("10.2.0.1", ("10.1.0.0/16",))
    assert not may_reach("::ffff:10.1.2.3", ("10.1.0.0/16",))


def test_a_network_that_is_none_is_told_with_its_setting() -> None:
    with pytest.raises(SettingsError, match="allowed_addresses"):
        may_reach("10.1.2.3", ("home",))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
def test_no_way_of_writing_this_machine_gets_by(host: str) -> None:
    with (
        receiver(says(b"secret")) as there,
        checked_client((), seconds=5) as client,
        pytest.raises((JobRefused, httpx.HTTPError, httpx.InvalidURL)),
    ):
        client.get(f"http://{host}:{there.port}/")
    assert not there.seen


def test_one_private_answer_among_public_ones_refuses_the_name() -> None:
    names = Names(("8.8.8.8", "10.0.0.5"))
    with checked_client((), seconds=5, resolve=names) as client, pytest.raises(JobRefused, match=r"10\.0\.0\.5"):
        client.get("https://films.example/")


def test_the_name_is_resolved_once_and_stands_in_host_sni_and_certificate(tmp_path: Path) -> None:
    server, trust = certificate("films.example", tmp_path)
    asked: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: asked.append(name)
    names = Names(("127.0.0.1",), ("10.0.0.5",))
    with (
        receiver(says(b"the film"), server) as there,
        checked_client(LOOPBACK, seconds=5, resolve=names, trust=trust) as client,
    ):
        assert client.get(f"https://films.example:{there.port}/a").text == "the film"
        assert names.asked == ["films.example"]
        with pytest.raises(JobRefused, match=r"10\.0\.0\.5"):  # the same name, with another answer the next time
            client.get(f"https://films.example:{there.port}/b")
    assert asked == ["films.example"]
    assert [headers["host"] for _, headers in there.seen] == [f"films.example:{there.port}"]


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    server, trust = certificate("other.example", tmp_path)
    with (
        receiver(says(b""), server) as there,
        checked_client(LOOPBACK, seconds=5, resolve=Names(("127.0.0.1",)), trust=trust) as client,
        pytest.raises(httpx.ConnectError, match="certificate"),
    ):
        client.get(f"https://films.example:{there.port}/")
    assert not there.seen


def test_the_next_address_of_a_name_is_tried_where_one_does_not_answer() -> None:
    names = Names(("127.0.0.2", "127.0.0.1"))  # the receiver listens at 127.0.0.1 alone
    with receiver(says(b"here")) as there, checked_client(LOOPBACK, seconds=5, resolve=names) as client:
        assert client.get(f"http://films.example:{there.port}/").text == "here"


def test_http_is_for_this_machine_only() -> None:
    with checked_client(("10.0.0.0/8",), seconds=5, resolve=Names(("10.0.0.5",))) as client:
        with pytest.raises(JobRefused, match="not encrypted"):
            client.get("http://nas.example/")
        with pytest.raises((JobRefused, httpx.UnsupportedProtocol)):
            client.get("ftp://nas.example/")


def test_redirects_are_not_followed() -> None:
    with (
        receiver(says(b"", 302, location="http://127.0.0.1:1/")) as there,
        checked_client(LOOPBACK, seconds=5) as client,
    ):
        assert client.get(f"http://127.0.0.1:{there.port}/").status_code == 302
    assert len(there.seen) == 1


def test_a_name_that_is_not_known_is_an_error_of_the_network() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    with checked_client((), seconds=5, resolve=unknown) as client, pytest.raises(httpx.ConnectError, match="not known"):
        client.get("https://films.example/")


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_sends_a_byte_now_and_then_ends_too(part: str) -> None:
    def drips(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b"x-a: "))
        for _ in range(2000):
            handler.wfile.write(b"a")
            handler.wfile.flush()
            time.sleep(0.01)

    with (
        receiver(drips) as there,
        checked_client(LOOPBACK, seconds=0.3) as client,
        pytest.raises(httpx.TimeoutException),
    ):
        client.get(f"http://127.0.0.1:{there.port}/")


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would resolve the name itself."""
    with receiver(says(b"direct")) as there, receiver(says(b"proxied")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        with checked_client(LOOPBACK, seconds=5) as client:
            assert client.get(f"http://127.0.0.1:{there.port}/").text == "direct"
