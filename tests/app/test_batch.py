"""framekiln render --batch: a video a row, the bad rows told, nothing made twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.cli.batch_rows import safe_name
from app.cli.main import run

SETTINGS = ["--encoder", "x264", "--speed", "ultrafast", "--workers", "1", "--json"]


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """64×64, 5 frames: what the props say."""
    props = {
        "title": {"type": "string", "required": True},
        "size": {"type": "number", "default": 12, "max": 60},
        "colors": {"type": "object", "default": {"ink": "white"}},
        "steps": {"type": "list", "default": ["a", "b"]},
    }
    text = {"type": "text", "text": "${title} ${steps.1}", "size": {"$prop": "size"}, "color": {"$prop": "colors.ink"}}
    document = {"framekiln": 1, "size": [64, 64], "fps": 10, "duration": 0.5, "props": props, "layers": [text]}
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "film.json"
    path.write_text(json.dumps(document))
    return path


def batch(rows: str, *words: str, suffix: str = ".csv", output: str = "out/{name}.mp4") -> int:
    Path(f"rows{suffix}").write_text(rows, encoding="utf-8-sig")
    return run(["render", "film.json", "--batch", f"rows{suffix}", "-o", output, *SETTINGS, *words])


def told(capsys: pytest.CaptureFixture[str]) -> tuple[dict[int, tuple[str, str]], dict[str, Any]]:
    """What each row came to, with its message; and the last line."""
    *lines, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {line["row"]: (line["state"], line["message"]) for line in lines if line["event"] == "row"}, last


def states(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [state for _, (state, _) in sorted(told(capsys)[0].items())]


def text_in(video: Path) -> dict[str, Any]:
    """The text layer that was drawn, as the receipt has it."""
    layer: dict[str, Any] = json.loads(Path(f"{video}.receipt.json").read_text())["composition"]["layers"][0]
    return layer


def test_each_row_is_a_video_of_its_cells(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = 'name,title,size,colors.ink,steps\nbob,"Hi, you",20,blue,\nkay,Hey,,,"[""x"", ""y""]"\n'
    assert batch(rows) == 0
    assert told(capsys)[1] == {
        "event": "batch", "rows": 2, "to_do": 0, "rendered": 2, "already_there": 0, "refused": 0, "failed": 0
    }  # fmt: skip
    bob, kay = text_in(Path("out/bob.mp4")), text_in(Path("out/kay.mp4"))
    assert (bob["text"], bob["size"], bob["color"]) == ("Hi, you b", 20, "blue")
    assert (kay["text"], kay["size"], kay.get("color", "white")) == ("Hey y", 12, "white")


@pytest.mark.parametrize(
    ("suffix", "rows"),
    [
        (".tsv", "name\ttitle\tsteps.0\tsteps.1\nbob\tHi\tx\ty\n"),
        (".json", '[{"name": "bob", "title": "Hi", "steps": ["x", "y"], "size": null}]'),
        (".jsonl", '{"name": "bob", "title": "Hi", "steps": ["x", "y"]}\n\n'),
    ],
)
def test_rows_are_read_from_other_files_too(film: Path, suffix: str, rows: str) -> None:
    assert batch(rows, suffix=suffix) == 0
    assert text_in(Path("out/bob.mp4"))["text"] == "Hi y"


def test_what_is_wrong_in_a_row_is_told_and_the_others_are_made(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "name,title,size,colors.ink\nbob,Hi,big,\n,Hi,,\nkay,Hey,,\neve,,,\namy,Ho,,bluee\ndan,Ho,99,,more\n"
    assert batch(rows) == 1
    found, last = told(capsys)
    assert (last["rendered"], last["refused"]) == (1, 5)
    assert found[3][0] == "rendered"
    assert "column “size”: expected a number, got the text “big”" in found[1][1]
    assert "column “name”: it is empty" in found[2][1]
    assert "column “title”: the prop “title” must be given" in found[4][1]
    assert "“bluee” is not a colour" in found[5][1]
    assert "1 cells more than columns" in found[6][1]
    assert [path.name for path in sorted(Path("out").glob("*.mp4"))] == ["kay.mp4"]


@pytest.mark.parametrize(
    ("rows", "output", "message"),
    [
        ("name,titel\nbob,Hi\n", "out/{name}.mp4", "column “titel”: there is no prop “titel”. Did you mean “title”?"),
        ("name,size\nbob,3\n", "out/{name}.mp4", "lack the column “title”, which must be given"),
        ("name,title\nbob,Hi\n", "out/{nam}.mp4", "no column “nam”. Did you mean “name”?"),
        ("name,title\nbob,Hi\nBob,Ho\n", "out/{name}.mp4", "rows 1 and 2 would both be out/Bob.mp4"),
        ("title\nHi\nHo\n", "out.mp4", "rows 1 and 2 would both be out.mp4"),
        ("name,title,title\nbob,Hi,Ho\n", "out/{name}.mp4", "“title” stands there twice"),
        ("name,title\n", "out/{name}.mp4", "there are no rows"),
    ],
)
def test_what_is_wrong_with_all_rows_stops_at_once(
    film: Path, rows: str, output: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(rows, output=output) == 2
    assert message in json.loads(capsys.readouterr().out)["message"]
    assert not Path("out").exists()


def test_what_is_wrong_with_every_row_is_told_once(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film.write_text(film.read_text().replace('"type": "text"', '"font": "No Such Font", "type": "text"'))
    assert batch("name,title\nbob,Hi\nkay,Ho\n") == 2
    assert json.loads(capsys.readouterr().out)["message"].startswith("every row: layers[0]")


def test_a_prop_for_all_rows_comes_from_the_line(film: Path) -> None:
    assert batch("size\n20\n30\n", "--set", "title=All", output="{row}-{size}.mp4") == 0
    assert text_in(Path("2-30.mp4"))["text"] == "All b"


def test_only_what_is_not_there_as_it_would_be_made_is_rendered(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "name,title\ncell,Hi\nfile,Hi\nreceipt,Hi\nsame,Hi\n"
    assert batch(rows) == 0
    assert states(capsys) == ["rendered"] * 4
    before = Path("out/same.mp4").stat().st_mtime_ns
    Path("out/file.mp4").write_bytes(b"something else")
    Path("out/receipt.mp4.receipt.json").unlink()
    assert batch(rows.replace("cell,Hi", "cell,Hello")) == 0
    assert states(capsys) == ["rendered", "rendered", "rendered", "already there"]
    assert Path("out/same.mp4").stat().st_mtime_ns == before


def test_what_all_rows_are_made_from_counts_too(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    square = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="red"/></svg>'
    )
    Path("mark.svg").write_text(square)
    document = json.loads(film.read_text())
    document["layers"].append({"type": "svg", "source": "mark.svg"})
    film.write_text(json.dumps(document))

    def state(*words: str) -> str:
        assert batch("name,title\nbob,Hi\n", *words) == 0
        return states(capsys)[0]

    assert state() == "rendered"
    assert state("--crf", "40") == "rendered"
    assert state("--crf", "40") == "already there"
    assert state("--crf", "40", "--no-reuse") == "rendered"
    Path("mark.svg").write_text(square.replace("red", "blue"))
    assert state("--crf", "40") == "rendered"
    film.write_text(json.dumps(document | {"background": "green"}))
    assert state("--crf", "40") == "rendered"
    assert state("--crf", "40") == "already there"


def test_a_row_that_fails_stops_no_other(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("out/sub").mkdir(parents=True)
    Path("out/sub/bob.mp4").mkdir()  # a folder where the file should be
    assert batch("name,folder,title\nbob,sub,Hi\nkay,other,Ho\n", output="out/{folder}/{name}.mp4") == 1
    assert [state in ("refused", "failed") for state in states(capsys)] == [True, False]
    assert Path("out/other/kay.mp4").exists()


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("../../etc", "-..-etc"),
        ("a/b\\c:d", "a-b-c-d"),
        ("CON", "_CON"),
        (" x. ", "x"),
        ("???", "-"),
        (3, "3"),
        ("Zoë", "Zoë"),
    ],
)
def test_a_cell_names_a_file_and_nothing_else(cell: object, name: str) -> None:
    assert safe_name(cell) == name


def test_after_an_interruption_the_same_command_goes_on(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "name,title\n" + "".join(f"n{k},T{k}\n" for k in range(16))
    Path("rows.csv").write_text(rows)
    words = [
        sys.executable,
        "-m",
        "app",
        "render",
        "film.json",
        "--batch",
        "rows.csv",
        "-o",
        "out/{name}.mp4",
        *SETTINGS,
    ]
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(words, env=os.environ | {"PYTHONPATH": root}, stdout=subprocess.PIPE, text=True)
    while len(list(Path("out").glob("*.receipt.json"))) < 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    last, error = [json.loads(line) for line in out.splitlines()][-2:]
    assert process.returncode == 130
    assert "the same command goes on" in error["message"]
    assert 0 < last["rendered"] < 16
    assert batch(rows) == 0
    again = states(capsys)
    assert again.count("already there") >= last["rendered"]
    assert again.count("already there") + again.count("rendered") == 16
