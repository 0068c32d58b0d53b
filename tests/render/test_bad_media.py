"""Media that is missing, damaged or not what it claims: named with its document path, also when found while drawing."""

from __future__ import annotations

import shutil
import struct
import wave
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from render_engine import Composition
from render_engine.errors import FontError, MediaError
from render_engine.render import RenderOptions, render

MEDIA = Path(__file__).parents[2] / "resources" / "media"
CLIP, PHOTO, PICTURE = MEDIA / "bigbuckbunny.mp4", MEDIA / "rocket.jpg", MEDIA / "astronaut.png"


def first(path: Path, share: float) -> bytes:
    data = path.read_bytes()
    return data[: int(len(data) * share)]


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def sound(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(b"\0\x10" * 48000)
    return path


def faststart(path: Path) -> Path:
    """The clip with its index at the beginning: cut short, it still opens."""
    with av.open(str(CLIP)) as source, av.open(str(path), "w", options={"movflags": "faststart"}) as made:
        (stream,) = source.streams.video
        copy = made.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                made.mux(packet)
    return path


def films(**layer: object) -> Composition:
    return Composition.model_validate({"size": (64, 64), "fps": 10, "duration": 0.5, "layers": [layer]})


def refused(folder: Path, layer: dict) -> str:
    with pytest.raises(MediaError) as told:
        films(**layer).render(folder / "out" / "a.mp4", base=folder)
    assert list((folder / "out").iterdir()) == []
    return str(told.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path


BROKEN: dict[str, tuple[str, Callable[[Path], bytes], str]] = {
    "an mp4 without its index": ("video", lambda _: first(CLIP, 0.9), "cut short"),
    "an mp4 whose data ends": ("video", lambda f: first(faststart(f / "whole.mp4"), 0.5), "cut short"),
    "a text named .mp4": ("video", lambda _: b"I am not a film.\n" * 99, "another kind of file"),
    "an empty file": ("video", lambda _: b"", "empty"),
    "a png cut short": ("image", lambda _: first(PICTURE, 0.5), "cut short"),
    "a jpeg cut short": ("image", lambda _: first(PHOTO, 0.5), "cut short"),
    "a text named .png": ("image", lambda _: b"I am not a picture.\n" * 99, "another kind of file"),
    "a bomb": ("image", lambda _: png_claiming(60_000, 60_000), "60000×60000"),
    "a larger bomb": ("image", lambda _: png_claiming(2**31 - 1, 2**31 - 1), "2147483647×2147483647"),
    "a picture of no size": ("image", lambda _: png_claiming(0, 0), "damaged"),
    "a wav cut short": ("audio", lambda f: first(sound(f / "whole.wav"), 0.3), "cut short"),
    "a wav without sound": ("audio", lambda f: first(sound(f / "whole.wav"), 0.0003), "damaged"),
    "a broken svg": ("svg", lambda _: b"<svg><g>", "SVG"),
    "a png named .svg": ("svg", lambda _: png_claiming(9, 9), "damaged"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_media_is_named_with_its_path_and_what_is_wrong(what: str, folder: Path):
    kind, make, words = BROKEN[what]
    name = {"video": "a.mp4", "image": "a.png", "audio": "a.wav", "svg": "a.svg"}[kind]
    (folder / name).write_bytes(make(folder))
    told = refused(folder, {"type": kind, "source": name})
    assert told.startswith("layers[0].source: ")
    assert name in told
    assert words in told


@pytest.mark.parametrize("kind", ["video", "image", "audio", "svg", "captions"])
def test_missing_media_is_named_with_the_file_that_was_nearly_meant(kind: str, folder: Path):
    (folder / "interviews.mp4").write_bytes(b"")
    told = refused(folder, {"type": kind, "source": "interview.mp4"})
    assert told == f"layers[0].source: {folder}/interview.mp4 does not exist; did you mean interviews.mp4?"


def test_a_folder_is_no_picture(folder: Path):
    assert "is a folder" in refused(folder, {"type": "image", "source": "out"})


@pytest.mark.parametrize(
    ("layer", "original"),
    [
        ({"type": "image"}, PHOTO),
        ({"type": "video"}, CLIP),
        ({"type": "video", "size": [64, 64], "fit": "cover"}, CLIP),
        ({"type": "audio"}, CLIP),
    ],
)
def test_media_that_goes_away_while_rendering_is_named_and_nothing_is_left(layer: dict, original: Path, folder: Path):
    medium = folder / f"here{original.suffix}"
    shutil.copy(original, medium)
    film = films(**layer, source=medium.name, start=0.3)
    going = render(film._loaded(folder, None), folder / "out" / "a.mp4", RenderOptions())
    while next(going).stage == "plan":
        pass
    medium.unlink()
    with pytest.raises(MediaError) as told:
        list(going)
    assert medium.name in str(told.value)
    assert list((folder / "out").iterdir()) == []


def test_media_that_goes_away_before_the_receipt_is_written_leaves_no_film_without_one(folder: Path):
    medium = folder / "here.mp4"
    shutil.copy(CLIP, medium)
    film = films(type="audio", source=medium.name, end=0.5)._loaded(folder, None)
    list(render(film, folder / "out" / "a.mp4", RenderOptions()))
    again = render(film, folder / "out" / "b.mp4", RenderOptions())  # of it all is in the journal
    while next(again).stage == "plan":
        pass
    medium.unlink()
    with pytest.raises(MediaError, match=medium.name):
        list(again)
    assert {made.name for made in (folder / "out").iterdir()} == {"a.mp4", "a.mp4.receipt.json"}


def test_damage_found_while_drawing_says_where_in_the_document(folder: Path):
    """A JPEG's last rows are read only when it is drawn; Qt's painters at work then end without a crash."""
    (folder / "a.jpg").write_bytes(first(PHOTO, 0.5))
    inside = {"type": "image", "source": "a.jpg", "rotation": 3}
    told = refused(folder, {"type": "group", "opacity": 0.5, "layers": [{"type": "shape", "size": [9, 9]}, inside]})
    assert told.startswith("layers[0].layers[1].source: a.jpg")


@pytest.mark.parametrize(
    ("fonts", "words"),
    [
        ({}, ["Did you mean “Inter”?", '"fonts": {"Intre"']),
        ({"Intre": "gone.ttf"}, ["gone.ttf"]),
        ({"Intre": "text.ttf"}, ["text.ttf", "not a font file"]),
    ],
)
def test_a_missing_font_is_named_with_what_to_do(fonts: dict, words: list[str], folder: Path):
    (folder / "text.ttf").write_text("I am not a font.")
    film = Composition.model_validate(
        {"size": (64, 64), "duration": 0.5, "fonts": fonts, "layers": [{"type": "text", "text": "a", "font": "Intre"}]}
    )
    with pytest.raises(FontError) as told:
        film.render(folder / "out" / "a.mp4", base=folder)
    assert all(word in str(told.value) for word in words), told.value
    assert str(told.value).startswith("layers[0]")
