"""Images, sequences of images and drawings: which file, how large, where."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from render_engine.display_list import Picture, Shape
from render_engine.document.composition import Composition
from render_engine.errors import DocumentError, MediaError
from render_engine.matrix import map_box
from render_engine.timeline.resolve import resolve
from tests.render.drawing import drawn, scene


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.new("RGB", (80, 40), "red").save(tmp_path / "wide.png")
    (tmp_path / "mark.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"/>')
    (tmp_path / "frames").mkdir()
    for k in range(3):
        Image.new("RGB", (8, 4), (k * 40, 0, 0)).save(tmp_path / "frames" / f"{k:03}.png")
    return tmp_path


def picture(op: object) -> Picture:
    assert isinstance(op, Shape)
    assert isinstance(op.fill, Picture)
    return op.fill


def test_image_has_its_own_size(folder: Path) -> None:
    (op,) = drawn({"type": "image", "source": "wide.png"}, base=folder)
    assert map_box(op.matrix, op.path.box) == (60, 30, 140, 70)
    assert picture(op).matrix == (1, 0, 0, 1, 0, 0, 0, 0, 1)
    assert picture(op).frame == -1


@pytest.mark.parametrize(
    ("size", "box"),
    [([40, None], (0, 0, 40, 20)), ([None, 80], (0, 0, 160, 80)), (["100%", "100%"], (0, 0, 200, 100))],
)
def test_size_may_leave_a_side_to_the_aspect(folder: Path, size: list[object], box: tuple[float, ...]) -> None:
    (op,) = drawn({"type": "image", "source": "wide.png", "size": size}, base=folder)
    assert op.path.box == box


def test_fit_covers_or_is_contained(folder: Path) -> None:
    layer = {"type": "image", "source": "wide.png", "size": [40, 40]}
    (cover,) = drawn({**layer, "fit": "cover"}, base=folder)
    assert (cover.path.box, picture(cover).matrix[:6]) == ((0, 0, 40, 40), (1, 0, 0, 1, -20, 0))
    (contain,) = drawn({**layer, "fit": "contain"}, base=folder)
    assert (contain.path.box, picture(contain).matrix[:6]) == ((0, 10, 40, 30), (0.5, 0, 0, 0.5, 0, 10))
    (fill,) = drawn({**layer, "fit": "fill"}, base=folder)
    assert (fill.path.box, picture(fill).matrix[:6]) == ((0, 0, 40, 40), (0.5, 0, 0, 1, 0, 0))


def test_crop_is_placed_as_if_it_were_the_picture(folder: Path) -> None:
    (op,) = drawn({"type": "image", "source": "wide.png", "crop": [20, 10, 40, 20], "size": [80, None]}, base=folder)
    assert op.path.box == (0, 0, 80, 40)
    assert picture(op).matrix[:6] == (2, 0, 0, 2, -40, -20)
    assert (picture(op).width, picture(op).height) == (80, 40)


def test_crop_out_of_the_picture_is_refused(folder: Path) -> None:
    with pytest.raises(DocumentError, match=r"layers\[0\]\.crop.*80×40"):
        drawn({"type": "image", "source": "wide.png", "crop": [50, 0, 40, 20]}, base=folder)


def test_image_without_extent_draws_nothing(folder: Path) -> None:
    assert drawn({"type": "image", "source": "wide.png", "size": [0, 10]}, base=folder) == ()


def test_missing_image_is_named_with_its_place(folder: Path) -> None:
    with pytest.raises(MediaError, match=r"layers\[0\]\.source: .*wide.jpg.*did you mean wide.png"):
        drawn({"type": "image", "source": "wide.jpg"}, base=folder)


def test_drawing_in_an_image_layer_is_pointed_to_its_own_kind(folder: Path) -> None:
    with pytest.raises(DocumentError, match="use an “svg” layer"):
        drawn({"type": "image", "source": "mark.svg"}, base=folder)


def test_same_file_twice_is_one_medium(folder: Path) -> None:
    layer = {"type": "image", "source": "wide.png"}
    assert len(scene(layer, layer, base=folder).media) == 1


def test_svg_has_the_size_of_its_view_box(folder: Path) -> None:
    found = scene({"type": "svg", "source": "mark.svg"}, base=folder)
    (medium,) = found.media.values()
    assert (medium.kind, found.nodes[0].content.width, found.nodes[0].content.height) == ("svg", 30, 20)


def test_sequence_shows_each_picture_for_its_time(folder: Path) -> None:
    layer = {"type": "image_sequence", "source": "frames", "fps": 2, "when_over": "hold"}
    shown = [picture(drawn(layer, at=t, base=folder)[0]).source for t in (0, 0.49, 0.5, 1, 1.5, 3)]
    assert shown[0] == shown[1]
    assert len(set(shown)) == 3
    assert shown[3] == shown[4] == shown[5]  # held


def test_sequence_ends_holds_or_loops(folder: Path) -> None:
    layer = {"type": "image_sequence", "source": "frames/%03d.png", "fps": 2}
    assert drawn(layer, at=1.5, base=folder) == ()
    loop = {**layer, "when_over": "loop"}
    assert drawn(loop, at=1.5, base=folder) == drawn(loop, at=0, base=folder)
    alone = Composition.model_validate({"layers": [layer]})
    assert resolve(alone, folder).duration == 1.5


def test_gap_in_a_sequence_is_named(folder: Path) -> None:
    (folder / "frames" / "001.png").unlink()
    with pytest.raises(MediaError, match=r"layers\[0\]\.source.*1"):
        drawn({"type": "image_sequence", "source": "frames/%03d.png"}, base=folder)


def test_sequence_of_unlike_pictures_is_refused(folder: Path) -> None:
    Image.new("RGB", (9, 4)).save(folder / "frames" / "002.png")
    with pytest.raises(DocumentError, match=r"002\.png is not 8×4"):
        drawn({"type": "image_sequence", "source": "frames"}, base=folder)
