"""Times and ranges as people write them."""

from fractions import Fraction

import pytest

from render_engine.errors import BadInput
from render_engine.times import parse_moment, parse_range

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2s", 2),
        ("1.5s", Fraction(3, 2)),
        (".1s", Fraction(1, 10)),
        ("250ms", Fraction(1, 4)),
        ("1:02.5", Fraction(125, 2)),
        ("1:00:00", 3600),
    ],
)
def test_a_time_is_exact(text: str, seconds: Fraction):
    assert parse_moment(text).seconds_at(NTSC) == seconds


def test_a_whole_number_is_a_frame():
    assert parse_moment("30000").seconds_at(NTSC) == 1001
    assert parse_moment("60").frame_at(NTSC) == 60


def test_a_time_becomes_the_nearest_frame():
    assert parse_moment("10s").frame_at(NTSC) == 300  # 299.7


@pytest.mark.parametrize("text", ["", "1.5", "-1s", "2 s", "1:2", "s", "nans", "1e9s", "١s"])
def test_what_could_mean_two_things_is_refused(text: str):
    with pytest.raises(BadInput, match="is not a time"):
        parse_moment(text)


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("60:150", (60, 150)),
        ("2s:5s", (60, 150)),
        ("2s:", (60, None)),
        (":5s", (None, 150)),
        ("1s:45", (30, 45)),
        ("1:02:1:05", (1860, 1950)),
        ("0:01.5:0:02", (45, 60)),
        ("1:02:10:05", (1860, 18150)),
        ("1:30:", (2700, None)),
    ],
)
def test_a_range_is_frames_up_to_its_end(text: str, frames: tuple[int | None, int | None]):
    assert parse_range(text).frames_at(Fraction(30)) == frames


@pytest.mark.parametrize("text", ["", ":", "5s", "a:b", "1s:2s:3s", "2s-5s"])
def test_a_wrong_range_is_refused(text: str):
    with pytest.raises(BadInput, match="is not a range"):
        parse_range(text)
