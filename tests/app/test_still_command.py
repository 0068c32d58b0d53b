"""framekiln still: single pictures and contact sheets."""

from pathlib import Path

import pytest
from PIL import Image

from app.cli.contact_sheet import CELL, GAP, LABEL
from app.cli.main import run
from app.cli.words import clock, time_words


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.webp", "WEBP")]
)
def test_the_ending_says_the_format(film: Path, tmp_path: Path, name: str, kind: str):
    assert run(["still", str(film), "--at", "1.5s", "-o", str(tmp_path / name)]) == 0
    with Image.open(tmp_path / name) as picture:
        assert (picture.format, picture.size) == (kind, (160, 90))
        red, green, blue = picture.convert("RGB").getpixel((3, 3))
    assert red < 8
    assert green < 8
    assert blue > 247


def test_a_transparent_frame_keeps_its_transparency_but_in_jpeg(film: Path, tmp_path: Path):
    film.write_text(film.read_text().replace('"background": "red"', '"background": "#ffffff80"'))
    for name in ("a.png", "a.jpg"):
        assert run(["still", str(film), "--at", "0", "-o", str(tmp_path / name)]) == 0
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.getpixel((3, 3)) == (255, 255, 255, 128)
    with Image.open(tmp_path / "a.jpg") as picture:
        assert picture.getpixel((3, 3)) == (128, 128, 128)


def test_several_moments_make_a_contact_sheet(film: Path, tmp_path: Path):
    moments = [word for at in ("0", "0.5s", "10", "1.9s") for word in ("--at", at)]
    assert run(["still", str(film), *moments, "-o", str(tmp_path / "sheet.png")]) == 0
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (GAP + 2 * (160 + GAP), GAP + 2 * (90 + LABEL))
        assert sheet.getpixel((GAP + 3, GAP + 3)) == (255, 0, 0)
        assert sheet.getpixel((GAP + 160 + GAP + 3, GAP + 90 + LABEL + 3)) == (0, 0, 255)


def test_large_frames_are_small_on_a_sheet(film: Path, tmp_path: Path):
    words = ["still", str(film), "--size", "1600x900", "--at", "0", "--at", "1s", "-o", str(tmp_path / "sheet.jpg")]
    assert run(words) == 0
    with Image.open(tmp_path / "sheet.jpg") as sheet:
        assert sheet.width == GAP + 2 * (CELL + GAP)


def test_a_moment_after_the_end_is_refused(film: Path, tmp_path: Path, capsys):
    assert run(["still", str(film), "--at", "2s", "-o", str(tmp_path / "a.png")]) == 2
    assert "lasts 2 s" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_an_unknown_ending_is_refused_with_those_known(film: Path, tmp_path: Path, capsys):
    assert run(["still", str(film), "--at", "0", "-o", str(tmp_path / "a.bmp")]) == 2
    assert ".png" in capsys.readouterr().err


def test_times_are_told_as_people_write_them():
    from fractions import Fraction

    assert [time_words(Fraction(t)) for t in ("1.5", "0", "62.5", "60", "59.94")] == [
        "1.5 s",
        "0 s",
        "1:02.5",
        "1:00",
        "59.94 s",
    ]
    assert [clock(t) for t in (0, 59.6, 3661)] == ["0:00", "1:00", "1:01:01"]
