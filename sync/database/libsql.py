"""A queue on a libSQL server, by its protocol over HTTP (Hrana): one request an operation, so that nothing stays open.

An answer can be lost after the server has done what was asked. Every statement of ours may be repeated, so it is asked again.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from sync.clock import Clock
from sync.database import Row, Step, Value
from sync.errors import QueueRefused, QueueUnreachable, SettingsError, StatementRefused
from sync.statements import statement

TIMEOUT = 10.0  # seconds, of each part of a request
TRIES = 3
PAUSE = 0.2  # seconds before the second try, at most; four times that before the next
VARIABLE = "FRAMEKILN_QUEUE_TOKEN"
_PASSING = ("STREAM_", "TRANSACTION_", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_FULL", "INTERNAL")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class _PassingError(Exception):
    """The same again may work."""


class LibsqlDatabase:
    def __init__(self, address: str, token: str | None, clock: Clock, timeout: float = TIMEOUT) -> None:
        self.address = address
        self._token = token
        self._clock = clock
        url = _url(address)
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=timeout,
            trust_env=urlsplit(url).hostname not in _LOOPBACK,  # no proxy to ourselves
        )

    def run(self, name: str, /, **arguments: Value) -> list[Row]:
        named = statement(name)
        named.check(arguments)
        return self.execute(named.sql, arguments)

    def batch(self, *steps: Step) -> list[list[Row]]:
        named = [(statement(step.name), step.arguments) for step in steps]
        for one, arguments in named:
            one.check(arguments)
        return self.transaction([(one.sql, arguments) for one, arguments in named])

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
        try:
            response = self._client.post("/v2/pipeline", json={"baton": None, "requests": [request, {"type": "close"}]})
        except httpx.TransportError as error:
            raise _PassingError(str(error) or type(error).__name__) from error
        if response.status_code != 200:
            raise self._meaning(response)
        return _result(response.json()["results"][0])

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
        return QueueRefused(f"{self.address} does not answer as a libSQL server does (it says {status} {said}).")

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


def _url(address: str) -> str:
    parts = urlsplit(address)
    if not parts.hostname:
        raise SettingsError(f"{parts.scheme}:// needs a server's name, as in libsql://my-queue.example.com.")
    if parts.username or parts.password or parts.query:
        raise SettingsError(f"The queue's address may hold no token or password: set {VARIABLE} instead.")
    return address.replace("libsql://", "https://", 1)


def unencrypted(address: str) -> bool:
    """Whether the token and the jobs travel in the clear to another machine. Allowed, and said."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname not in _LOOPBACK


# ------------------------------------------------------------------------------------------------------------ the protocol


def _statement(sql: str, arguments: Mapping[str, Value]) -> dict[str, Any]:
    return {"sql": sql, "named_args": [{"name": name, "value": _said(value)} for name, value in arguments.items()]}


def _steps(statements: Sequence[tuple[str, Mapping[str, Value]]]) -> list[dict[str, Any]]:
    """Begin, each statement if the one before it went well, commit; roll back if it did not come to that."""
    plain: list[tuple[str, Mapping[str, Value]]] = [("begin immediate", {}), *statements, ("commit", {})]
    steps: list[dict[str, Any]] = [{"stmt": _statement(*one)} for one in plain]
    for before, one in enumerate(steps[1:]):
        one["condition"] = {"type": "ok", "step": before}
    failed = {"type": "not", "cond": {"type": "ok", "step": len(steps) - 1}}
    return [*steps, {"stmt": _statement("rollback", {}), "condition": failed}]


def _result(answer: Mapping[str, Any]) -> Any:
    if answer["type"] == "error":
        raise _refused(answer["error"])
    result = answer["response"]["result"]
    if error := next(filter(None, result.get("step_errors", ())), None):
        raise _refused(error)
    return result


def _refused(error: Mapping[str, Any]) -> Exception:
    code, message = str(error.get("code") or ""), str(error["message"]).removeprefix("SQLite error: ")
    return _PassingError(message) if code.startswith(_PASSING) else StatementRefused(message)


def _rows(result: Mapping[str, Any]) -> list[Row]:
    names = [column["name"] for column in result["cols"]]
    return [dict(zip(names, map(_meant, row), strict=True)) for row in result["rows"]]


def _said(value: Value) -> dict[str, Any]:
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
