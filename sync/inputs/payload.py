"""Payloads that are too long for a row of the queue: they lie in the storage, by their hash, beside the inputs."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.errors import InputUnavailable, JobRefused, ObjectMissing
from sync.inputs.upload import input_key
from sync.jobs import canonical

if TYPE_CHECKING:
    from sync.storage import Storage

MOST_IN_A_ROW = 256 << 10  # bytes
MOST = 64 << 20  # bytes; as large as a document may be


def stored(payload: Mapping[str, Any], storage: Storage, project: str) -> str | None:
    """The sha256 of the object that holds the payload; None where it fits into the row. JobRefused where it is too large."""
    data = encoded(payload)
    if len(data) <= MOST_IN_A_ROW:
        return None
    sha256 = hashlib.sha256(data).hexdigest()
    key = input_key(project, sha256)
    if storage.head(key) is None:
        storage.put_bytes(key, data, media_type="application/json")
    return sha256


def encoded(payload: Mapping[str, Any]) -> bytes:
    """Raises JobRefused where it is too large, or holds a number that JSON has not."""
    try:
        data = canonical(payload).encode()
    except ValueError as error:
        raise JobRefused(f"the job's document and props cannot be sent: {error}") from error
    if len(data) > MOST:
        raise JobRefused(
            f"the job's document and props have {len(data) / 2**20:.0f} MiB; {MOST >> 20} MiB is the most. Media belong into "
            "files, which the document names"
        )
    return data


def read(payload: str | None, payload_object: str | None, storage: Storage, project: str) -> dict[str, Any]:
    """The payload of a job's row. JobRefused where it is nonsense, InputUnavailable where it is not there."""
    if payload is not None:
        return _parsed(payload.encode())
    if payload_object is None:
        raise JobRefused("the job has no payload")
    if not re.fullmatch(r"[0-9a-f]{64}", payload_object):
        raise JobRefused(f"the job's payload is named {payload_object[:100]!r}, and that is no sha256")
    data = _fetched(payload_object, storage, project)
    if hashlib.sha256(data).hexdigest() != payload_object:
        raise JobRefused("the job's payload was damaged in the storage: submit it again")
    return _parsed(data)


def _fetched(sha256: str, storage: Storage, project: str) -> bytes:
    key = input_key(project, sha256)
    with tempfile.TemporaryDirectory(prefix="framekiln-") as folder:
        file = Path(folder, "payload.json")
        try:
            storage.get(key, file, most_bytes=MOST)
        except ObjectMissing as error:
            raise InputUnavailable(f"the storage {storage.address} does not hold the job's payload ({key})") from error
        return file.read_bytes()


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise JobRefused(f"the job's payload is not JSON: {error}") from error
    if not isinstance(payload, dict):
        raise JobRefused("the job's payload is not an object")
    return payload
