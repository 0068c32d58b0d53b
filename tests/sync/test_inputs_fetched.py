"""Inputs from addresses: what is taken, what is refused, and that nothing secret is said of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from sync.addresses import checked_client
from sync.errors import InputUnavailable, JobRefused
from sync.inputs.cache import Fetched, InputCache
from sync.inputs.fetch import fetch
from sync.inputs.known import HEAD, suffix_of
from sync.inputs.upload import never
from sync.storage import Stopped
from tests.sync.carrying import MEDIA
from tests.sync.receivers import Answer, certificate, receiver, says

ROOT = Path(__file__).parents[2]
PHOTO = (MEDIA / "face.jpg").read_bytes()
LOOPBACK = ("127.0.0.1",)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with checked_client(LOOPBACK, seconds=10) as client:
        yield client


def got(client: httpx.Client, path: Path, answer: Answer, **limits: object) -> Fetched | None:
    most = limits.get("most_bytes", 1 << 20)
    assert isinstance(most, int)
    known = limits.get("known")
    assert known is None or isinstance(known, Fetched)
    stop = limits.get("stop", never)
    assert callable(stop)
    with receiver(answer) as there:
        address = f"http://user:hunter2@127.0.0.1:{there.port}/photo.jpg?X-Amz-Signature=5ecret"
        return fetch(client, address, path, known=known, most_bytes=most, stop=stop)


def test_a_picture_is_fetched_and_hashed(client: httpx.Client, tmp_path: Path) -> None:
    fetched = got(client, tmp_path / "it", says(PHOTO, etag='"one"'))
    assert fetched == Fetched(hashlib.sha256(PHOTO).hexdigest(), '"one"', None)
    assert (tmp_path / "it").read_bytes() == PHOTO


@pytest.mark.parametrize(
    ("data", "begins"),
    [(b"<!doctype html><html><body>Sign in</body></html>", "doctype"), (b"", "nothing"), (b"MZ\x90\x00" * 2000, "MZ")],
)
def test_what_is_no_medium_is_refused(client: httpx.Client, tmp_path: Path, data: bytes, begins: str) -> None:
    with pytest.raises(JobRefused, match=begins):
        got(client, tmp_path / "it", says(data, content_type="image/jpeg"))


@pytest.mark.parametrize("claims", ["content-length", "nothing"])
def test_a_file_over_the_limit_is_refused_before_it_is_there(client: httpx.Client, tmp_path: Path, claims: str) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if claims == "content-length":
            handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        while True:
            handler.wfile.write(PHOTO)

    with pytest.raises(JobRefused, match="most_input_bytes"):
        got(client, tmp_path / "it", endless, most_bytes=100_000)
    there = tmp_path / "it"
    assert not there.exists() or there.stat().st_size <= 100_000


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_an_error_that_passes_can_be_tried_again(client: httpx.Client, tmp_path: Path, status: int) -> None:
    with pytest.raises(InputUnavailable, match=str(status)):
        got(client, tmp_path / "it", says(b"", status))


@pytest.mark.parametrize("status", [401, 403, 404, 410, 204])
def test_an_error_that_stays_refuses_the_job(client: httpx.Client, tmp_path: Path, status: int) -> None:
    with pytest.raises(JobRefused, match=str(status)):
        got(client, tmp_path / "it", says(b"", status))


def test_a_file_that_is_cut_off_is_tried_again(client: httpx.Client, tmp_path: Path) -> None:
    with pytest.raises(InputUnavailable, match="cannot be fetched now"):
        got(client, tmp_path / "it", says(PHOTO, content_length=str(len(PHOTO) + 1)))


def test_nobody_there_is_tried_again(client: httpx.Client, tmp_path: Path) -> None:
    with receiver(says(b"")) as there:
        port = there.port
    with pytest.raises(InputUnavailable):
        fetch(client, f"http://127.0.0.1:{port}/a", tmp_path / "it", known=None, most_bytes=9, stop=never)


def test_a_stop_ends_it(client: httpx.Client, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        got(client, tmp_path / "it", says(PHOTO), stop=lambda: True)


@pytest.mark.parametrize(
    "answer", [says(b"", 404), says(b"", 503), says(b"<html>"), says(PHOTO, content_length="99999")]
)
def test_no_error_tells_a_secret(client: httpx.Client, tmp_path: Path, answer: Answer) -> None:
    with pytest.raises((JobRefused, InputUnavailable)) as told:
        got(client, tmp_path / "it", answer)
    assert "/photo.jpg" in str(told.value)
    assert not [secret for secret in ("hunter2", "5ecret") if secret in str(told.value)]


def hops(count: int, port: Callable[[], int]) -> Answer:
    """So many redirects, then the picture."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        hop = int(handler.path.strip("/") or 0)
        if hop == count:
            return says(PHOTO)(handler)
        return says(b"", 302, location=f"/{hop + 1}" if hop else f"http://127.0.0.1:{port()}/1")(handler)

    return answer


def test_three_redirects_are_followed_and_no_more(client: httpx.Client, tmp_path: Path) -> None:
    ports: list[int] = []
    for count in (3, 4):
        with receiver(hops(count, lambda: ports[-1])) as there:
            ports.append(there.port)
            address = f"http://127.0.0.1:{there.port}/0"
            if count == 3:
                assert fetch(client, address, tmp_path / "it", known=None, most_bytes=10**6, stop=never)
                continue
            with pytest.raises(JobRefused, match="more than 3 times"):
                fetch(client, address, tmp_path / "it", known=None, most_bytes=10**6, stop=never)


def test_a_redirect_to_a_private_address_is_refused(tmp_path: Path) -> None:
    server, trust = certificate("films.example", tmp_path)

    def names(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "films.example" else ["169.254.169.254"]

    for leads, why in (("https://inside.example/", "not a public"), ("http://films.example/", "not https")):
        with (
            receiver(says(b"", 302, location=leads), server) as there,
            checked_client(LOOPBACK, seconds=10, resolve=names, trust=trust) as client,
        ):
            address = f"https://films.example:{there.port}/"
            with pytest.raises(JobRefused, match=why):
                fetch(client, address, tmp_path / "it", known=None, most_bytes=10**6, stop=never)


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        same = handler.headers.get("If-None-Match") == '"one"'
        says(b"" if same else PHOTO, 304 if same else 200, etag='"one"')(handler)

    cache = InputCache(tmp_path / "cache", 1 << 20)
    with receiver(answer) as there:
        address = f"http://127.0.0.1:{there.port}/photo.jpg?token=5ecret"

        def bring(partial: Path, known: Fetched | None) -> Fetched | None:
            return fetch(client, address, partial, known=known, most_bytes=10**6, stop=never)

        for k in range(3):
            cache.take_address(address, tmp_path / f"{k}.jpg", bring, never)
            assert (tmp_path / f"{k}.jpg").read_bytes() == PHOTO
        assert ["if-none-match" in headers for _, headers in there.seen] == [False, True, True]
        cache.path(hashlib.sha256(PHOTO).hexdigest()).unlink()
        cache.take_address(address, tmp_path / "3.jpg", bring, never)
        assert "if-none-match" not in there.seen[-1][1], "what is not here any more is fetched whole"
    notes = "".join(path.name + path.read_text() for path in (tmp_path / "cache" / "addresses").iterdir())
    assert "5ecret" not in notes


@pytest.mark.parametrize(
    ("file", "suffix"),
    [
        *((path, None) for path in sorted(MEDIA.iterdir()) if path.suffix not in (".md", "") and path.is_file()),
        *((path, None) for path in sorted((ROOT / "resources" / "media").iterdir()) if path.suffix != ".md"),
        (ROOT / "tests" / "fonts" / "NotoNaskhArabic-subset.ttf", ".ttf"),
        (ROOT / "tests" / "fonts" / "NotoSansCJKjp-subset.otf", ".otf"),
        (ROOT / "resources" / "gallery" / "teal-and-orange.cube", ".cube"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_a_render_reads_is_known_by_its_first_bytes(file: Path, suffix: str | None) -> None:
    with file.open("rb") as opened:
        known = suffix_of(opened.read(HEAD))
    alike = {".m4a": ".mp4", ".mov": ".mp4"}
    assert known == (suffix or alike.get(file.suffix, file.suffix))


def test_text_in_other_encodings_is_known_too() -> None:
    cue = "1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n"
    assert [suffix_of(cue.encode(encoding)) for encoding in ("utf-8-sig", "utf-16")] == [".srt", ".srt"]
