"""What people get wrong: each is told by the document path and the file, with exit code 2, and leaves no output."""

import json
import os
import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from app.cli.main import run

CLIP = Path(__file__).parents[2] / "resources" / "media" / "bigbuckbunny.mp4"


def bomb(path: Path) -> None:
    """A PNG of some bytes that says it is 60,000×60,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def document(folder: Path, *layers: dict, **fields) -> Path:
    path = folder / "film.json"
    path.write_text(json.dumps({"framekiln": 1, "size": [64, 64], "fps": 10, "duration": 1, "layers": layers} | fields))
    return path


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        ({"type": "video", "source": "gone.mp4"}, ["layers[0]", "gone.mp4"]),
        ({"type": "video", "source": "text.mp4"}, ["layers[0]", "text.mp4"]),
        ({"type": "video", "source": "half.mp4"}, ["layers[0]", "half.mp4"]),
        ({"type": "image", "source": "bomb.png"}, ["layers[0]", "bomb.png", "60000"]),
        ({"type": "image", "source": "text.mp4"}, ["layers[0]", "text.mp4"]),
        ({"type": "text", "text": "a", "font": "Comic Sans"}, ["layers[0]", "Comic Sans"]),
        ({"type": "text", "text": "漢"}, ["layers[0]", "U+6F22"]),
        ({"type": "shape", "size": [-4, 4]}, ["layers[0].size[0]", "-4"]),
        ({"type": "txt"}, ["layers[0].type", "txt", "text"]),
        ({"type": "text", "colour": "red"}, ["layers[0].colour", "“color”"]),
    ],
)
def test_a_layer_that_cannot_be_drawn_is_named(layer: dict, told: list[str], tmp_path: Path, capsys):
    (tmp_path / "text.mp4").write_text("I am not a film.\n" * 50)
    (tmp_path / "half.mp4").write_bytes(CLIP.read_bytes()[:300_000])
    bomb(tmp_path / "bomb.png")
    output = tmp_path / "out.mp4"
    assert run(["render", str(document(tmp_path, layer)), "-o", str(output)]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in told), said
    assert not output.exists()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"size": [float("nan"), 64]}, "NaN"),
        ({"size": [64, -64]}, "size[1]"),
        ({"size": [65, 64]}, "64"),
        ({"fps": 0}, "fps"),
        ({"duration": 0}, "duration"),
        ({"duration": 86_400}, "duration"),
        ({"duration": "long"}, "duration"),
        ({"framekiln": 2}, "update Framekiln"),
        ({"backgruond": "red"}, "background"),
    ],
)
def test_a_wrong_field_is_named(fields: dict, told: str, tmp_path: Path, capsys):
    assert run(["render", str(document(tmp_path, **fields)), "-o", str(tmp_path / "out.mp4")]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out.mp4").exists()


def test_a_circle_of_documents_is_refused(tmp_path: Path, capsys):
    path = document(tmp_path, {"type": "composition", "source": "film.json"})
    assert run(["render", str(path), "-o", str(tmp_path / "out.mp4")]) == 2
    assert "film.json" in capsys.readouterr().err


def test_a_document_that_is_no_json_is_told_with_its_line(tmp_path: Path, capsys):
    (tmp_path / "film.json").write_text('{\n  "framekiln": 1,\n  "size": [64 64]\n}')
    assert run(["render", str(tmp_path / "film.json"), "-o", str(tmp_path / "out.mp4")]) == 2
    assert "line 3" in capsys.readouterr().err


def test_python_that_fails_is_told_with_its_line(tmp_path: Path, capsys):
    (tmp_path / "film.py").write_text("def compose():\n    return 1 / 0\n")
    assert run(["render", f"{tmp_path}/film.py:compose", "-o", str(tmp_path / "out.mp4")]) == 2
    said = capsys.readouterr().err
    assert "film.py" in said
    assert "line 2" in said or ":2" in said


SQUARE = {"type": "shape", "size": [10, 10]}


def left(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--range", "0:0"], "0:0"),
        (["--range", "5:5"], "5:5"),
        (["--range", "0.8s:0.2s"], "8:2"),
        (["--range", "0s:24:00:00"], "frame 864000, and the composition has 10 frames"),
        (["--range", "100:200"], "the composition has 10 frames"),
        (["--range", "soon"], "is not a range"),
        (["--size", "0x64"], "0x64"),
        (["--size", "64"], "“64” is not a size"),
        (["--size", "65x64"], "64x64 or 66x64"),
        (["--size", "16384x16384"], "too large to be encoded"),
        (["--size", "100000x100000"], "16384"),
        (["--fps", "0"], "between 1 and 240"),
        (["--fps", "nan"], "“nan” is not a frame rate"),
        (["--fps", "1/0"], "between 1 and 240"),
        (["--crf", "-5"], "0 (best) to 51"),
        (["--crf", "nan"], "0 (best) to 51"),
        (["--crf", "good"], "good"),
        (["--speed", "warp"], "ultrafast"),
        (["--encoder", "h265x"], 'Did you mean "h265"?'),
        (["--preset", "youtub-1080p"], "Did you mean “youtube-1080p”?"),
        (["--set", "title"], "name=value"),
        (["--set", "title=x"], "there is no prop “title”"),
        (["--props", "none.json"], "none.json"),
        (["--captions", "a.txt"], ".srt"),
        (["--captions", "a.srt"], "no captions"),
        (["--rnage", "1:2"], "did you mean --range?"),
    ],
)
def test_a_wrong_argument_is_told_and_the_old_output_stays(words: list[str], told: str, tmp_path: Path, capsys):
    path = document(tmp_path, SQUARE)
    (tmp_path / "out.mp4").write_bytes(b"the old one")
    before = left(tmp_path)
    assert run(["render", str(path), "-o", str(tmp_path / "out.mp4"), *words]) == 2
    said = capsys.readouterr()
    assert told in said.err + said.out
    assert left(tmp_path) == before
    assert run(["render", str(path), "-o", str(tmp_path / "out.mp4"), *words, "--json"]) == 2
    (event,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (event["event"], event["code"]) == ("error", 2)
    assert told in event["message"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--at", "100s"], "lasts 1 s"),
        (["--at", "soon"], "is not a time"),
        ([], "--at"),
        (["--at", "0", "--size", "0x5"], "0x5"),
        (["--at", "0", "--size", "99999x99999"], "16384"),
    ],
)
def test_a_wrong_still_is_told(words: list[str], told: str, tmp_path: Path, capsys):
    path = document(tmp_path, SQUARE)
    assert run(["still", str(path), "-o", str(tmp_path / "a.png"), *words]) == 2
    assert told in capsys.readouterr().err
    assert left(tmp_path).keys() == {"film.json"}


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("none/out.mp4", "does not exist"),
        ("/proc/out.mp4", "cannot be written"),
        ("/dev/full", "is a device"),
        ("film.json", "cannot hold"),
        ("x" * 300 + ".mp4", "too long"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_told_before_a_frame_is_drawn(
    output: str, told: str, tmp_path: Path, capsys
):
    path = document(tmp_path, SQUARE)
    assert run(["render", str(path), "-o", str(tmp_path / output)]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""
    assert left(tmp_path).keys() == {"film.json"}


def test_a_circle_through_another_document_shows_the_way(tmp_path: Path, capsys):
    path = document(tmp_path, {"type": "composition", "source": "other.json"})
    other = document(tmp_path, {"type": "composition", "source": "film.json"}).read_text()
    document(tmp_path, {"type": "composition", "source": "other.json"})
    (tmp_path / "other.json").write_text(other)
    assert run(["render", str(path), "-o", str(tmp_path / "out.mp4")]) == 2
    said = capsys.readouterr().err
    assert "film.json → other.json → film.json" in said
    assert said.count("layers[0].source") == 2  # of each document, once


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def compose():\n    raise ValueError('no weather today')", "film.py:2: ValueError: no weather today"),
        ("def compose():\n    return 5", "gives 5 where a Composition is wanted"),
        ("def compose():\n    import sys\n    sys.exit(3)", "film.py:3"),
        ("def compos():\n    pass", "Did you mean “compos”?"),
        ("def compose(:", "film.py:1: SyntaxError"),
        ("import weathr", "film.py:1: ModuleNotFoundError"),
    ],
)
def test_python_that_makes_no_composition_is_told_with_its_place(code: str, told: str, tmp_path: Path, capsys):
    (tmp_path / "film.py").write_text(code)
    assert run(["render", f"{tmp_path}/film.py:compose", "-o", str(tmp_path / "out.mp4")]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out.mp4").exists()


def test_damage_found_while_drawing_ends_the_process_in_order(tmp_path: Path):
    """Not with Qt's abort over pixels that went while a painter was on them."""
    (tmp_path / "a.jpg").write_bytes((CLIP.parent / "rocket.jpg").read_bytes()[:20_000])
    image = {"type": "image", "source": "a.jpg", "rotation": 5}
    path = document(tmp_path, {"type": "group", "opacity": 0.5, "layers": [SQUARE, image]})
    (tmp_path / "out.mp4").write_bytes(b"the old one")
    before = left(tmp_path)
    words = [sys.executable, "-m", "app", "render", str(path), "-o", str(tmp_path / "out.mp4")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith("error: layers[0].layers[1].source: a.jpg")
    assert left(tmp_path) == before


def test_a_full_disk_fails_the_render_and_keeps_the_old_output(tmp_path: Path):
    path = document(tmp_path, {"type": "video", "source": str(CLIP)}, size=[640, 360], duration=5)
    output = tmp_path / "out.mp4"
    output.write_bytes(b"the old one")
    before = sorted(tmp_path.iterdir())

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    done = subprocess.run(
        [sys.executable, "-m", "app", "render", str(path), "-o", str(output)],
        preexec_fn=small_disk,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # Python would leave modules that are cut short
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("error: The disk is full")
    assert "Traceback" not in done.stderr
    assert output.read_bytes() == b"the old one"
    assert sorted(tmp_path.iterdir()) == before
