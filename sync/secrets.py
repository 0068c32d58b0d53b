"""Secrets: read from the environment or the OS keyring, and kept out of everything that is said.

Whatever becomes a `Secrets` is remembered here, so that `redacted` finds it in any text; it finds signatures and tokens
in addresses and headers by their form. In the keyring they are under the service "framekiln", by the names of the fields:
`keyring set framekiln storage_secret`.
"""

from __future__ import annotations

import logging
import os
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from urllib.parse import quote

HIDDEN = "***"
SHORT = 10  # letters
SERVICE = "framekiln"
VARIABLES = {
    "queue_token": "FRAMEKILN_QUEUE_TOKEN",
    "storage_key_id": "FRAMEKILN_STORAGE_KEY_ID",
    "storage_secret": "FRAMEKILN_STORAGE_SECRET",
    "webhook_secret": "FRAMEKILN_WEBHOOK_SECRET",
}
_AWS = {"storage_key_id": "AWS_ACCESS_KEY_ID", "storage_secret": "AWS_SECRET_ACCESS_KEY"}
_known: set[str] = set()
_FORMS = (
    re.compile(r"(?i)\b(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s\"'<>]+"),
    re.compile(r"(?i)\b((?:Signature|Credential)=)[^&,;\s\"'<>]+"),
    re.compile(r"(?i)([?&](?:[\w-]*token|secret|key|password|sig|signature)=)[^&\s\"'<>]+"),
    re.compile(r"(?i)(\bauthorization[\"']?\s*[:=]\s*(?:b?[\"'])?(?:(?:bearer|basic|token)\s+)?)[^\s\"',]+"),
    re.compile(r"(?i)(\bbearer\s+)[\w.~+/=-]{8,}"),
    re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://)[^\s/@\"'<>]+(?=@)"),
)


@dataclass(frozen=True, repr=False)
class Secrets:
    """Each may be missing: only who needs one asks for it. Its repr says which are set."""

    queue_token: str | None = None
    storage_key_id: str | None = None
    storage_secret: str | None = None
    webhook_secret: str | None = None

    def __post_init__(self) -> None:
        _known.update(value for field in fields(self) if (value := getattr(self, field.name)))

    def __repr__(self) -> str:
        told = (f"{field.name}={'set' if getattr(self, field.name) else 'not set'}" for field in fields(self))
        return f"Secrets({', '.join(told)})"


def read_secrets(
    environment: Mapping[str, str] = os.environ, from_keyring: Callable[[str], str | None] | None = None
) -> Secrets:
    """The environment goes before the keyring, and AWS's two variables come last; no keyring on a machine is no error."""
    ask = from_keyring or _from_keyring
    found = {name: _value(environment, variable) or ask(name) for name, variable in VARIABLES.items()}
    if not any(found[name] for name in _AWS):  # both or none: a key id of one and a secret of another never fit
        found |= {name: _value(environment, variable) for name, variable in _AWS.items()}
    return Secrets(**found)


def redacted(text: str) -> str:
    """The text without any secret that is known, and without signatures, tokens and passwords in addresses and headers."""
    for form in _FORMS:
        text = form.sub(rf"\g<1>{HIDDEN}", text)
    for secret in sorted(_known, key=len, reverse=True):
        for written in {secret, quote(secret, safe="")}:
            text = _without(written, text)
    return text


def _without(secret: str, text: str) -> str:
    """A short one may be a part of any word: it is hidden where it stands alone."""
    if len(secret) >= SHORT:
        return text.replace(secret, HIDDEN)
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", HIDDEN, text)


class RedactingFilter(logging.Filter):
    """For a log's handlers: what they write has been redacted, tracebacks too."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = redacted("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True


def _value(environment: Mapping[str, str], variable: str) -> str | None:
    return environment.get(variable, "").strip() or None  # files that variables are read from end with a line break


def _from_keyring(name: str) -> str | None:
    import keyring  # only where the environment says nothing
    import keyring.errors

    try:
        return keyring.get_password(SERVICE, name)
    except keyring.errors.KeyringError:
        return None
