"""What people get wrong: each is told by the document path and the file, with exit code 2, and leaves no output."""

import json
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
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert "out.mp4" in done.stderr
    assert "Traceback" not in done.stderr
    assert output.read_bytes() == b"the old one"
    assert sorted(tmp_path.iterdir()) == before
