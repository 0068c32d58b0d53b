"""framekiln watch: what a person types, and what is said back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import run
from sync.clock import SystemClock
from sync.watch.trial import Heard, Trial, try_events
from tests.sync.shop import document, picture


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, a film with one file prop, and a folder to drop into."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRAMEKILN_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    document(tmp_path / "film.json")
    (tmp_path / "drop").mkdir()
    return tmp_path


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(["watch", "list", "--json"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_a_watch_is_added_listed_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    how = ["--set", "title=Hi", "--preset", "draft", "--renderer", "cuda"]
    assert run(["watch", "add", "drop", "--template", "film.json", *how]) == 0
    assert "become picture of" in capsys.readouterr().out
    (row,) = listed(capsys)
    assert (row["name"], row["prop"], row["props"], row["seen"]) == ("drop", "picture", {"title": "Hi"}, 0)
    assert row["options"] == {"preset": "draft", "renderer": "cuda"}
    assert run(["watch", "remove", "drop"]) == 0
    assert listed(capsys) == []
    assert run(["watch", "remove", "drop"]) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere", "--template", "film.json"], "is not a folder"),
        (["drop"], "--template"),
        (["drop", "--template", "meme-captoin"], "meme-caption"),
        (["drop", "--template", "meme-caption"], "picture or music"),
        (["drop", "--template", "film.json", "--prop", "pictur"], "picture"),
        (["drop", "--template", "film.json", "--set", "titel=x"], "title"),
        (["drop", "--template", "film.json", "--preset", "drat"], "draft"),
        (["drop", "--template", "film.json", "--renderer", "gpu"], "auto, cpu, cuda"),
        (["drop", "--template", "film.json", "--out", "drop"], "--out"),
        (["drop", "--template", "film.py:make"], "Python"),
    ],
)
def test_what_cannot_be_watched_is_refused_with_what_to_do(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["watch", "add", *words]) == 2
    assert told in capsys.readouterr().err
    assert listed(capsys) == []


def test_two_watches_that_move_do_not_share_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", "add", "drop", "--template", "film.json"]) == 0
    assert run(["watch", "add", "drop", "--template", "film.json", "--name", "two", "--move"]) == 2
    assert "already" in capsys.readouterr().err
    assert run(["watch", "add", "drop", "--template", "film.json", "--name", "two"]) == 0


def test_the_test_of_a_folder_hears_of_it_and_leaves_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", "test", "drop", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["poll"], None in told["seconds"].values(), len(told["seconds"])) == (False, False, 3)
    assert list((here / "drop").iterdir()) == []


def test_a_folder_that_others_write_to_or_that_stays_silent_is_polled(here: Path) -> None:
    heard = try_events(here / "drop", SystemClock())
    assert not heard.poll
    assert Trial(here, heard.heard, "nfs4", shared=True).poll
    assert Trial(here, (*heard.heard, Heard("a file renamed", None)), "ext4", shared=False).poll
    assert Trial(here, (), "ext4", shared=False, problem="no watches are left").poll


def test_watch_run_turns_drops_into_jobs_until_it_is_stopped(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", "add", "drop", "--template", "film.json"]) == 0
    command = [sys.executable, "-c", "from app.cli.main import main; main()", "watch", "run", "--json"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        (here / "drop" / "photo.png").write_bytes(picture())
        assert process.stdout
        told = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert (told["event"], Path(told["path"]).name) == ("queued", "photo.png")
    (row,) = listed(capsys)
    assert (row["seen"], row["queued"]) == (1, 1)
