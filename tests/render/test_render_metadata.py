"""What a finished file says of itself, by ffprobe's word, and the captions that are written beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from render_engine import Composition
from render_engine.errors import BadInput, MediaError
from render_engine.text.subtitles import load_captions
from tests.render.encoding import ffprobe

EARLY = {"startMs": 500, "endMs": 1500, "text": "Good & early"}
LATE = {"startMs": 1500, "endMs": 3000, "text": "Then late"}
SAYS = {"type": "captions", "segments": [EARLY, LATE]}


def film(*layers: dict, **fields) -> Composition:
    return Composition.model_validate({"size": (128, 72), "fps": 10, "duration": 3, "layers": layers, **fields})


def times_of(path: Path) -> list[tuple[float, float, str]]:
    return [(float(each.start), float(each.end), each.text) for each in load_captions(path)]


@pytest.mark.parametrize("name", ["out.mp4", "out.mov", "out.mkv"])
def test_title_comment_and_markers_are_in_the_file(name: str, tmp_path: Path):
    markers = [{"at": 0, "name": "Opening"}, {"at": 1.5, "name": "Ünde"}]
    film(title="Spring", comment="made by hand", markers=markers).render(tmp_path / name)
    told = ffprobe(tmp_path / name, "-show_chapters")
    tags = {key.lower(): value for key, value in told["format"]["tags"].items()}
    assert (tags["title"], tags["comment"]) == ("Spring", "made by hand")
    assert [
        (each["tags"]["title"], float(each["start_time"]), float(each["end_time"])) for each in told["chapters"]
    ] == [
        ("Opening", 0.0, 1.5),
        ("Ünde", 1.5, 3.0),
    ]


def test_a_range_has_the_chapters_that_are_in_it(tmp_path: Path):
    markers = [{"at": 0, "name": "one"}, {"at": 1, "name": "two"}, {"at": 2.5, "name": "three"}]
    film(markers=markers).render(tmp_path / "out.mp4", span=(5, 20))
    told = ffprobe(tmp_path / "out.mp4", "-show_chapters")["chapters"]
    assert [(each["tags"]["title"], float(each["start_time"])) for each in told] == [("one", 0.0), ("two", 0.5)]


@pytest.mark.parametrize("name", ["out.mp4", "out.mov"])
def test_the_index_stands_before_the_frames(name: str, tmp_path: Path):
    data = film().render(tmp_path / name).path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("name", ["out.srt", "out.vtt"])
def test_captions_are_written_beside_the_video(name: str, tmp_path: Path):
    film(SAYS).render(tmp_path / "out.mp4", captions=tmp_path / name)
    assert times_of(tmp_path / name) == [(0.5, 1.5, "Good & early"), (1.5, 3.0, "Then late")]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["out.mp4", "out.mp4.receipt.json", name])


def test_captions_of_a_later_layer_are_later(tmp_path: Path):
    group = {"type": "group", "start": 0.5, "layers": [{**SAYS, "start": 1}]}
    film(group).render(tmp_path / "out.mp4", captions=tmp_path / "out.srt")
    assert times_of(tmp_path / "out.srt") == [(2.0, 3.0, "Good & early")]


def test_captions_of_a_faster_composition_are_faster(tmp_path: Path):
    inner = {"framekiln": 1, "size": [128, 72], "duration": 3, "layers": [SAYS]}
    faster = {"type": "composition", "composition": inner, "speed": 2, "start": 1}
    film(faster).render(tmp_path / "out.mp4", captions=tmp_path / "out.srt")
    assert times_of(tmp_path / "out.srt") == [(1.25, 1.75, "Good & early"), (1.75, 2.5, "Then late")]


def test_captions_of_a_range_begin_with_it(tmp_path: Path):
    film(SAYS).render(tmp_path / "out.mp4", captions=tmp_path / "out.srt", span=(10, 20))
    assert times_of(tmp_path / "out.srt") == [(0.0, 0.5, "Good & early"), (0.5, 1.0, "Then late")]


@pytest.mark.parametrize(("layers", "name"), [([], "out.srt"), ([SAYS], "out.txt"), ([SAYS], "none/out.srt")])
def test_captions_that_cannot_be_written_are_refused_before_anything_is_made(layers: list, name: str, tmp_path: Path):
    with pytest.raises((BadInput, MediaError)) as refused:
        film(*layers).render(tmp_path / "out.mp4", captions=tmp_path / name)
    assert Path(name).name in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_an_old_caption_file_is_kept_when_the_video_is_refused(tmp_path: Path):
    (tmp_path / "out.srt").write_text("precious")
    with pytest.raises(BadInput):
        film(SAYS).render(tmp_path / "none" / "out.mp4", captions=tmp_path / "out.srt")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.srt", "precious")]
