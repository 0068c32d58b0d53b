"""A queue on a libSQL server, by its protocol over HTTP (Hrana): one request an operation, so that no transaction stays open.

An answer can be lost after the server has done what was asked. Every statement of ours may be repeated, so it is asked again.

A server opens a connection to its database for each stream, and reads the schema: that costs it more than most statements
(1.9 ms against 0.6, measured). So streams are kept for the next request, named by what the protocol calls a baton. Answers
are short, and come as they are: to pack and unpack one takes both sides together half a millisecond.
"""

from __future__ import annotations

import base64
import contextlib
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from sync.clock import Clock
from sync.database import LOOPBACK, Database, Row, Value
from sync.errors import QueueRefused, QueueUnreachable, SettingsError, StatementRefused

TIMEOUT = 10.0  # seconds, of each part of a request
TRIES = 3
PAUSE = 0.2  # seconds before the second try, at most; four times that before the next
KEPT = 5.0  # seconds that a stream may rest; after ten the server ends it
VARIABLE = "FRAMEKILN_QUEUE_TOKEN"
_NO_SERVER = "what answers there is no libSQL server"
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
_TOKEN = re.compile(r"[\w.~+/=-]+", re.ASCII)
_PASSING = ("STREAM_", "TRANSACTION_", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_FULL", "INTERNAL")


class _PassingError(Exception):
    """The same again may work."""


class LibsqlDatabase(Database):
    def __init__(self, address: str, token: str | None, clock: Clock, timeout: float = TIMEOUT) -> None:
        if token and not _TOKEN.fullmatch(token):
            raise QueueRefused(f"{VARIABLE} is not a token: it has characters that none has.")
        self.address, self._token, self._clock = address, token, clock
        self._streams: list[tuple[str, float]] = []  # batons of those that nobody uses, and since when
        url = _url(address)
        self._client = httpx.Client(
            base_url=url,
            headers={"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {token}"} if token else {}),
            timeout=timeout,
            trust_env=url.host not in LOOPBACK,  # no proxy to ourselves
        )

    def execute(self, sql: str, arguments: Mapping[str, Value] = {}) -> list[Row]:
        return _rows(self._asked({"type": "execute", "stmt": _statement(sql, arguments)}))

    def transaction(self, statements: Sequence[tuple[str, Mapping[str, Value]]]) -> list[list[Row]]:
        result = self._asked({"type": "batch", "batch": {"steps": _steps(statements)}})
        return [_rows(one) for one in result["step_results"][1:-2]]

    def close(self) -> None:
        self._client.close()

    def _asked(self, request: Mapping[str, Any]) -> Any:
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(request)
            except _PassingError as error:
                reason = error
            if attempt < TRIES:
                self._clock.wait(random.uniform(0.5, 1) * PAUSE * 4 ** (attempt - 1))  # noqa: S311
        raise QueueUnreachable(f"The queue {self.address} does not answer: {reason}.") from reason

    def _once(self, request: Mapping[str, Any]) -> Any:
        answer = self._sent({"baton": self._stream(), "requests": [request]})
        try:
            result, baton = answer["results"][0], answer["baton"]
        except (LookupError, TypeError) as error:
            raise _PassingError(_NO_SERVER) from error
        if baton and not answer.get("base_url"):  # else it goes on at another address: left to end
            self._streams.append((baton, self._clock.now()))
        return self._result(result)

    def _sent(self, body: Mapping[str, Any]) -> Any:
        try:
            response = self._client.post("v2/pipeline", json=body)
        except httpx.RequestError as error:
            raise _PassingError(_ERRNO.sub("", str(error)) or type(error).__name__) from error
        if response.status_code == 400 and body["baton"]:
            self._streams.clear()  # the server has started anew, and knows none of them
            raise _PassingError("the stream has ended")
        if response.status_code != 200:
            raise self._meaning(response)
        try:
            return response.json()
        except ValueError as error:  # the page of a hotel's network
            raise _PassingError(_NO_SERVER) from error

    def _stream(self) -> str | None:
        while self._streams:
            with contextlib.suppress(IndexError):  # another thread took the last
                baton, since = self._streams.pop()
                if self._clock.now() - since < KEPT:
                    return baton
        return None

    def _result(self, answer: Mapping[str, Any]) -> Any:
        if answer["type"] == "error":
            raise self._refused(answer["error"])
        result = answer["response"]["result"]
        if error := next(filter(None, result.get("step_errors", ())), None):
            raise self._refused(error)
        return result

    def _refused(self, error: Mapping[str, Any]) -> Exception:
        code, message = str(error.get("code") or ""), str(error["message"]).removeprefix("SQLite error: ")
        if code.startswith(_PASSING):
            return _PassingError(message)
        if code in ("BLOCKED", "SQLITE_READONLY"):
            return QueueRefused(f"The queue {self.address} may not be written now: {message}.")
        return StatementRefused(message)

    def _meaning(self, response: httpx.Response) -> Exception:
        status, said = response.status_code, self._said(response)
        if status >= 500 or status in (408, 429):
            return _PassingError(f"it says {status} {said}".strip())
        if status == 401:
            return QueueRefused(self._unauthorized(said))
        if status == 403:
            return QueueRefused(
                f"The queue {self.address} lets this token read only, or not at all ({said}). "
                f"Make one that may write, and set {VARIABLE} to it."
            )
        if status < 400:
            return _PassingError(f"{_NO_SERVER} (it says {status} {said})")
        return QueueRefused(f"There is no queue at {self.address}, or no libSQL server (it says {status} {said}).")

    def _unauthorized(self, said: str) -> str:
        if not self._token:
            return f"The queue {self.address} wants a token, and there is none: set {VARIABLE}."
        what = "has expired" if "expired" in said.lower() else "is not one of its own"
        return (
            f"The queue {self.address} refuses the token: it {what} ({said}). Make a new one, and set {VARIABLE} to it."
        )

    def _said(self, response: httpx.Response) -> str:
        """What the server says about it, in a line, and never the token."""
        try:
            text = str(response.json()["error"])
        except (ValueError, KeyError, TypeError):
            text = response.reason_phrase
        text = " ".join(text.split())[:200]
        return text.replace(self._token, "…") if self._token else text


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address.replace("libsql://", "https://", 1))
    except httpx.InvalidURL:
        url = httpx.URL()
    if not url.host:  # the address is not repeated: who knows what was pasted there
        raise SettingsError("The queue's address is none: it should be like libsql://my-queue.example.com.")
    if url.userinfo or url.query:
        raise SettingsError(
            f"The queue's address may have no password and nothing after “?”. A token is in {VARIABLE}."
        )
    return url


# ------------------------------------------------------------------------------------------------------------ the protocol


def _statement(sql: str, arguments: Mapping[str, Value]) -> dict[str, Any]:
    return {"sql": sql, "named_args": [{"name": name, "value": _wire(value)} for name, value in arguments.items()]}


def _steps(statements: Sequence[tuple[str, Mapping[str, Value]]]) -> list[dict[str, Any]]:
    """Begin, each statement if the one before it went well, commit; roll back if it did not come to that."""
    plain: list[tuple[str, Mapping[str, Value]]] = [("begin immediate", {}), *statements, ("commit", {})]
    steps: list[dict[str, Any]] = [{"stmt": _statement(*one)} for one in plain]
    for before, one in enumerate(steps[1:]):
        one["condition"] = {"type": "ok", "step": before}
    failed = {"type": "not", "cond": {"type": "ok", "step": len(steps) - 1}}
    return [*steps, {"stmt": _statement("rollback", {}), "condition": failed}]


def _rows(result: Mapping[str, Any]) -> list[Row]:
    names = [column["name"] for column in result["cols"]]
    return [dict(zip(names, map(_meant, row), strict=True)) for row in result["rows"]]


def _wire(value: Value) -> dict[str, Any]:
    match value:
        case None:
            return {"type": "null"}
        case int():
            return {"type": "integer", "value": str(int(value))}  # as text: JSON's numbers end at 2⁵³
        case float():
            return {"type": "float", "value": value}
        case str():
            return {"type": "text", "value": value}
        case bytes():
            return {"type": "blob", "base64": base64.b64encode(value).decode()}


def _meant(value: Mapping[str, Any]) -> Value:
    match value["type"]:
        case "null":
            return None
        case "integer":
            return int(value["value"])
        case "blob":
            return base64.b64decode(value["base64"] + "==")  # it comes without padding
        case _:
            found: Value = value["value"]
            return found
