"""Finding commands, help, errors and exit codes."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.cli.main import COMMANDS, run

FRAMEKILN = [sys.executable, "-m", "app"]
HEAVY = ["PySide6", "av", "cv2", "numpy", "PIL", "uharfbuzz", "pydantic", "rich"]


def test_help_tells_every_command(capsys):
    assert run(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"\n  {name} " in told for name in COMMANDS)


def test_help_imports_nothing_heavy():
    program = f"""
import sys
from app.cli.main import COMMANDS, run
run(["--help"])
for name in COMMANDS:
    try:
        run([name, "--help"])
    except SystemExit as exit:
        assert exit.code == 0
print("loaded:", *[name for name in {HEAVY} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded:\n")


def test_help_answers_almost_as_soon_as_python_starts():
    """In 60 ms where Python itself takes 35."""

    def seconds(*words: str) -> float:
        started = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        return time.perf_counter() - started

    bare = (sys.executable, "-c", "pass")
    both = [(seconds(*FRAMEKILN, "--help"), seconds(*bare)) for _ in range(8)]
    assert min(helped for helped, _ in both) < 6 * min(alone for _, alone in both)


def test_the_version_is_told(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("framekiln 0.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rendr"], "did you mean “render”?"),
        (["xyzzy"], "framekiln --help lists the commands"),
        (["--size", "render"], "write framekiln COMMAND --size"),
        (["render"], "required: SOURCE"),
        (["render", "a.json", "--prest", "gif"], "--prest is not known here: did you mean --preset?"),
        (["render", "a.json", "--size", "big"], "argument --size: “big” is not a size: write width x height"),
        (["render", "a.json", "--range", "5s"], "argument --range: “5s” is not a range"),
        (["render", "a.json", "--crf", "good"], "argument --crf"),
        (["render", "a.json", "--set", "title"], "--set title: write name=value"),
        (["render", "a.json", "--props", "none.json"], "--props none.json: the file cannot be read"),
        (["render", "a.json", "--preset", "youtube"], "there is no “youtube”"),
        (["render", "a.json"], "a.json"),
        (["render", "helo-world"], "helo-world"),
        (["still", "a.json"], "--at 1.5s"),
        (["probe", "none.mp4"], "none.mp4"),
        (["templates", "none"], "there is no template “none”"),
    ],
)
def test_wrong_usage_is_told_in_plain_lines(words, told, capsys):
    assert run(words) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert all(line.startswith("error: ") for line in said.err.splitlines())
    assert said.out == ""


def test_nothing_to_do_shows_the_help_and_is_wrong_usage(capsys):
    assert run([]) == 2
    assert "commands:" in capsys.readouterr().out


def test_json_tells_errors_as_json(capsys):
    assert run(["render", "none.json", "--json"]) == 2
    event = json.loads(capsys.readouterr().out)
    assert (event["event"], event["code"]) == ("error", 2)
    assert "none.json" in event["message"]


def test_json_tells_every_problem_of_a_document(film: Path, capsys):
    film.write_text(film.read_text().replace('"blue"', '"blu"').replace('"text":', '"txt":'))
    assert run(["render", str(film), "--json"]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [problem["path"] for problem in problems] == ["layers[0].fill", "layers[1].txt"]


def test_debug_shows_where_an_error_comes_from(tmp_path: Path):
    plain = subprocess.run([*FRAMEKILN, "probe", "none.mp4"], capture_output=True, text=True, check=False)
    debug = subprocess.run([*FRAMEKILN, "probe", "none.mp4", "--debug"], capture_output=True, text=True, check=False)
    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr


def test_a_reader_that_goes_away_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*FRAMEKILN, "schema"], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
