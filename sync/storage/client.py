"""The boto3 client of a bucket: everything said explicitly, nothing taken from files and variables of other programs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sync.errors import SettingsError, StorageRefused
from sync.secrets import Secrets, redacted
from sync.settings import Settings
from sync.storage.address import Bucket

CONNECT_SECONDS, READ_SECONDS = 10, 60


def open_client(place: Bucket, settings: Settings, secrets: Secrets) -> Any:
    """Raises SettingsError for an endpoint that is missing or wrong, StorageRefused where there are no credentials."""
    _check_endpoint(place, settings)
    if not (secrets.storage_key_id and secrets.storage_secret):
        raise StorageRefused(
            f"{place.address} wants credentials: set FRAMEKILN_STORAGE_KEY_ID and FRAMEKILN_STORAGE_SECRET, "
            "or keep them in the keyring: keyring set framekiln storage_key_id, keyring set framekiln storage_secret"
        )
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        region_name=settings.storage_region,
        endpoint_url=settings.storage_endpoint or None,
        aws_access_key_id=secrets.storage_key_id,
        aws_secret_access_key=secrets.storage_secret,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if settings.storage_endpoint else "virtual"},
            retries={"total_max_attempts": 1},  # our own wait is passed in, and knows what may be repeated
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            request_checksum_calculation="when_required",  # R2 and others refuse boto3's newer default, a trailer of CRC32
            response_checksum_validation="when_required",
            ignore_configured_endpoint_urls=True,
            max_pool_connections=16,
        ),
    )


def _check_endpoint(place: Bucket, settings: Settings) -> None:
    endpoint = settings.storage_endpoint
    parts = urlsplit(endpoint)
    if "@" in parts.netloc or parts.query:
        raise SettingsError(f"FRAMEKILN_STORAGE_ENDPOINT is {redacted(endpoint)}: secrets do not belong in an address")
    if endpoint and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise SettingsError(f"FRAMEKILN_STORAGE_ENDPOINT is “{endpoint}”: an address like https://host is wanted")
    if place.scheme == "r2" and not endpoint:
        raise SettingsError(
            f"{place.address}: set FRAMEKILN_STORAGE_ENDPOINT to your account's, https://ACCOUNT.r2.cloudflarestorage.com"
        )
    if not endpoint and settings.storage_region == "auto":
        raise SettingsError(
            f"{place.address}: set FRAMEKILN_STORAGE_REGION (like eu-central-1), or FRAMEKILN_STORAGE_ENDPOINT for another server"
        )
