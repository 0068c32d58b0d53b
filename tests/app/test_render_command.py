"""framekiln render: what is made, what is said, and what is left behind when it is stopped."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import av
import pytest

from app.cli.main import run


def frames_of(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def events(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_video_is_made_and_told_about(film: Path, tmp_path: Path, capsys):
    output = tmp_path / "out.mp4"
    assert run(["render", str(film), "-o", str(output), "--no-reuse"]) == 0
    assert frames_of(output) == 20
    told = capsys.readouterr().out
    assert f"✓ {output}" in told
    assert "160×90, 10 fps, 2.00 s (20 frames)" in told
    assert "frame 20/20  100 %" in told


def test_an_output_that_nobody_named_is_called_as_the_document(film: Path, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["render", "film.json", "--encoder", "vp9"]) == 0
    assert frames_of(tmp_path / "film.webm") == 20


def test_json_gives_progress_and_the_result(film: Path, tmp_path: Path, capsys):
    output = tmp_path / "out.mp4"
    assert run(["render", str(film), "-o", str(output), "--json", "--no-reuse"]) == 0
    *progress, done = events(capsys.readouterr().out)
    assert progress[0]["stage"] == "draw"
    told = {"event", "stage", "frame", "frames", "fps", "eta", "segments", "reused", "alike", "waiting"}
    assert progress[-1].keys() == told
    assert (progress[-1]["frame"], progress[-1]["frames"], progress[-1]["eta"]) == (20, 20, 0)
    assert done["event"] == "done"
    assert done["path"] == str(output)
    assert done["bytes"] == output.stat().st_size
    assert (done["width"], done["height"], done["fps"], done["frames"]) == (160, 90, "10", 20)
    assert done["reason"]


def test_10_bits_are_rendered_told_and_verified(film: Path, tmp_path: Path, capsys):
    output = tmp_path / "out.mp4"
    assert run(["render", str(film), "-o", str(output), "--encoder", "x265", "--bit-depth", "10"]) == 0
    with av.open(str(output)) as container:
        assert next(container.decode(video=0)).format.name == "yuv420p10le"
    assert json.loads((tmp_path / "out.mp4.receipt.json").read_text())["encoder"]["bit_depth"] == 10
    assert run(["verify", str(output)]) == 0
    assert run(["render", str(film), "-o", str(output), "--encoder", "x264", "--bit-depth", "10"]) == 2
    assert "H.264 does not hold 10 bits: leave --bit-depth out, or choose an encoder that does (x265" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(("range_", "frames"), [("5:9", 4), ("0.5s:1.5s", 10), ("1.5s:", 5), (":0.3s", 3)])
def test_a_range_is_only_its_frames(film: Path, tmp_path: Path, range_: str, frames: int):
    output = tmp_path / "out.mp4"
    assert run(["render", str(film), "-o", str(output), "--range", range_]) == 0
    assert frames_of(output) == frames


@pytest.mark.parametrize("range_", ["9:5", "5:5", "3s:4s"])
def test_a_range_without_frames_is_refused(film: Path, tmp_path: Path, range_: str, capsys):
    assert run(["render", str(film), "-o", str(tmp_path / "out.mp4"), "--range", range_]) == 2
    assert "range" in capsys.readouterr().err


def test_a_preset_brings_its_size_and_rate(film: Path, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["render", "film.json", "--preset", "square", "--range", "0:2", "--json"]) == 0
    done = events(capsys.readouterr().out)[-1]
    assert (done["path"], done["width"], done["height"]) == ("film.mp4", 1080, 1080)
    assert run(["render", "film.json", "--preset", "gif", "--fps", "5", "--json"]) == 0
    done = events(capsys.readouterr().out)[-1]
    assert (done["path"], done["frames"], done["encoder"]) == ("film.gif", 10, "GIF")


def test_props_come_from_a_file_and_from_the_line(film: Path, tmp_path: Path, capsys):
    (tmp_path / "props.json").write_text('{"word": "From the file", "size": 10}')
    words = ["still", str(film), "--at", "0", "--props", str(tmp_path / "props.json")]
    pictures = [tmp_path / f"{name}.png" for name in ("file", "line", "default")]
    assert run([*words, "-o", str(pictures[0])]) == 0
    assert run([*words, "-o", str(pictures[1]), "--set", "word=12", "--set", "size=20"]) == 0
    assert run(["still", str(film), "--at", "0", "-o", str(pictures[2])]) == 0
    assert len({picture.read_bytes() for picture in pictures}) == 3
    assert run([*words, "-o", str(pictures[0]), "--set", "wrd=x"]) == 2
    assert "word" in capsys.readouterr().err


def test_an_odd_size_names_the_even_ones(film: Path, tmp_path: Path, capsys):
    assert run(["render", str(film), "-o", str(tmp_path / "out.mp4"), "--size", "161x90"]) == 2
    told = capsys.readouterr().err
    assert "160" in told
    assert "162" in told


def test_a_folder_that_is_not_there_is_named(film: Path, tmp_path: Path, capsys):
    assert run(["render", str(film), "-o", str(tmp_path / "none" / "out.mp4")]) == 2
    assert str(tmp_path / "none") in capsys.readouterr().err


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_render_leaves_the_old_output_and_nothing_else(film: Path, tmp_path: Path, sent, code):
    film.write_text(film.read_text().replace('"duration": 2', '"duration": 3600'))
    output = tmp_path / "out.mp4"
    output.write_bytes(b"the old one")
    before = sorted(tmp_path.iterdir())
    words = [sys.executable, "-m", "app", "render", str(film), "-o", str(output), "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert json.loads(process.stdout.readline())["event"] == "progress"
        process.send_signal(sent)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert sorted(tmp_path.iterdir()) == before
    assert output.read_bytes() == b"the old one"
