"""Multipart uploads that have begun, in the node's local database (table uploads)."""

from __future__ import annotations

from dataclasses import asdict

import sqlite_utils

from sync.storage import Upload


class LocalUploads:
    def __init__(self, local: sqlite_utils.Database) -> None:
        self.local = local

    def find(self, storage: str, key: str) -> Upload | None:
        rows = self.local.table("uploads").rows_where("storage = ? and key = ?", [storage, key])
        return next((Upload(**row) for row in rows), None)

    def save(self, upload: Upload) -> None:
        """Takes the place of an earlier one of the same object."""
        self.local.table("uploads").insert(asdict(upload), replace=True)

    def forget(self, storage: str, key: str) -> None:
        self.local.table("uploads").delete_where("storage = ? and key = ?", [storage, key])


def create_uploads(local: sqlite_utils.Database) -> None:
    """The table, as a migration of the local schema."""
    columns = {
        "storage": str,
        "key": str,
        "upload_id": str,
        "part_size": int,
        "size": int,
        "sha256": str,
        "started": float,
    }
    local.table("uploads").create(columns, pk=("storage", "key"), not_null=set(columns), strict=True)
