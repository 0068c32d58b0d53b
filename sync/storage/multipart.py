"""One file in parts that may be sent in several lives of the program.

The upload's id, its part size and the source's hash are on disk before the first part leaves. After a restart what the
storage lists is the truth, page by page: a part counts if its size and its MD5 are ours. R2 wants all parts but the
last equal, S3 and R2 at least 5 MiB and at most 10,000 of them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from sync.errors import NodeError, ObjectMissing, StorageRefused, StorageUnreachable
from sync.storage import SourceChanged, Stopped, Stored, Upload, Uploads, source_size
from sync.storage.refusals import code
from sync.storage.s3 import MIB, S3Storage

MOST_PARTS = 10_000
LEAST_PART, MOST_PART = 5 * MIB, 5 << 30
AT_ONCE = 3  # parts on their way; each is held in memory


@dataclass(frozen=True)
class Part:
    number: int  # from 1
    start: int
    size: int
    md5: bytes

    @property
    def etag(self) -> str:
        return self.md5.hex()


@dataclass(frozen=True)
class Multipart:
    storage: S3Storage
    key: str
    path: Path
    sha256: str
    media_type: str
    uploads: Uploads
    stop: Callable[[], bool]
    told: Callable[[int], None]

    def send(self) -> Stored:
        """Goes on with the upload that is known of, or begins one; anew where the storage knows no such upload."""
        for _ in range(2):
            upload = self._known() or self._begin()
            parts = self._parts(upload.part_size)
            try:
                self._send_parts(upload, parts)
                stored = self._complete(upload, parts)
            except ObjectMissing as error:
                if not no_such_upload(error):
                    raise
                there = self.storage.head(self.key)  # completed, and the answer was lost?
                self._forget()
                if there is not None:
                    return self.storage.same(there, upload.size, self.sha256, whole_etag(parts))
            else:
                self._forget()
                return stored
        raise StorageUnreachable(f"“{self.key}”: {self.storage.address} loses its uploads")

    def _known(self) -> Upload | None:
        upload = self.uploads.find(self.storage.address, self.key)
        if upload is None or (upload.size, upload.sha256) == (source_size(self.path), self.sha256):
            return upload
        self._forget()  # of another content
        return None

    def _begin(self) -> Upload:
        size = source_size(self.path)
        answer = self.storage.call(
            f"“{self.key}” cannot be written",
            "create_multipart_upload",
            Key=self.storage.full(self.key),
            ContentType=self.media_type,
            Metadata={"sha256": self.sha256},
        )
        upload = Upload(
            storage=self.storage.address,
            key=self.key,
            upload_id=answer["UploadId"],
            part_size=part_size(size, self.storage.part_bytes),
            size=size,
            sha256=self.sha256,
            started=self.storage.clock.wall(),
        )
        self.uploads.save(upload)
        return upload

    def _parts(self, size: int) -> list[Part]:
        """The whole file read once: is it still what its hash was taken of, and what is each part's MD5."""
        whole = hashlib.sha256()
        parts: list[Part] = []
        with self.path.open("rb") as file:
            while data := file.read(size):
                whole.update(data)
                md5 = hashlib.md5(data, usedforsecurity=False).digest()
                parts.append(Part(len(parts) + 1, len(parts) * size, len(data), md5))
                self._check_stop()
        if whole.hexdigest() != self.sha256:
            raise SourceChanged(self.path)
        return parts

    def _send_parts(self, upload: Upload, parts: list[Part]) -> None:
        there = dict(self._listed(upload))
        missing = [part for part in parts if there.get(part.number) != (part.size, part.etag)]
        sent = sum(part.size for part in parts) - sum(part.size for part in missing)
        self.told(sent)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            futures = {pool.submit(self._send_part, upload, part): part for part in missing}
            try:
                for future in as_completed(futures):
                    future.result()
                    sent += futures[future].size
                    self.told(sent)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _listed(self, upload: Upload) -> Iterator[tuple[int, tuple[int, str]]]:
        """Number, size and ETag of every part that the storage has, all pages."""
        marker = 0
        while True:
            answer = self.storage.call(
                f"the parts of “{self.key}” cannot be listed",
                "list_parts",
                Key=self.storage.full(self.key),
                UploadId=upload.upload_id,
                MaxParts=self.storage.page,
                PartNumberMarker=marker,
            )
            for part in answer.get("Parts", ()):
                yield part["PartNumber"], (part["Size"], part["ETag"].strip('"'))
            if not answer.get("IsTruncated"):
                return
            marker = int(answer["NextPartNumberMarker"])

    def _send_part(self, upload: Upload, part: Part) -> None:
        self._check_stop()
        answer = self.storage.call(
            f"part {part.number} of “{self.key}” cannot be written",
            "upload_part",
            Key=self.storage.full(self.key),
            UploadId=upload.upload_id,
            PartNumber=part.number,
            Body=self._read(part),
            ContentMD5=base64.b64encode(part.md5).decode(),
        )
        if answer["ETag"].strip('"') != part.etag:
            raise StorageRefused(
                f"{self.storage.address} gives no MD5 as ETag (an encrypted bucket?): “{self.key}” cannot be verified"
            )

    def _read(self, part: Part) -> bytes:
        with self.path.open("rb") as file:
            file.seek(part.start)
            data = file.read(part.size)
        if hashlib.md5(data, usedforsecurity=False).digest() != part.md5:
            raise SourceChanged(self.path)
        return data

    def _complete(self, upload: Upload, parts: list[Part]) -> Stored:
        """An answer of 200 with an error inside is an error for botocore too."""
        self._check_stop()
        wrote = self.storage.unless_there(
            f"“{self.key}” cannot be completed",
            "complete_multipart_upload",
            Key=self.storage.full(self.key),
            UploadId=upload.upload_id,
            MultipartUpload={"Parts": [{"PartNumber": part.number, "ETag": part.etag} for part in parts]},
        )
        asked_back = self.storage.verified if wrote else self.storage.found
        return asked_back(self.key, upload.size, self.sha256, whole_etag(parts))

    def _forget(self) -> None:
        self.uploads.forget(self.storage.address, self.key)

    def _check_stop(self) -> None:
        if self.stop():
            raise Stopped(f"stopped in the middle of “{self.key}”; it goes on from there")


def part_size(size: int, at_least: int) -> int:
    """Bytes of every part but the last: whole MiB, so that no more than 10,000 are needed. Raises StorageRefused."""
    fitting = max(at_least, -(-size // (MOST_PARTS * MIB)) * MIB)
    if fitting > MOST_PART:
        raise StorageRefused(f"{size:,} bytes are more than an object can have: 10,000 parts of 5 GiB")
    return fitting


def whole_etag(parts: list[Part]) -> str:
    """The ETag that S3 and R2 give a whole object of parts: the MD5 of their MD5s, and how many."""
    together = hashlib.md5(b"".join(part.md5 for part in parts), usedforsecurity=False)
    return f"{together.hexdigest()}-{len(parts)}"


def no_such_upload(error: NodeError) -> bool:
    return isinstance(error.__cause__, ClientError) and code(error.__cause__) == "NoSuchUpload"
