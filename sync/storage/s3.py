"""A bucket of S3, R2 or any server that speaks S3's protocol, through boto3."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import random
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from render_engine.durable import commit, discard, means_full, reason
from sync.clock import Clock
from sync.errors import ObjectMissing, StorageRefused, StorageUnreachable
from sync.storage import (
    LINK_SECONDS,
    SourceChanged,
    Stopped,
    Stored,
    Uploads,
    _go_on,
    _untold,
    check_link_seconds,
    check_size,
    source_size,
)
from sync.storage.address import Bucket, check_key
from sync.storage.refusals import in_words, status

MIB = 1 << 20
SINGLE_BYTES = 16 * MIB  # up to here one request; a longer file goes in parts
TRIES = 3
CHUNK = MIB


class S3Storage:
    """`part_bytes` and `page` (how many parts or objects are listed at a time) are smaller in tests."""

    def __init__(
        self, place: Bucket, client: Any, *, clock: Clock, part_bytes: int = SINGLE_BYTES, page: int = 1000
    ) -> None:
        self.place, self.client, self.clock = place, client, clock
        self.address = place.address
        self.part_bytes, self.page = part_bytes, page

    def put(
        self,
        key: str,
        path: Path,
        *,
        sha256: str,
        media_type: str,
        uploads: Uploads,
        stop: Callable[[], bool] = _go_on,
        told: Callable[[int], None] = _untold,
    ) -> Stored:
        size = source_size(path)
        there = self.head(key)
        if there is not None and uploads.find(self.address, key) is None:  # an upload of ours is verified first
            return self.same(there, size, sha256)
        if stop():
            raise Stopped(f"stopped before “{key}” was sent")
        if size > self.part_bytes:
            from sync.storage.multipart import Multipart

            return Multipart(self, key, path, sha256, media_type, uploads, stop, told).send()
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise SourceChanged(path)
        stored = self._put_whole(key, data, sha256, media_type)
        told(size)
        return stored

    def put_bytes(self, key: str, data: bytes, *, media_type: str) -> Stored:
        sha256 = hashlib.sha256(data).hexdigest()
        if (there := self.head(key)) is not None:
            return self.same(there, len(data), sha256)
        return self._put_whole(key, data, sha256, media_type)

    def head(self, key: str) -> Stored | None:
        try:
            answer = self.call(f"“{key}” cannot be looked at", "head_object", Key=self.full(key))
        except ObjectMissing:
            return None
        except StorageRefused:  # an answer without a body does not say why: another question does
            self.call(f"“{key}” cannot be looked at", "list_objects_v2", Prefix=self.full(key), MaxKeys=1)
            raise
        return Stored(
            key=key,
            size=int(answer["ContentLength"]),
            sha256=answer.get("Metadata", {}).get("sha256"),
            etag=answer["ETag"].strip('"'),
            modified=answer["LastModified"].timestamp(),
        )

    def get(self, key: str, path: Path, *, most_bytes: int) -> Stored:
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        try:
            stored = self._fetch(key, partial, most_bytes)
            commit(partial, path)
        except OSError as error:
            what = "the disk is full" if means_full(error.errno) else reason(error)
            raise StorageUnreachable(f"“{key}” cannot be kept in {path.parent}: {what}") from error
        finally:
            discard(partial)
        return stored

    def list(self, prefix: str) -> Iterator[Stored]:
        more: dict[str, Any] = {}
        while True:
            answer = self.call(
                "the objects cannot be listed",
                "list_objects_v2",
                Prefix=self.place.prefix + prefix,
                MaxKeys=self.page,
                **more,
            )
            for each in answer.get("Contents", ()):
                key = each["Key"].removeprefix(self.place.prefix)
                yield Stored(key, each["Size"], None, each["ETag"].strip('"'), each["LastModified"].timestamp())
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def delete(self, key: str) -> None:
        self.call(f"“{key}” cannot be removed", "delete_object", Key=self.full(key))

    def discard_unfinished(self, prefix: str, *, before: float) -> int:
        old = [each for each in self._unfinished(prefix) if each["Initiated"].timestamp() < before]
        for each in old:
            self.call(
                "an unfinished upload cannot be given up",
                "abort_multipart_upload",
                Key=each["Key"],
                UploadId=each["UploadId"],
            )
        return len(old)

    def link(self, key: str, *, seconds: int = LINK_SECONDS, name: str | None = None) -> str:
        named = {"ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"} if name else {}
        return self._signed("get_object", key, seconds, named)

    def upload_link(
        self,
        key: str,
        *,
        seconds: int,
        size: int | None = None,
        sha256: str | None = None,
        media_type: str | None = None,
    ) -> str:
        wanted = {
            "ContentLength": size,
            "ContentType": media_type,
            "Metadata": {"sha256": sha256} if sha256 else None,
        }
        return self._signed(
            "put_object", key, seconds, {name: value for name, value in wanted.items() if value is not None}
        )

    def full(self, key: str) -> str:
        return check_key(key, self.place.prefix)

    def call(self, what: str, operation: str, **arguments: Any) -> Any:
        """One request, tried again after a moment where the failure may pass: every request of ours may be repeated."""
        for attempt in range(TRIES):
            try:
                return getattr(self.client, operation)(Bucket=self.place.name, **arguments)
            except (BotoCoreError, ClientError) as error:
                told = in_words(error, what, self.address, self.clock.wall())
                if attempt + 1 == TRIES or not isinstance(told, StorageUnreachable):
                    raise told from error
                self.clock.wait(0.5 * 4**attempt * random.uniform(0.7, 1.3))  # noqa: S311 - spread, not secrecy
        raise AssertionError("unreachable")

    def same(self, there: Stored, size: int, sha256: str, etag: str | None = None) -> Stored:
        """What is there already, if it is what was to be written; the ETag counts where we know what it must be."""
        if (there.size, there.sha256, there.etag) == (size, sha256, etag or there.etag):
            return there
        raise StorageRefused(
            f"“{there.key}” is in {self.address} already with another content, and nothing is written over"
        )

    def verified(self, key: str, size: int, sha256: str, etag: str) -> Stored:
        """What we have just written, asked back from the storage: size, sha256 and the MD5 that its ETag is made of."""
        there = self.head(key)
        if there is None:
            raise StorageUnreachable(f"“{key}” was sent and {self.address} does not have it")
        if (there.size, there.sha256, there.etag) == (size, sha256, etag):
            return there
        self.delete(key)  # ours, and not whole: nobody has been told of it
        raise StorageRefused(
            f"{self.address} does not have what was sent: “{key}” has {there.size:,} of {size:,} bytes and the ETag {there.etag}, "
            f"not {etag}. It was removed. A bucket that encrypts with its own keys (SSE-KMS) cannot be verified"
        )

    def _put_whole(self, key: str, data: bytes, sha256: str, media_type: str) -> Stored:
        md5 = hashlib.md5(data, usedforsecurity=False)
        wrote = self.unless_there(
            f"“{key}” cannot be written",
            "put_object",
            Key=self.full(key),
            Body=data,
            ContentType=media_type,
            ContentMD5=base64.b64encode(md5.digest()).decode(),
            Metadata={"sha256": sha256},
        )
        asked_back = self.verified if wrote else self.found
        return asked_back(key, len(data), sha256, md5.hexdigest())

    def unless_there(self, what: str, operation: str, **arguments: Any) -> bool:
        """False where something is under the key: another's, or ours of a try whose answer was lost."""
        try:
            self.call(what, operation, IfNoneMatch="*", **arguments)
        except StorageRefused as error:
            if not (isinstance(error.__cause__, ClientError) and status(error.__cause__) == 412):
                raise
            return False
        return True

    def found(self, key: str, size: int, sha256: str, etag: str) -> Stored:
        """After somebody was faster, or an earlier try of ours."""
        there = self.head(key)
        if there is None:
            raise StorageUnreachable(f"“{key}” came and went in {self.address}")
        return self.same(there, size, sha256, etag)

    def _fetch(self, key: str, partial: Path, most_bytes: int) -> Stored:
        for attempt in range(TRIES):
            try:
                return self._fetch_once(key, partial, most_bytes)
            except BotoCoreError as error:  # cut in the middle of the body
                told = in_words(error, f"“{key}” cannot be read", self.address, self.clock.wall())
                if attempt + 1 == TRIES:
                    raise told from error
                self.clock.wait(0.5 * 4**attempt)
        raise AssertionError("unreachable")

    def _fetch_once(self, key: str, partial: Path, most_bytes: int) -> Stored:
        answer = self.call(f"“{key}” cannot be read", "get_object", Key=self.full(key))
        size, sha256 = int(answer["ContentLength"]), answer.get("Metadata", {}).get("sha256")
        hashed = hashlib.sha256()
        with contextlib.closing(answer["Body"]) as body, partial.open("wb") as file:
            check_size(key, size, most_bytes)
            for chunk in body.iter_chunks(CHUNK):
                hashed.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if sha256 and hashed.hexdigest() != sha256:
            raise StorageUnreachable(f"“{key}” from {self.address} is damaged: its hash is another")
        return Stored(key, size, sha256, answer["ETag"].strip('"'), answer["LastModified"].timestamp())

    def _unfinished(self, prefix: str) -> Iterator[Any]:
        more: dict[str, Any] = {}
        while True:
            answer = self.call(
                "unfinished uploads cannot be listed",
                "list_multipart_uploads",
                Prefix=self.place.prefix + prefix,
                MaxUploads=self.page,
                **more,
            )
            yield from answer.get("Uploads", ())
            if not answer.get("IsTruncated"):
                return
            more = {"KeyMarker": answer["NextKeyMarker"], "UploadIdMarker": answer["NextUploadIdMarker"]}

    def _signed(self, operation: str, key: str, seconds: int, arguments: dict[str, Any]) -> str:
        check_link_seconds(seconds)
        arguments = {"Bucket": self.place.name, "Key": self.full(key), **arguments}
        link: str = self.client.generate_presigned_url(operation, Params=arguments, ExpiresIn=seconds)
        return link
