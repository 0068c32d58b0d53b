"""What goes from the journal and what stays: the least used goes first, what is in use never, leftovers always."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from render_engine.segments.journal import Journal
from tests.render.test_journal import add, program

A, B, C = "aa" * 16, "bb" * 16, "cc" * 16


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Three segments of 1000 bytes, A used longest ago."""
    journal = Journal(tmp_path / "journal")
    for days, key in ((3, A), (2, B), (1, C)):
        used = time.time() - days * 86400
        os.utime(add(journal, key, key[:1].encode() * 1000), (used, used))
    return journal


def there(journal: Journal) -> list[str]:
    return [key for key in (A, B, C) if journal.has(key)]


def of_another_engine(journal: Journal) -> Path:
    place = journal.folder / "segments" / "0therone" / "dd" / f"{'dd' * 16}-00"
    place.parent.mkdir(parents=True)
    place.write_bytes(bytes(1000))
    return place


def test_least_recently_used_goes_first(journal: Journal) -> None:
    pruned = journal.prune(2000)
    assert there(journal) == [B, C]
    assert (pruned.removed, pruned.freed_bytes, pruned.kept_bytes) == (1, 1000, 2000)


def test_finding_a_segment_is_using_it(journal: Journal) -> None:
    journal.find(A)
    journal.prune(1000)
    assert there(journal) == [A]


def test_nothing_goes_below_the_limit(journal: Journal) -> None:
    assert journal.prune(3000).removed == 0
    assert there(journal) == [A, B, C]


def test_what_is_in_use_never_goes(journal: Journal) -> None:
    with journal.using([A]) as claim:
        claim.extend([B])
        pruned = journal.prune(0)
        assert there(journal) == [A, B]
        assert (pruned.removed, pruned.kept_bytes, pruned.in_use_bytes) == (1, 2000, 2000)
    journal.prune(0)
    assert there(journal) == []


def test_what_another_process_uses_never_goes_until_it_is_killed(journal: Journal) -> None:
    code = """
journal = Journal(Path(sys.argv[1]))
with journal.using([sys.argv[2]]), journal.work_folder() as work:
    (work / "lists").write_bytes(bytes(100))
    journal.partial(sys.argv[2]).write_bytes(b"unfinished")
    print("ready", flush=True)
    time.sleep(60)
"""
    ours = set((journal.folder / "work").iterdir())
    user = program(code, journal.folder, A)
    assert user.stdout is not None
    assert user.stdout.readline() == "ready\n"
    journal.prune(0)
    assert there(journal) == [A]
    assert len(set((journal.folder / "work").iterdir()) - ours) == 2  # its render's and its desk

    user.send_signal(signal.SIGKILL)
    user.communicate()
    journal.prune(0)
    assert there(journal) == []
    assert set((journal.folder / "work").iterdir()) == ours
    assert list((journal.folder / "claims").iterdir()) == []


def test_our_own_unfinished_files_stay(journal: Journal) -> None:
    partial = journal.partial(A)
    partial.write_bytes(b"growing")
    with journal.work_folder() as work:
        journal.prune(0, others=True)
        assert partial.exists()
        assert work.exists()
    assert not work.exists()
    partial.unlink()


def test_other_engines_segments_go_first(journal: Journal) -> None:
    other = of_another_engine(journal)
    journal.prune(3000)
    assert there(journal) == [A, B, C]
    assert not other.exists()


def test_other_engines_segments_stay_where_there_is_room_unless_asked(journal: Journal) -> None:
    other = of_another_engine(journal)
    journal.prune(10_000)
    assert other.exists()
    journal.prune(10_000, others=True)
    assert not other.exists()
    assert there(journal) == [A, B, C]


def test_the_limit_stands_in_the_folder(journal: Journal) -> None:
    journal.set_limit(1500)
    assert Journal(journal.folder).limit == 1500
    journal.prune()
    assert there(journal) == [C]


def test_without_a_limit_at_most_20_gb_and_half_of_the_room_are_taken(journal: Journal) -> None:
    room = shutil.disk_usage(journal.folder).free
    assert journal.limit <= min(20e9, room / 2 + 50e6)  # others write to the disk meanwhile
    (journal.folder / "limit").write_text("no number")
    assert journal.limit > 0


def test_a_thousand_segments_are_pruned_in_a_moment(journal: Journal) -> None:
    for number in range(1000):
        place = journal.folder / "segments" / "0therone" / f"{number % 256:02x}" / f"{number:032x}-00"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    begun = time.process_time()
    journal.prune()
    assert time.process_time() - begun < 0.5
