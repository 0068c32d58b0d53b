"""A storage's address and an object's key, taken apart and checked: neither may lead out of its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from sync.errors import SettingsError, StorageRefused
from sync.secrets import redacted

BUCKETS = ("r2", "s3")
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MOST_KEY_BYTES = 1024  # S3's and R2's limit, prefix included
_IN_WORDS = "a folder, r2://bucket/prefix or s3://bucket/prefix"


@dataclass(frozen=True)
class Bucket:
    scheme: str
    name: str
    prefix: str  # "" or "studio/": what stands before every key

    @property
    def address(self) -> str:
        return f"{self.scheme}://{self.name}/{self.prefix}".rstrip("/")


def parse_address(text: str) -> Path | Bucket:
    """Raises SettingsError. A secret in it is refused and not repeated."""
    if "://" not in text:
        return Path(text).expanduser().absolute()
    parts = urlsplit(text)
    if "@" in parts.netloc or parts.query:
        raise SettingsError(
            f"{redacted(text)}: secrets do not belong in an address: set FRAMEKILN_STORAGE_KEY_ID and FRAMEKILN_STORAGE_SECRET"
        )
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    if parts.scheme not in BUCKETS:
        raise SettingsError(f"“{redacted(text)}” is not a storage: write {_IN_WORDS}")
    return _bucket(parts.scheme, parts.netloc, parts.path.strip("/"))


def check_key(key: str, prefix: str = "") -> str:
    """The key with its prefix, if it is one: parts between slashes, none empty, none of dots alone."""
    parts = key.split("/")
    wrong = {"", ".", ".."} & set(parts) or re.search(r"[\\\x00-\x1f\x7f]", key)
    if wrong or len((prefix + key).encode()) > _MOST_KEY_BYTES:
        raise StorageRefused(f"“{key[:100]}” cannot be a key: parts between slashes are wanted, 1,024 bytes at most")
    return prefix + key


def _bucket(scheme: str, name: str, prefix: str) -> Bucket:
    if not _BUCKET_NAME.fullmatch(name):
        raise SettingsError(
            f"“{scheme}://{name}” does not name a bucket (a-z, 0-9, - and ., 3 to 63 of them): write {_IN_WORDS}"
        )
    if {"", ".", ".."} & set(prefix.split("/")) and prefix:
        raise SettingsError(
            f"“{prefix}” cannot be a prefix: parts between slashes are wanted, none empty, none of dots"
        )
    return Bucket(scheme, name, f"{prefix}/" if prefix else "")
