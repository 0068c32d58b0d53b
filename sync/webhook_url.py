"""Which addresses a job may name for its webhook. What only a name server knows is checked at each delivery."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from sync.errors import JobRefused
from sync.secrets import Secrets, redacted
from sync.settings import Settings

LONGEST = 2000  # letters


def check_webhook(url: str, settings: Settings, secrets: Secrets) -> None:
    """Raises JobRefused for an address that can never work, and where nothing could be signed."""
    if not secrets.webhook_secret:
        raise JobRefused("--webhook: deliveries are signed, and there is no secret yet: set FRAMEKILN_WEBHOOK_SECRET")
    if why := _wrong(url, settings):
        raise JobRefused(f"--webhook {redacted(url)[:200]}: {why}")


def _wrong(url: str, settings: Settings) -> str | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # a port that is none raises here
    except ValueError as error:
        return f"this is not an address: {error}"
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or not parts.hostname:
        return "write an address like https://example.com/hooks/framekiln"
    if parts.username is not None or parts.password is not None:
        return "a name and password in an address end up in logs; the signature proves who sends"
    return _wrong_host(parts, settings)


def _wrong_host(parts: SplitResult, settings: Settings) -> str | None:
    from sync.addresses import may_reach  # costs 0.1 s: only for who has a webhook

    host = "127.0.0.1" if parts.hostname == "localhost" else str(parts.hostname)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None if parts.scheme == "https" else "only https:// is delivered to"
    if parts.scheme != "https" and not (parts.scheme == "http" and address.is_loopback):
        return "only https:// is delivered to"
    if not may_reach(host, settings.allowed_addresses):
        return "this is not a public address. If nodes may reach it, name its network in the setting allowed_addresses"
    return None
