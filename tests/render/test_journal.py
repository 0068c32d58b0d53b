"""What the journal promises: what is found is whole, whoever wrote it and whatever happened to the disk."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from render_engine import engine
from render_engine.cache_folder import VARIABLE, cache_folder
from render_engine.errors import BadInput, RenderFailed
from render_engine.segments.journal import Journal

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def add(journal: Journal, key: str, data: bytes) -> Path:
    partial = journal.partial(key)
    partial.write_bytes(data)
    return journal.add(key, partial)


def program(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process that shares the journal."""
    start = "import sys, time; from pathlib import Path; from render_engine.segments.journal import Journal\n"
    words = [sys.executable, "-c", start + code, *map(str, arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_what_was_added_is_found_by_its_key_also_later(journal: Journal) -> None:
    add(journal, KEY, b"pictures")
    found = Journal(journal.folder).find(KEY)
    assert found is not None
    assert found.read_bytes() == b"pictures"
    assert journal.has(KEY)


def test_what_was_never_added_is_not_found(journal: Journal) -> None:
    assert journal.find(KEY) is None
    assert not journal.has(KEY)
    assert journal.damaged == []


def test_a_partial_file_is_moved_not_copied(journal: Journal) -> None:
    partial = journal.partial(KEY)
    partial.write_bytes(b"pictures")
    journal.add(KEY, partial)
    assert not partial.exists()


def test_a_flipped_bit_anywhere_is_found_out(journal: Journal) -> None:
    data, chance = random.Random(1).randbytes(50_000), random.Random(2)
    for place in [0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(20))]:
        path = add(journal, KEY, data)
        altered = bytearray(data)
        altered[place] ^= 1 << chance.randrange(8)
        path.write_bytes(altered)
        assert journal.find(KEY) is None
        assert not path.exists()
    assert set(journal.damaged) == {KEY}
    assert add(journal, KEY, data) == journal.find(KEY)


@pytest.mark.parametrize("size", [0, 1, 4999])
def test_a_truncated_segment_is_found_out(journal: Journal, size: int) -> None:
    path = add(journal, KEY, bytes(5000))
    os.truncate(path, size)
    assert journal.find(KEY) is None
    assert journal.damaged == [KEY]


def test_a_removed_segment_is_only_missing(journal: Journal) -> None:
    add(journal, KEY, b"pictures").unlink()
    assert journal.find(KEY) is None
    assert journal.damaged == []


def test_of_two_different_files_of_one_key_the_whole_one_is_found(journal: Journal) -> None:
    first = add(journal, KEY, b"as one encoder makes it")
    second = add(journal, KEY, b"as another one does")
    second.write_bytes(b"damaged")
    assert journal.find(KEY) == first


def test_two_processes_add_the_same_keys_at_once_while_a_third_reads(journal: Journal) -> None:
    code = """
journal = Journal(Path(sys.argv[1]))
for number in range(60):
    partial = journal.partial(f"{number:032x}")
    partial.write_bytes(bytes([number]) * 100_000)
    journal.add(f"{number:032x}", partial)
"""
    writers = [program(code, journal.folder) for _ in range(2)]
    while any(writer.poll() is None for writer in writers):
        for number in range(60):
            journal.find(f"{number:032x}")
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    assert journal.damaged == []
    for number in range(60):
        found = journal.find(f"{number:032x}")
        assert found is not None
        assert found.read_bytes() == bytes([number]) * 100_000


def test_small_things_are_kept_and_checked_too(journal: Journal) -> None:
    journal.keep("plans", KEY, b"first")
    journal.keep("plans", KEY, b"second")
    assert journal.kept("plans", KEY) == b"second"
    assert journal.kept("sounds", KEY) is None
    [path] = [entry.path for entry in journal.entries()]
    path.write_bytes(b"altered")
    assert journal.kept("plans", KEY) is None
    assert journal.damaged == [KEY]


def test_a_full_disk_is_told_with_what_to_do_and_leaves_the_journal_sound(journal: Journal) -> None:
    add(journal, KEY, bytes(50_000))
    code = """
import resource
journal = Journal(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    journal.keep("plans", "ab", bytes(200_000))
except Exception as error:
    print(type(error).__name__, error)
"""
    said = program(code, journal.folder).communicate()[0]
    assert said.startswith(f'DiskFull The disk is full: "plans" does not fit in "{journal.folder}" (')
    assert "framekiln cache --max-size" in said
    assert [entry.key for entry in journal.entries()] == [KEY]
    assert not list(journal.folder.rglob(".ab*"))
    assert journal.find(KEY)


def test_other_refusals_of_the_disk_are_told_with_the_folder(journal: Journal) -> None:
    partial = journal.partial(KEY)
    with pytest.raises(RenderFailed, match=r'journal" does not take a segment: no such file or directory'):
        journal.add(KEY, partial)  # the encoder made no file


def test_a_cache_that_cannot_be_written_to_is_replaced_for_this_process_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "a-file"))
    with pytest.raises(BadInput, match="cannot be written to"):
        Journal(tmp_path / "a-file" / "journal")
    journal = Journal.open()
    assert journal.note is not None
    assert str(tmp_path / "a-file") in journal.note
    assert VARIABLE in journal.note
    assert add(journal, KEY, b"pictures") == journal.find(KEY)


def test_a_temporary_journal_ends_with_its_process(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    code = """
import os
os.environ["FRAMEKILN_CACHE"] = sys.argv[1]
journal = Journal.open()
journal.partial("abcd").write_bytes(b"unfinished")
print(journal.folder)
"""
    folder, errors = program(code, tmp_path / "a-file").communicate()
    assert errors == ""
    assert not Path(folder.strip()).exists()


def test_the_cache_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert cache_folder() == tmp_path
    assert Journal.open().folder == tmp_path / "journal"
    monkeypatch.delenv(VARIABLE)
    assert cache_folder().name.lower() == "framekiln"


def test_two_builds_of_the_engine_are_told_apart_and_share_nothing(journal: Journal, tmp_path: Path) -> None:
    add(journal, KEY, b"pictures")
    copy = tmp_path / "other" / "render_engine"
    for source in Path(engine.__file__).parent.rglob("*.py"):
        target = copy / source.relative_to(Path(engine.__file__).parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    (copy / "color.py").write_text((copy / "color.py").read_text() + "\n# one comment more\n")
    code = """
from render_engine.engine import engine_identity
print(engine_identity(), Journal(Path(sys.argv[1])).find(sys.argv[2]))
"""
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "other")}
    start = "import sys; from pathlib import Path; from render_engine.segments.journal import Journal\n"
    words = [sys.executable, "-c", start + code, str(journal.folder), KEY]
    identity, found = subprocess.check_output(words, env=environment, text=True, cwd=tmp_path).split()
    assert len(identity) == 32
    assert identity != engine.engine_identity()
    assert found == "None"
