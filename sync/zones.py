"""Time zones by name, as a person writes them."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from render_engine.document.suggest import did_you_mean
from render_engine.errors import BadInput


def zone_named(name: str) -> ZoneInfo:
    """Raises BadInput with the name that was nearly meant."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder's name (“Europe”) is an OSError
        hint = did_you_mean(name, sorted(available_timezones())) or "they are called like Europe/Vienna."
        raise BadInput(f"“{name}” is not a time zone: {hint}") from error


def local_zone() -> tzinfo:
    """This machine's, or that of the environment's TZ."""
    from tzlocal import get_localzone

    return get_localzone()


def local_zone_name() -> str:
    """A name that every node understands; UTC where this machine's zone has none."""
    zone = local_zone()
    return zone.key if isinstance(zone, ZoneInfo) and zone.key != "local" else "UTC"


def utc(milliseconds: int) -> str:
    """`2026-11-21T06:00:00Z`."""
    from datetime import datetime

    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
