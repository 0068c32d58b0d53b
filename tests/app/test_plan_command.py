"""`framekiln plan` and what `framekiln render` says of segments, as a person and as a program read it."""

import json
from pathlib import Path

import pytest

from app.cli.main import run
from render_engine.cache_folder import VARIABLE

QUICK = ["--encoder", "x264", "--speed", "ultrafast"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture
def words(film: Path, tmp_path: Path) -> list[str]:
    """The film fades for 1 s of its 2 s: frames 0–7, then 8–19."""
    return [str(film), "-o", str(tmp_path / "out.mp4"), *QUICK]


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_plan_tells_how_many_segments_when_and_why(words: list[str], capsys) -> None:
    assert run(["plan", *words]) == 0
    assert said(capsys) == [
        "2 of 2 segments to render, 20 frames, no telling how long: nothing like it was rendered here yet",
        "        1–2  0 s to 2 s  not rendered before",
    ]
    assert run(["render", *words, "--workers", "1"]) == 0
    capsys.readouterr()
    assert run(["plan", *words]) == 0
    assert said(capsys) == ["nothing to draw: all 2 segments are there"]
    assert run(["plan", *words, "--set", "word=Bye"]) == 0
    first, row = said(capsys)
    assert first.startswith("2 of 2 segments to render, 20 frames, about ")
    assert row == "        1–2  0 s to 2 s  layers[1] text “Bye” changed"


def test_a_plan_as_json(words: list[str], capsys) -> None:
    assert run(["render", *words, "--range", "0:8", "--workers", "1"]) == 0
    capsys.readouterr()
    assert run(["plan", *words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["segments"], told["to_render"], told["frames"]) == (2, 1, 12)
    assert told["seconds"] > 0
    there, missing = told["rows"]
    assert there.keys() == {"segment", "first", "last", "key", "render", "why"}
    assert (there["segment"], there["first"], there["last"], there["render"], there["why"]) == (1, 0, 7, False, None)
    assert (missing["first"], missing["last"], missing["render"]) == (8, 19, True)
    assert missing["why"]


def test_a_plan_refuses_what_a_render_refuses(words: list[str], capsys) -> None:
    assert run(["plan", *words, "--range", "5:5"]) == 2
    assert "range" in capsys.readouterr().err
    assert run(["plan", *words, "--size", "161x90"]) == 2
    assert "160x90" in capsys.readouterr().err


@pytest.mark.parametrize("workers", ["0", "x", "-1", "1000"])
def test_a_number_of_workers_that_is_none_is_refused(words: list[str], workers: str, capsys) -> None:
    assert run(["render", *words, "--workers", workers]) == 2
    assert f"--workers: “{workers}” is no number of workers: 1 to 256" in capsys.readouterr().err


def test_progress_counts_what_is_left_and_says_what_was_there(words: list[str], capsys) -> None:
    assert run(["render", *words, "--range", "0:8", "--workers", "1"]) == 0
    capsys.readouterr()
    assert run(["render", *words, "--workers", "1", "--json"]) == 0
    *steps, done = map(json.loads, said(capsys))
    stages = [step["stage"] for step in steps]
    assert stages[0] == "draw"
    assert set(stages) <= {"draw", "sound", "finish"}
    assert [(step["segments"], step["reused"], step["alike"]) for step in steps] == [(2, 1, 0)] * len(steps)
    drawn = [step for step in steps if step["stage"] == "draw"]
    assert [step["frames"] for step in drawn] == [12] * len(drawn)  # the other 8 are there
    assert (drawn[0]["frame"], drawn[0]["fps"], drawn[0]["eta"]) == (0, 0, None)
    assert (drawn[-1]["frame"], drawn[-1]["eta"]) == (12, 0)
    assert drawn[-1]["fps"] > 0
    assert [step["frame"] for step in drawn] == sorted(step["frame"] for step in drawn)
    assert (done["segments"], done["reused"], done["alike"], done["drawn"], done["workers"]) == (2, 1, 0, 12, 1)


def test_what_stands_still_is_not_called_rendered(tmp_path: Path, film: Path, capsys) -> None:
    film.write_text(json.dumps(json.loads(film.read_text()) | {"layers": [], "duration": 4}))
    assert run(["render", str(film), "-o", str(tmp_path / "still.mp4"), *QUICK, "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "4 of 5 segments like another one, 8 frames to draw" in told
    assert "already rendered" not in told
