"""`framekiln cache`: what a person reads there, and what it removes."""

import json
import os
import time
from pathlib import Path

import pytest

from app.cli.main import run
from render_engine.cache_folder import VARIABLE
from render_engine.segments.journal import Journal

A, B = "aa" * 16, "bb" * 16


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Two segments: one used today, one two weeks ago."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    journal = Journal.open()
    for key, days in ((A, 0), (B, 14)):
        partial = journal.partial(key)
        partial.write_bytes(key.encode() * 100_000)
        path = journal.add(key, partial)
        os.utime(path, (time.time() - days * 86400,) * 2)
    return journal


def test_it_tells_where_how_much_and_how_old(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"Folder    {journal.folder}"
    assert said[1].startswith("Kept      6.4 MB of at most ")
    assert said[2:] == [
        "Segments  2 (6.4 MB)",
        "          1 (3.2 MB) last used in the last day",
        "          1 (3.2 MB) last used in the last month",
    ]


def test_an_empty_cache_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert run(["cache"]) == 0
    assert "Segments  none" in capsys.readouterr().out


def test_max_size_sets_the_limit_and_keeps_to_it(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache", "--max-size", "5 MB"]) == 0
    said = capsys.readouterr().out
    assert "Removed   1 (3.2 MB)" in said
    assert "3.2 MB of at most 5.0 MB" in said
    assert journal.limit == 5_000_000
    assert journal.has(A)
    assert not journal.has(B)


def test_clear_empties_but_what_is_in_use_and_says_so(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    with journal.using([A]):
        assert run(["cache", "--clear"]) == 0
    said = capsys.readouterr().out
    assert "Removed   1 (3.2 MB)" in said
    assert "In use    3.2 MB stay: a render that is running needs them" in said
    assert journal.has(A)


def test_other_versions_are_told_and_pruned(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    place = journal.folder / "segments" / "0therone" / "cc" / "cc-00"
    place.parent.mkdir(parents=True)
    place.write_bytes(bytes(2000))
    run(["cache"])
    assert "Unusable  1 (2.0 kB), of other versions of Framekiln: --prune removes them" in capsys.readouterr().out
    run(["cache", "--prune"])
    said = capsys.readouterr().out
    assert "Removed   1 (2.0 kB)" in said
    assert "Unusable" not in said


def test_json_has_plain_numbers(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache", "--clear", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["segments"], facts["kept_bytes"], facts["removed"], facts["freed_bytes"]) == (0, 0, 2, 6_400_000)


@pytest.mark.parametrize(
    ("text", "size"), [("500MB", 500e6), ("1.5 GiB", 1.5 * 2**30), ("2t", 2e12), ("20gb", 20e9), ("7 KB", 7000)]
)
def test_sizes_are_read_as_people_write_them(journal: Journal, text: str, size: float) -> None:
    assert run(["cache", "--max-size", text]) == 0
    assert journal.limit == size


@pytest.mark.parametrize("text", ["20", "GB", "-5GB", "1,5GB", "20 elephants", "", "9" * 5000 + "GB"])
def test_nonsense_is_refused_with_an_example(journal: Journal, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache", f"--max-size={text}"]) == 2
    assert "is not a size: write a number and a unit, like 500MB, 20GB or 1.5TB" in capsys.readouterr().err
    assert journal.has(A)


def test_a_limit_of_nothing_is_refused(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache", "--max-size", "0GB"]) == 2
    assert "--clear" in capsys.readouterr().err


def test_a_cache_that_cannot_be_used_is_an_error_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "a-file"))
    assert run(["cache"]) == 2
    assert f'The cache folder "{tmp_path / "a-file" / "journal"}" cannot be written to' in capsys.readouterr().err
