"""SVG at any size, from its own folder only."""

import gzip

import numpy as np
import pytest
from PIL import Image

from render_engine.cpu.pictures import Pictures
from render_engine.display_list import Picture
from render_engine.document.composition import Composition
from render_engine.errors import MediaError
from render_engine.matrix import scaling
from render_engine.media.medium import Medium
from render_engine.media.probe import probe
from render_engine.media.svg import render_svg, svg_size

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(path, attributes: str, body: str = ""):
    path.write_text(f"{HEAD} {attributes}>{body}</svg>")
    return path


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="40" height="30"', (40, 30)),
        ('width="1in" height="2.54cm"', (96, 96)),
        ('viewBox="0 0 80 20"', (80, 20)),
        ('width="40" viewBox="0 0 80 20"', (40, 10)),
        ('width="100%" height="100%" viewBox="0 0 7 9"', (7, 9)),
        ("", (300, 150)),
    ],
)
def test_the_natural_size(attributes, size, tmp_path):
    assert svg_size(svg(tmp_path / "a.svg", attributes)) == pytest.approx(size)


def test_it_is_drawn_sharp_at_any_size(tmp_path):
    body = '<rect width="5" height="10" fill="#f00"/><rect x="5" width="5" height="10" fill="#fff" opacity="0.5"/>'
    path = svg(tmp_path / "a.svg", 'viewBox="0 0 10 10"', body)
    for size in ((10, 10), (200, 200), (200, 100)):
        picture = render_svg(path, *size)
        assert picture.shape == (size[1], size[0], 4)
        assert picture[size[1] // 2, size[0] // 4].tolist() == [0, 0, 255, 255]
        assert np.abs(picture[size[1] // 2, size[0] * 3 // 4].astype(int) - 128).max() <= 1
    assert picture[50, 99].tolist() == [0, 0, 255, 255]


def test_a_packed_svg(tmp_path):
    body = svg(tmp_path / "a.svg", 'width="8" height="8"', '<rect width="8" height="8" fill="blue"/>').read_bytes()
    (tmp_path / "a.svgz").write_bytes(gzip.compress(body))
    assert render_svg(tmp_path / "a.svgz", 8, 8)[4, 4].tolist() == [255, 0, 0, 255]


def test_probe_knows_it(tmp_path):
    info = probe(svg(tmp_path / "a.svg", 'width="40" height="30"'))
    assert (info.kind, info.image.format, info.image.width, info.image.height) == ("image", "SVG", 40, 30)


def test_a_picture_beside_it_is_drawn(tmp_path):
    Image.new("RGB", (4, 4), "lime").save(tmp_path / "green.png")
    path = svg(tmp_path / "a.svg", 'width="8" height="8"', '<image href="green.png" width="8" height="8"/>')
    assert render_svg(path, 8, 8)[4, 4].tolist() == [0, 255, 0, 255]


@pytest.mark.parametrize("link", ["../secret.png", "/etc/secret.png", "http://example.com/a.png", "file:///etc/a.png"])
def test_nothing_outside_its_folder_is_read(link, tmp_path):
    path = svg(tmp_path / "a.svg", 'width="8" height="8"', f'<image xlink:href="{link}" width="8" height="8"/>')
    with pytest.raises(MediaError, match="outside its folder"):
        render_svg(path, 8, 8)


def test_a_hyperlink_is_no_reference(tmp_path):
    body = '<a href="http://example.com"><rect width="8" height="8"/></a>'
    assert render_svg(svg(tmp_path / "a.svg", 'width="8" height="8"', body), 8, 8)[4, 4, 3] == 255


def test_deep_nesting_is_refused_not_a_crash(tmp_path):
    path = svg(tmp_path / "a.svg", 'width="8" height="8"', "<g>" * 50_000 + "</g>" * 50_000)
    with pytest.raises(MediaError, match=r"a\.svg nests over"):
        render_svg(path, 8, 8)


def test_a_chain_of_references_is_no_crash(tmp_path):
    chain = "".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(300))
    path = svg(tmp_path / "a.svg", 'width="8" height="8"', chain + '<rect id="a300" width="8" height="8"/>')
    assert render_svg(path, 8, 8)[4, 4].tolist() == [0, 0, 0, 255]


@pytest.mark.parametrize("text", ["hello", "<svg", f"{HEAD}><rect</svg>"])
def test_a_broken_svg_is_refused(text, tmp_path):
    (tmp_path / "bad.svg").write_text(text)
    with pytest.raises(MediaError, match=r"bad\.svg"):
        render_svg(tmp_path / "bad.svg", 8, 8)


@pytest.mark.parametrize("side", ["90000", "1e999", "1e-300", "-5"])
def test_an_absurd_size_is_refused(side, tmp_path):
    with pytest.raises(MediaError, match=r"a\.svg says it is"):
        svg_size(svg(tmp_path / "a.svg", f'width="{side}" height="{side}"'))


BAR = '<rect width="40" height="40"/><rect x="10" width="20" height="40" fill="white"/>'
ZOOM = {"keyframes": [{"at": 0, "value": 1}, {"at": 1, "value": 9.7}]}


@pytest.mark.parametrize(
    ("shown", "most"),
    [
        ({"scale": 8}, 0),
        ({"scale": ZOOM}, 4),
        ({"scale": 8, "rotation_y": 50}, 2),
        ({"scale": 8, "rotation_y": -50, "anchor": ["left", "center"], "position": [200, 180], "perspective": 500}, 2),
        ({"scale": 8, "rotation_x": 60, "perspective": 300}, 3),
    ],
)
def test_an_edge_is_as_sharp_however_large_it_is_shown(shown, most, tmp_path):
    """Between black and white stand few grey pixels, at both edges of a bar together."""
    layer = {"type": "svg", "source": str(svg(tmp_path / "bar.svg", 'width="40" height="40"', BAR)), **shown}
    film = Composition.model_validate({"size": [640, 360], "duration": 2, "background": "#000", "layers": [layer]})
    for time in (0.9, 1.0):
        rows = film.frame(time)[160:340:20, :, 0]
        assert ((rows > 25) & (rows < 230)).sum(axis=1).max() <= most


def test_a_zoom_far_into_it_does_not_draw_it_anew_for_every_frame(tmp_path):
    """A large one takes most of a second; it is drawn as fine as it is seen, or up to √2 finer."""
    path = svg(tmp_path / "bar.svg", 'width="40" height="40"', BAR)
    pictures, bar = Pictures({"bar": Medium(path, "svg")}), Picture("bar", -1, 40, 40)
    drawn = {times: pictures.scaled(bar, scaling(times, times)).pixels.shape[0] for times in np.linspace(26, 52, 14)}
    assert len(set(drawn.values())) <= 3
    assert all(0.999 < side / (40 * times) < 1.42 for times, side in drawn.items())
