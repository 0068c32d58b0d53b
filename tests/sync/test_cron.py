"""When a schedule comes next: as cron counts, in its own time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from render_engine.errors import BadInput
from sync.cron import MOST_COUNTED, cron

HOUR = 3_600_000


def ms(text: str, zone: str = "UTC", fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


def times(text: str, since: str, count: int, zone: str = "Europe/Vienna") -> list[str]:
    """The next times, as the zone's clock shows them."""
    schedule, time, shown = cron(text, zone), ms(since, zone) - 1, []
    for _ in range(count):
        later = schedule.after(time)
        assert later
        assert later > time
        time = later
        shown.append(datetime.fromtimestamp(time / 1000, ZoneInfo(zone)).strftime("%a %d.%m. %H:%M"))
    return shown


def test_a_time_that_is_now_is_not_the_next_one() -> None:
    six = ms("2026-11-21T06:00")
    assert cron("0 6 * * *", "UTC").after(six) == six + 24 * HOUR
    assert cron("0 6 * * *", "UTC").after(six - 1) == six


@pytest.mark.parametrize("day", ["0", "7", "sun", "SUN"])
def test_sunday_is_0_and_7(day: str) -> None:
    assert times(f"0 6 * * {day}", "2026-11-16", 2) == ["Sun 22.11. 06:00", "Sun 29.11. 06:00"]


@pytest.mark.parametrize("days", ["1-5", "mon-fri", "1,2,3,4,5", "1-5/1"])
def test_weekdays_by_number_and_name_are_the_same(days: str) -> None:
    shown = times(f"0 6 * * {days}", "2026-11-20", 3)
    assert shown == ["Fri 20.11. 06:00", "Mon 23.11. 06:00", "Tue 24.11. 06:00"]


@pytest.mark.parametrize("days", ["sat-sun", "6-7", "6,0", "sat,sun", "6-0"])
def test_a_weekend_may_go_over_the_end_of_the_week(days: str) -> None:
    assert times(f"0 6 * * {days}", "2026-11-20", 2) == ["Sat 21.11. 06:00", "Sun 22.11. 06:00"]


def test_a_date_or_a_weekday_fits_where_both_are_said() -> None:
    assert times("0 6 13 * fri", "2026-11-12", 3) == ["Fri 13.11. 06:00", "Fri 20.11. 06:00", "Fri 27.11. 06:00"]
    assert "Sun 13.12. 06:00" in times("0 6 13 * fri", "2026-12-01", 4)


def test_steps_lists_and_months_by_name() -> None:
    assert times("*/20 8-9 1 jan,jul *", "2026-06-01", 3) == [
        "Wed 01.07. 08:00",
        "Wed 01.07. 08:20",
        "Wed 01.07. 08:40",
    ]
    assert times("10/25 8 * * *", "2026-06-01", 2) == ["Mon 01.06. 08:10", "Mon 01.06. 08:35"]
    assert times("@monthly", "2026-06-02", 1) == ["Wed 01.07. 00:00"]


def test_six_in_the_morning_stays_six_when_clocks_change() -> None:
    assert times("0 6 * * *", "2026-03-28", 3) == ["Sat 28.03. 06:00", "Sun 29.03. 06:00", "Mon 30.03. 06:00"]
    schedule = cron("0 6 * * *", "Europe/Vienna")
    assert schedule.after(ms("2026-03-28T05:00")) == ms("2026-03-29T04:00")
    assert schedule.after(ms("2026-10-24T04:00")) == ms("2026-10-25T05:00")


def test_a_time_that_is_skipped_in_spring_comes_an_hour_later_that_day() -> None:
    assert times("30 2 * * *", "2026-03-28", 3) == ["Sat 28.03. 02:30", "Sun 29.03. 03:30", "Mon 30.03. 02:30"]


def test_a_time_that_comes_twice_in_autumn_is_taken_once() -> None:
    schedule = cron("30 2 * * *", "Europe/Vienna")
    once = schedule.after(ms("2026-10-24T12:00"))
    assert once == ms("2026-10-25T00:30")
    assert schedule.after(once) == ms("2026-10-26T01:30")


def test_every_hour_is_every_hour_whatever_the_clocks_do() -> None:
    schedule, time = cron("0 * * * *", "Europe/Vienna"), ms("2026-10-24T20:00")
    for _ in range(10):
        assert schedule.after(time) == time + HOUR
        time += HOUR


def test_a_zone_is_its_own_and_the_machines_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert cron("0 6 * * *", "Asia/Kathmandu").after(ms("2026-11-21T00:00")) == ms("2026-11-21T00:15")


def test_missed_times_are_counted_up_to_the_last_one() -> None:
    schedule = cron("0 6 * * *", "UTC")
    first = ms("2026-11-01T06:00")
    assert schedule.due(first, first + 5) == (first, 0)
    assert schedule.due(first, ms("2026-11-04T05:59")) == (ms("2026-11-03T06:00"), 2)


def test_a_year_of_missed_minutes_is_not_counted_one_by_one() -> None:
    assert cron("* * * * *", "UTC").due(ms("2025-11-01"), ms("2026-11-04T05:59:30")) == (
        ms("2026-11-04T05:59"),
        MOST_COUNTED,
    )
    yearly, last = cron("0 0 29 2 *", "UTC"), ms("2024-02-29")
    assert yearly.due(ms("2004-02-29"), ms("2026-11-04")) == (last, 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0 6 * *", "minute, hour, day"),
        ("60 6 * * *", "there are 0 to 59"),
        ("0 24 * * *", "not a hour|not an hour|there are 0 to 23"),
        ("0 6 0 * *", "there are 1 to 31"),
        ("0 6 * * xyz", "“xyz” is not a weekday"),
        ("0 6 * * mon-fri/0", "step of 0"),
        ("0 6 5-1 * *", "before the one at the beginning"),
        ("0 6 L * *", "“L” is not a day of the month"),
        ("0 6 * * fri#2", "“fri#2” is not a weekday"),
        ("0 0 30 2 *", "never comes"),
    ],
)
def test_nonsense_is_refused_with_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        cron(text, "UTC")


@pytest.mark.parametrize("zone", ["Europe/Wien", "Europe", "../etc/passwd", ""])
def test_a_zone_that_is_none_is_told(zone: str) -> None:
    with pytest.raises(BadInput, match="is not a time zone"):
        cron("0 6 * * *", zone)
