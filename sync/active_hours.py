"""When a node takes jobs: `22:00-07:00`, or by days: `mon-fri 22:00-07:00, sat-sun`.

Hours are what a clock on the wall shows. So on the nights when the clocks are changed a range is an hour shorter or
longer, and never skipped. A range over midnight is of the day on which it begins.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sync.errors import SettingsError
from sync.zones import local_zone

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60  # minutes
LOOK_AHEAD = 8 * DAY  # a week has every change, and one more day the night when clocks are changed

_PART = re.compile(r"(?P<days>[a-z][a-z -]*?)?\s*(?P<hours>\d{1,2}:\d{2}\s*[-–]\s*\d{1,2}:\d{2})?")
_EXAMPLE = 'write them like "22:00-07:00", or "mon-fri 22:00-07:00, sat-sun"'


@dataclass(frozen=True)
class Range:
    days: frozenset[int]  # on which it begins; 0 is Monday
    begin: int  # minutes after midnight
    end: int  # past 24 × 60: of the next day

    def holds(self, day: int, minute: int) -> bool:
        today = day in self.days and self.begin <= minute < self.end
        since_yesterday = (day - 1) % 7 in self.days and minute + DAY < self.end
        return today or since_yesterday


@dataclass(frozen=True)
class ActiveHours:
    """No ranges: always."""

    ranges: tuple[Range, ...]
    zone: tzinfo

    def is_active(self, wall: float) -> bool:
        """`wall` in seconds since the epoch."""
        there = datetime.fromtimestamp(wall, self.zone)
        minute = there.hour * 60 + there.minute
        return not self.ranges or any(hours.holds(there.weekday(), minute) for hours in self.ranges)

    def seconds_until_change(self, wall: float) -> float:
        """Until it begins or ends; infinite where it never does."""
        if not self.ranges:
            return math.inf
        active = self.is_active(wall)
        this_minute = wall // 60 * 60  # offsets of zones are whole minutes, and so are our borders
        later = (this_minute + 60 * minutes for minutes in range(1, LOOK_AHEAD + 1))
        return next((moment - wall for moment in later if self.is_active(moment) != active), math.inf)


def parse(text: str, zone: tzinfo | None = None) -> ActiveHours:
    """Raises SettingsError with an example. Empty: always. Without a zone: this machine's."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return ActiveHours(tuple(map(_range, parts)), zone or local_zone())


def _range(part: str) -> Range:
    found = _PART.fullmatch(part.lower())
    if not found:
        raise _not_hours(part)
    days = _days(found["days"], part) if found["days"] else frozenset(range(7))
    if not found["hours"]:
        return Range(days, 0, DAY)
    begin, end = (_minutes(time.strip(), part) for time in re.split("[-–]", found["hours"]))
    if begin == end:
        raise SettingsError(f"active hours “{part}” begin when they end: for the whole day write 00:00-24:00")
    return Range(days, begin, end if end > begin else end + DAY)


def _days(text: str, part: str) -> frozenset[int]:
    """`mon-fri`, `sat-mon`, `mon wed fri`."""
    days: set[int] = set()
    for word in re.sub(r"\s*-\s*", "-", text).split():
        first, _, last = word.partition("-")
        begin, end = _day(first, part), _day(last or first, part)
        days |= {day % 7 for day in range(begin, (end if end >= begin else end + 7) + 1)}
    return frozenset(days)


def _day(word: str, part: str) -> int:
    meant = [number for number, name in enumerate(DAYS) if len(word) >= 3 and name.startswith(word)]
    if not meant:
        raise _not_hours(part, f"“{word}” is not a day")
    return meant[0]


def _minutes(text: str, part: str) -> int:
    hours, minutes = map(int, text.split(":"))
    if minutes > 59 or hours * 60 + minutes > DAY:
        raise _not_hours(part, f"there is no {text}")
    return hours * 60 + minutes


def _not_hours(part: str, why: str = "") -> SettingsError:
    return SettingsError(f"active hours “{part}” cannot be read{': ' + why if why else ''}: {_EXAMPLE}")
