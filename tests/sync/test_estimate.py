"""When queued jobs may start: a guess from what runs, what ran, and who is there."""

from __future__ import annotations

from typing import Any

import pytest

from sync.estimate import Rates, estimate, rates

NOW = 10_000_000
KNOWN = Rates({"short": 10.0, "long": 100.0}, 20.0)


def queued(id: str, label: str = "short", not_before: int = 0) -> dict[str, Any]:
    return {"id": id, "label": label, "state": "queued", "not_before": not_before, "now": NOW}


def running(eta: float | None, percent: float = 0.0, state: str = "running") -> dict[str, Any]:
    return {"id": "r", "label": "long", "state": state, "eta": eta, "percent": percent, "now": NOW}


def node(slots: int = 1, **other: Any) -> dict[str, Any]:
    there = {"slots": slots, "state": "active", "disabled": 0, "paused_until": 0, "seen_at": NOW, "now": NOW}
    return there | other


def test_jobs_follow_each_other_in_one_slot():
    guess = estimate([running(5.0), queued("a"), queued("b", "long"), queued("c", "other")], [node()], KNOWN)
    assert guess.starts == {"a": 5.0, "b": 15.0, "c": 115.0}
    assert guess.all == 135.0


def test_each_goes_to_the_slot_that_is_free_first():
    guess = estimate([running(50.0), queued("a", "long"), queued("b")], [node(), node(2)], KNOWN)
    assert guess.starts == {"a": 0.0, "b": 0.0}
    assert guess.all == 100.0


def test_what_is_tried_again_later_starts_no_sooner():
    assert estimate([queued("a", not_before=NOW + 30_000)], [node()], KNOWN).starts == {"a": 30.0}


@pytest.mark.parametrize(("percent", "left"), [(0.0, 100.0), (75.0, 25.0), (400.0, 0.0)])
def test_what_runs_without_a_word_is_judged_by_what_ran(percent: float, left: float):
    assert estimate([running(None, percent)], [node()], KNOWN).all == left


def test_what_is_uploaded_is_as_good_as_done():
    assert estimate([running(None, 100, "uploading")], [node()], KNOWN).all == 0.0


@pytest.mark.parametrize("there", [{"disabled": 1}, {"state": "draining"}, {"paused_until": NOW + 1}, {"seen_at": 0}])
def test_nothing_is_said_where_nobody_takes_jobs(there: dict[str, Any]):
    guess = estimate([queued("a")], [node(**there)], KNOWN)
    assert (guess.starts, guess.all) == ({}, None)


def test_nothing_is_said_where_nothing_ever_ran():
    guess = estimate([queued("a"), queued("b")], [node()], rates([]))
    assert (guess.starts.get("b"), guess.all) == (None, None)


def test_rates_are_of_what_succeeded():
    def ended(label: str, seconds: int, state: str = "succeeded") -> dict[str, Any]:
        return {"label": label, "state": state, "started_at": NOW, "ended_at": NOW + 1000 * seconds}

    known = rates([ended("a", 1), ended("a", 3), ended("a", 200), ended("b", 9), ended("b", 1, "failed")])
    assert (known.seconds("a"), known.seconds("b"), known.seconds("c")) == (3.0, 9.0, 6.0)
