"""What boto3 raises, as the node's errors: does it pass, or must somebody mend something, and what."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
    SSLError,
)

from sync.errors import NodeError, ObjectMissing, StorageRefused, StorageUnreachable
from sync.secrets import redacted

MOST_SKEW = 15 * 60  # seconds; beyond that a signature counts as expired
_PASSING_STATUS = (408, 409, 425, 429)
_PASSING = {"RequestTimeout", "SlowDown", "BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch", "InternalError"}
_WRONG_SECRET = "the secret does not fit the key id: look at FRAMEKILN_STORAGE_SECRET"  # noqa: S105
_WRONG_KEY = "it does not know the key id: look at FRAMEKILN_STORAGE_KEY_ID"
_WRONG_REGION = "the bucket is in another region: look at FRAMEKILN_STORAGE_REGION"
_NOT_ALLOWED = "the key may not do this: give it reading and writing of objects in this bucket, or look at FRAMEKILN_STORAGE_KEY_ID"
_NO_ANSWER: Mapping[type[BotoCoreError], str] = {
    EndpointConnectionError: "cannot be reached: look at the network, and at FRAMEKILN_STORAGE_ENDPOINT",
    ConnectTimeoutError: "cannot be reached in time: look at the network, and at FRAMEKILN_STORAGE_ENDPOINT",
    ReadTimeoutError: "does not answer in time",
    ConnectionClosedError: "closed the connection before it answered",
    IncompleteReadError: "closed the connection in the middle of its answer",
    SSLError: "cannot be trusted or does not speak TLS: look at FRAMEKILN_STORAGE_ENDPOINT, and at this machine's certificates",
}
_REFUSED: Mapping[str, str] = {
    "NoSuchBucket": "there is no such bucket: make it, or look at FRAMEKILN_STORAGE",
    "SignatureDoesNotMatch": _WRONG_SECRET,
    "InvalidAccessKeyId": _WRONG_KEY,
    "Unauthorized": _WRONG_KEY,
    "ExpiredToken": "the credentials have expired: look at FRAMEKILN_STORAGE_KEY_ID and FRAMEKILN_STORAGE_SECRET",
    "AccessDenied": _NOT_ALLOWED,
    "AllAccessDisabled": _NOT_ALLOWED,
    "PermanentRedirect": _WRONG_REGION,
    "AuthorizationHeaderMalformed": _WRONG_REGION,
    "403": "look at FRAMEKILN_STORAGE_KEY_ID and FRAMEKILN_STORAGE_SECRET, and at what the key may do in this bucket",
}


def code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def in_words(error: BotoCoreError | ClientError, what: str, address: str, now: float) -> NodeError:
    """The error to raise from this one. `what`: "“KEY” cannot be written"; `now`: this machine's clock, since the epoch."""
    if not isinstance(error, ClientError):
        return StorageUnreachable(f"{what}: {_silence(error, address)}")
    answer = f"{what}: {address} answers"
    if (skew := _skew(error, now)) is not None:
        minutes = abs(skew) / 60
        side = "behind" if skew > 0 else "ahead"
        return StorageRefused(f"{what}: this machine's clock is {minutes:.0f} minutes {side} of {address}: set it")
    said = _said(error)
    if status(error) >= 500 or status(error) in _PASSING_STATUS or code(error) in _PASSING:
        return StorageUnreachable(f"{answer} {said}")
    if code(error) in _REFUSED:
        return StorageRefused(f"{what}: {address} refuses: {_REFUSED[code(error)]}")
    if status(error) == 404:
        return ObjectMissing(f"{what}: there is no such object in {address}")
    return StorageRefused(f"{answer} {said}")


def _skew(error: ClientError, now: float) -> float | None:
    """Seconds that the server's clock is ahead, where that is why it refused."""
    headers: Mapping[str, Any] = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if status(error) != 403 or "date" not in headers:
        return None
    ahead = parsedate_to_datetime(headers["date"]).timestamp() - now
    return ahead if abs(ahead) > MOST_SKEW or code(error) == "RequestTimeTooSkewed" else None


def _said(error: ClientError) -> str:
    """503 SlowDown: Please reduce your request rate"""
    name = "" if code(error).isdigit() else f" {code(error)}"
    words = error.response.get("Error", {}).get("Message", "").strip().rstrip(".")
    return redacted(f"{status(error)}{name}: {words}" if words else f"{status(error)}{name}")


def _silence(error: BotoCoreError, address: str) -> str:
    server = urlsplit(str(error.kwargs.get("endpoint_url", "")))  # the whole address names the object a second time
    place = f"{server.scheme}://{server.netloc}" if server.netloc else address
    words = _NO_ANSWER.get(type(error))
    if words:
        return f"{place} {words}"
    return f"{place} does not answer: {redacted(str(error)).strip().rstrip('.')}"
