"""`0 6 * * mon-fri` in a time zone: when it comes next.

The five fields are read here, as cron reads them: 0 and 7 are Sunday, and a day fits if its date or its weekday does
where both are said. APScheduler computes the times; it counts weekdays from Monday, so it is given their names.

When clocks go back an hour comes twice: an hour that is said (`30 2 * * *`) is taken once, and `*` both times. When
they go forward, a time that never comes is taken by as much later as the clocks went forward.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from render_engine.errors import BadInput
from sync.zones import zone_named

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
MOST_COUNTED = 1000  # of missed runs: beyond that nobody wants to know

_ITEM = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d+))?")


@dataclass(frozen=True)
class Field:
    name: str
    least: int
    most: int
    names: Mapping[str, int]

    def numbers(self, text: str) -> list[int]:
        """What `1,5-9,*/15` stands for, sorted. Raises BadInput."""
        return sorted({number for item in text.split(",") for number in self._item(item)})

    def _item(self, item: str) -> range:
        found = _ITEM.fullmatch(item)
        if not found or (found["first"] == "*" and found["last"]):
            raise BadInput(f"“{item}” is not a {self.name}: write a number, 1-5, */15, or several with commas")
        step = int(found["step"] or 1)
        if step == 0:
            raise BadInput(f"“{item}”: a step of 0 comes nowhere")
        if found["first"] == "*":
            return range(self.least, self.most + 1, step)
        first = self._number(found["first"])
        last = self._number(found["last"]) if found["last"] else self.most if found["step"] else first
        if self.name == "weekday" and last < first:
            last += 7  # fri-mon, and sat-sun as cron counts it
        if last < first:
            raise BadInput(f"“{item}”: the {self.name} at the end is before the one at the beginning")
        return range(first, last + 1, step)

    def _number(self, word: str) -> int:
        number = self.names.get(word.lower(), int(word) if word.isascii() and word.isdigit() else None)
        if number is None or not self.least <= number <= self.most:
            raise BadInput(f"“{word}” is not a {self.name}: there are {self.least} to {self.most}")
        return number


FIELDS = (
    Field("minute", 0, 59, {}),
    Field("hour", 0, 23, {}),
    Field("day of the month", 1, 31, {}),
    Field("month", 1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    Field("weekday", 0, 7, {name: number for number, name in enumerate(WEEKDAYS)}),
)


@dataclass(frozen=True)
class Cron:
    """Made by `cron`. Times are whole milliseconds since the epoch, as in the queue."""

    text: str
    timezone: str

    def after(self, time: int) -> int | None:
        """The next time that is later; none where it never comes."""
        now = datetime.fromtimestamp(time // 1000 + 1, UTC)
        found = self._trigger.get_next_fire_time(None, now.astimezone(self._zone))
        while found is not None and found.fold and self._hour_is_said:
            later = datetime.fromtimestamp(found.timestamp() + 1, UTC)
            found = self._trigger.get_next_fire_time(None, later.astimezone(self._zone))
        return None if found is None else round(found.timestamp() * 1000)

    def due(self, first: int, now: int) -> tuple[int, int]:
        """Of the times from `first` to `now`, the last one, and how many there are before it (1,000 at most)."""
        last, missed = first, 0
        while (later := self.after(last)) is not None and later <= now:
            if missed == MOST_COUNTED:
                return self._last_before(now), missed
            last, missed = later, missed + 1
        return last, missed

    def _last_before(self, now: int) -> int:
        """Found from nearby: looked for in a stretch that doubles until it has one."""
        stretch = 60_000
        while (found := self.after(now - stretch)) is None or found > now:
            stretch *= 2
        while (later := self.after(found)) is not None and later <= now:
            found = later
        return found

    @cached_property
    def _zone(self) -> Any:
        return zone_named(self.timezone)

    @property
    def _hour_is_said(self) -> bool:
        return not _words(self.text)[1].startswith("*")

    @cached_property
    def _trigger(self) -> Any:
        from apscheduler.triggers.combining import OrTrigger
        from apscheduler.triggers.cron import CronTrigger

        words = _words(self.text)
        minute, hour, day, month, weekday = map(_for_apscheduler, words, FIELDS)
        common = {"minute": minute, "hour": hour, "month": month, "timezone": self._zone}
        if words[2].startswith("*") or words[4].startswith("*"):
            return CronTrigger(day=day, day_of_week=weekday, **common)
        return OrTrigger([CronTrigger(day=day, **common), CronTrigger(day_of_week=weekday, **common)])


def cron(text: str, timezone: str) -> Cron:
    """Raises BadInput with what is wrong of it, or when it never comes (30 February)."""
    made = Cron(" ".join(text.split()), timezone)
    if len(_words(made.text)) != len(FIELDS):
        raise BadInput(
            f"“{text[:60]}” is not a schedule: write minute, hour, day, month and weekday, "
            f'like "0 6 * * mon-fri" for weekdays at six, or one of {", ".join(NICKNAMES)}'
        )
    zone_named(timezone)
    try:
        comes = made.after(0)
    except BadInput as error:
        raise BadInput(f"“{text}”: {error}") from error
    if comes is None:
        raise BadInput(f"“{text}” never comes: no month has such a day")
    return made


def _words(text: str) -> Sequence[str]:
    return NICKNAMES.get(text.lower(), text).split()


def _for_apscheduler(word: str, field: Field) -> str:
    numbers = field.numbers(word)
    if word == "*":
        return word
    return ",".join(WEEKDAYS[number % 7] if field.name == "weekday" else str(number) for number in numbers)
