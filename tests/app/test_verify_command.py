"""framekiln verify: what is said, and the exit code."""

import json
from pathlib import Path

import pytest

from app.cli.main import run


@pytest.fixture
def output(film: Path, tmp_path: Path, capsys) -> Path:
    path = tmp_path / "out.mp4"
    assert run(["render", str(film), "-o", str(path)]) == 0
    capsys.readouterr()
    return path


def test_a_proved_file_is_told_line_by_line(output: Path, capsys):
    assert run(["verify", str(output), "--frames", "2"]) == 0
    *lines, verdict = capsys.readouterr().out.splitlines()
    assert all(line.startswith("✓ ") for line in lines)
    assert len([line for line in lines if "is what the composition shows" in line]) == 2
    assert verdict == f"{output} is what its receipt says"


def test_a_changed_file_is_refuted(output: Path, capsys):
    output.write_bytes(output.read_bytes() + b"!")
    assert run(["verify", str(output)]) == 1
    told = capsys.readouterr().out
    assert "✗ out.mp4 has grown" in told
    assert told.splitlines()[-1] == f"{output} is NOT proved: one check says otherwise"


def test_a_file_without_a_receipt_is_bad_input(tmp_path: Path, capsys):
    (tmp_path / "mine.mp4").write_bytes(b"x")
    assert run(["verify", str(tmp_path / "mine.mp4")]) == 2
    assert "mine.mp4 has no receipt" in capsys.readouterr().err


def test_json_tells_each_finding_and_the_verdict(output: Path, capsys):
    assert run(["verify", str(output), "--json", "--seed", "1", "--frames", "0"]) == 0
    *found, done = map(json.loads, capsys.readouterr().out.splitlines())
    assert {each["event"] for each in found} == {"finding"}
    assert found[0].keys() == {"event", "check", "proved", "message"}
    assert "frame" not in {each["check"] for each in found}
    assert done == {"event": "done", "path": str(output), "proved": True, "refuted": 0}
