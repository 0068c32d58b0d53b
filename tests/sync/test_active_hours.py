"""When a node takes jobs, by the clock on the wall."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sync.active_hours import parse
from sync.errors import SettingsError

VIENNA = ZoneInfo("Europe/Vienna")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour


def at(text: str, zone: ZoneInfo = VIENNA, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


def active(hours: str, *times: str) -> list[bool]:
    return [parse(hours, VIENNA).is_active(at(time)) for time in times]


def test_hours_over_midnight_hold_their_first_minute_and_not_their_last() -> None:
    times = ("2026-11-20T21:59:59", "2026-11-20T22:00", "2026-11-21T06:59:59", "2026-11-21T07:00")
    assert active("22:00-07:00", *times) == [False, True, True, False]


def test_a_range_is_of_the_day_on_which_it_begins() -> None:
    friday_night, monday_early, sunday_night = "2026-11-21T03:00", "2026-11-23T03:00", "2026-11-22T23:00"
    assert active("mon-fri 22:00-07:00", friday_night, monday_early, sunday_night) == [True, False, False]


def test_several_ranges_and_whole_days_together() -> None:
    hours = "mon-fri 22:00-07:00, sat-sun"
    assert active(hours, "2026-11-21T12:00", "2026-11-22T23:59", "2026-11-23T00:00", "2026-11-23T22:30") == [
        True,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("hours", "days"), [("sat-mon", "mon sat sun"), ("Tuesday friday", "tue fri"), ("mon-wed", "mon tue wed")]
)
def test_days_may_go_over_the_weekend_stand_alone_and_be_written_out(hours: str, days: str) -> None:
    week = [f"2026-11-{day}T12:00" for day in range(16, 23)]  # from a Monday
    assert active(hours, *week) == [day in days.split() for day in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]


def test_nothing_is_always() -> None:
    always = parse("", VIENNA)
    assert always.is_active(at("2026-11-21T12:00"))
    assert always.seconds_until_change(at("2026-11-21T12:00")) == math.inf


def test_ranges_that_meet_are_one() -> None:
    assert parse("08:00-12:00, 12:00-18:00", VIENNA).seconds_until_change(at("2026-11-21T08:00")) == 10 * 3600
    assert parse("00:00-24:00", VIENNA).seconds_until_change(at("2026-11-21T08:00")) == math.inf


def test_the_change_is_told_to_the_second() -> None:
    hours = parse("mon 22:15-07:00", VIENNA)
    assert hours.seconds_until_change(at("2026-11-21T12:00:30.5")) == pytest.approx((2 * 24 + 10.25) * 3600 - 30.5)
    assert hours.seconds_until_change(at("2026-11-23T22:15")) == 8.75 * 3600


def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    hours = parse("22:00-07:00", VIENNA)
    assert hours.seconds_until_change(at("2026-03-28T22:00")) == 8 * 3600
    assert hours.seconds_until_change(at("2026-10-24T22:00")) == 10 * 3600


def test_a_border_that_a_clock_never_shows_is_where_the_clock_jumps() -> None:
    """At 02:00 it is 03:00: the range that would begin at 02:30 has begun, the one that would end then has ended."""
    jump = at("2026-03-29T01:59:59") + 1
    assert parse("02:30-05:00", VIENNA).seconds_until_change(at("2026-03-29T01:00")) == 3600
    assert parse("22:00-02:30", VIENNA).is_active(jump - 1)
    assert not parse("22:00-02:30", VIENNA).is_active(jump)


def test_an_hour_that_comes_twice_counts_twice() -> None:
    hours = parse("02:30-05:00", VIENNA)
    once, again = at("2026-10-25T02:30"), at("2026-10-25T02:30", fold=1)
    assert again - once == 3600
    assert hours.is_active(once)
    assert hours.seconds_until_change(once) == 1800  # the clock goes back to 02:00
    assert not hours.is_active(once + 1800)
    assert hours.seconds_until_change(once + 1800) == 1800


@pytest.mark.parametrize("zone", [VIENNA, LORD_HOWE, ZoneInfo("Asia/Kathmandu")])
def test_the_told_change_is_the_next_one_at_every_time_of_the_year(zone: ZoneInfo) -> None:
    """By looking each ten minutes: nothing changes before it, and then it does."""
    hours = parse("mon-fri 21:50-02:20, sat 01:30-02:40", zone)
    for day in range(0, 365, 13):
        wall = at("2026-01-01T00:00", zone) + timedelta(days=day).total_seconds() + day * 600
        change = wall + hours.seconds_until_change(wall)
        assert hours.is_active(change) != hours.is_active(wall) == hours.is_active(change - 1)
        assert all(hours.is_active(wall) == hours.is_active(wall + step) for step in range(0, int(change - wall), 600))


@pytest.mark.parametrize(
    "nonsense",
    [
        "night",
        "22-07",
        "22:00",
        "25:00-07:00",
        "22:60-07:00",
        "24:01-07:00",
        "mon-xyz 22:00-07:00",
        "monkey",
        "mo",
        "8:00-8:00",
    ],
)
def test_nonsense_is_refused_with_an_example(nonsense: str) -> None:
    with pytest.raises(SettingsError, match=r"22:00-07:00|00:00-24:00") as refused:
        parse(nonsense, VIENNA)
    assert "active hours" in str(refused.value)
