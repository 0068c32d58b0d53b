"""Still pictures arrive upright, in sRGB, premultiplied, at 8 bits, and no larger than they are used."""

import struct
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from render_engine.errors import MediaError
from render_engine.media.images import image_sequence, image_size, load_image
from render_engine.media.probe import probe

RED_BGRA = [0, 0, 255, 255]


def saved(path, image, **how):
    image.save(path, **how)
    return path


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation, tmp_path):
    """The red corner ends at the top left however the camera was held."""
    upright = np.zeros((16, 24, 3), np.uint8)
    upright[:8, :12] = (255, 0, 0)
    stored = {
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1], 5: upright.swapaxes(0, 1),
        6: np.rot90(upright), 7: upright[::-1, ::-1].swapaxes(0, 1), 8: np.rot90(upright, -1),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / "a.png", Image.fromarray(np.ascontiguousarray(stored)), exif=exif)
    picture = load_image(path)
    assert image_size(path) == (24, 16)
    assert picture.shape == (16, 24, 4)
    assert picture[4, 6].tolist() == RED_BGRA
    assert picture[12, 18].tolist() == [0, 0, 0, 255]


def test_16_bit_grey_is_scaled_not_clipped(tmp_path):
    ramp = np.linspace(0, 65535, 64).astype(np.uint16)
    path = saved(tmp_path / "deep.png", Image.fromarray(np.tile(ramp, (4, 1))))
    assert load_image(path)[2, :, 0].tolist() == np.round(ramp / 257).astype(int).tolist()


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_16_bit_colour_is_scaled(suffix, tmp_path):
    path = tmp_path / f"deep.{suffix}"
    cv2.imwrite(str(path), np.full((4, 4, 3), (10 * 257, 100 * 257, 200 * 257), np.uint16))
    assert np.abs(load_image(path)[0, 0].astype(int) - (10, 100, 200, 255)).max() <= 1


def test_cmyk_jpeg_is_not_inverted(tmp_path):
    for ink, expected in (
        ((0, 255, 255, 0), (0, 0, 255)),
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 0, 255), (0, 0, 0)),
    ):
        path = saved(tmp_path / "ink.jpg", Image.new("CMYK", (16, 16), ink), quality=95)
        assert np.abs(load_image(path)[8, 8, :3].astype(int) - expected).max() <= 3


def test_an_embedded_profile_is_converted(tmp_path):
    """A picture in a space with red and blue swapped comes out swapped back."""
    profile = swapped_profile()
    path = saved(tmp_path / "a.png", Image.new("RGB", (4, 4), (0, 0, 255)), icc_profile=profile)
    blue, _, red, alpha = load_image(path)[0, 0].astype(int)
    assert (red > 240, blue < 15, alpha) == (True, True, 255)
    assert probe(path).image.has_profile


def swapped_profile() -> bytes:
    """sRGB's own profile with its red and blue primaries exchanged in the tag table."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {
        data[132 + 12 * n : 136 + 12 * n].decode(): 132 + 12 * n for n in range(struct.unpack(">I", data[128:132])[0])
    }
    red, blue = at["rXYZ"], at["bXYZ"]
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(data)


def test_srgb_profiles_change_nothing(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 4), np.uint8)
    pixels[..., 3] = 255
    path = saved(tmp_path / "a.png", Image.fromarray(pixels), icc_profile=profile)
    assert np.abs(load_image(path)[..., 2::-1].astype(int) - pixels[..., :3]).max() <= 1


def test_alpha_is_premultiplied_and_rounded(tmp_path):
    pixels = np.array([[(255, 255, 255, 128), (200, 100, 50, 51), (9, 9, 9, 0), (1, 2, 3, 255)]], np.uint8)
    picture = load_image(saved(tmp_path / "a.png", Image.fromarray(pixels)))
    assert picture.tolist() == [[[128] * 4, [10, 20, 40, 51], [0, 0, 0, 0], [3, 2, 1, 255]]]


@pytest.mark.parametrize("suffix", ["png", "webp", "tiff", "avif"])
def test_alpha_survives_every_format(suffix, tmp_path):
    pixels = np.full((32, 32, 4), (255, 255, 255, 128), np.uint8)
    path = saved(tmp_path / f"a.{suffix}", Image.fromarray(pixels), quality=100)
    assert np.abs(load_image(path)[16, 16].astype(int) - 128).max() <= 2
    assert probe(path).image.has_alpha


def test_palette_with_transparency(tmp_path):
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((1, 1), 1)
    picture = load_image(saved(tmp_path / "a.png", image, transparency=1))
    assert picture[0, 0].tolist() == RED_BGRA
    assert picture[1, 1].tolist() == [0, 0, 0, 0]


def test_grey_with_alpha(tmp_path):
    assert load_image(saved(tmp_path / "a.png", Image.new("LA", (4, 4), (200, 51))))[0, 0].tolist() == [40, 40, 40, 51]


def test_a_one_bit_picture(tmp_path):
    assert load_image(saved(tmp_path / "a.png", Image.new("1", (4, 4), 1)))[0, 0].tolist() == [255] * 4


def test_a_huge_photo_is_not_decoded_larger_than_used(tmp_path):
    path = saved(tmp_path / "huge.jpg", Image.new("RGB", (8000, 6000), (30, 60, 90)), quality=80)
    tracemalloc.start()
    picture = load_image(path, 400, 300)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 400 <= picture.shape[1] < 800
    assert peak < 30e6  # the whole would be 144 MB of RGB alone


def test_a_huge_png_with_alpha_is_averaged_without_fringes(tmp_path):
    pixels = np.zeros((800, 1200, 4), np.uint8)
    pixels[...] = (0, 255, 0, 0)
    pixels[:, 301:] = (255, 255, 255, 255)
    picture = load_image(saved(tmp_path / "a.png", Image.fromarray(pixels)), 300, 200)
    assert picture.shape == (200, 300, 4)
    assert np.ptp(picture, axis=2).max() <= 1  # never green: what was invisible has no say


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow also warns of some damage
def test_noise_never_does_worse_than_an_error(tmp_path):
    random = np.random.default_rng(5)
    pixels = random.integers(0, 256, (24, 24, 4), np.uint8)
    for suffix in ("png", "jpg", "gif", "webp", "tiff", "bmp"):
        image = Image.fromarray(pixels).convert("RGB") if suffix in ("jpg", "bmp") else Image.fromarray(pixels)
        data = saved(tmp_path / f"whole.{suffix}", image).read_bytes()
        for round_ in range(60):
            hurt = bytearray(data)
            for place in random.integers(0, min(len(data), 400), 6):
                hurt[place] = random.integers(0, 256)
            path = tmp_path / f"{round_}.{suffix}"
            path.write_bytes(hurt)
            try:
                load_image(path)
            except MediaError as error:
                assert path.name in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("box", [(100, None), (None, 100), (100, 100), (700, 300), (5000, 5000)])
def test_a_reduced_picture_still_fills_its_box(box, tmp_path):
    for suffix in ("jpg", "png"):
        path = saved(tmp_path / f"a.{suffix}", Image.new("RGB", (1203, 807)))
        height, width = load_image(path, *box).shape[:2]
        assert width >= min(box[0] or 0, 1203)
        assert height >= min(box[1] or 0, 807)
        assert width / height == pytest.approx(1203 / 807, rel=0.5 / min(width, height) * 2)


def bomb(path, width: int, height: int):
    """A PNG of some 100 bytes that claims any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )
    return path


@pytest.mark.parametrize("size", [(60_000, 60_000), (70_000, 1), (16_385, 16_384)])
def test_an_image_bomb_is_refused_from_its_header(size, tmp_path):
    path = bomb(tmp_path / "bomb.png", *size)
    for refuse in (load_image, image_size, probe):
        with pytest.raises(MediaError, match=rf"bomb\.png.*{size[0]}"):
            refuse(path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tiff", "bmp"])
def test_a_truncated_picture_is_refused(suffix, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = saved(tmp_path / f"whole.{suffix}", Image.fromarray(pixels)).read_bytes()
    (tmp_path / f"cut.{suffix}").write_bytes(data[: len(data) // 2])
    with pytest.raises(MediaError, match=rf"cut\.{suffix}"):
        load_image(tmp_path / f"cut.{suffix}")


def test_a_missing_picture_is_named(tmp_path):
    with pytest.raises(MediaError, match=r"gone\.png does not exist"):
        load_image(tmp_path / "gone.png")


def test_text_named_png_is_refused(tmp_path):
    (tmp_path / "a.png").write_text("hello")
    with pytest.raises(MediaError, match=r"a\.png is not a picture"):
        load_image(tmp_path / "a.png")


class TestSequences:
    @pytest.fixture
    def folder(self, tmp_path):
        for number in (1, 2, 3, 10):
            Image.new("L", (2, 2)).save(tmp_path / f"shot{number}.png")
        return tmp_path

    def test_a_folder_is_in_natural_order(self, folder):
        assert [p.name for p in image_sequence(folder)] == ["shot1.png", "shot2.png", "shot3.png", "shot10.png"]

    @pytest.mark.parametrize("pattern", ["shot%d.png", "shot*.png"])
    def test_a_gap_is_named(self, folder, pattern):
        with pytest.raises(MediaError, match="number 4 is missing"):
            image_sequence(folder / pattern)

    def test_numbered_frames(self, tmp_path):
        for number in range(8, 12):
            Image.new("L", (2, 2)).save(tmp_path / f"{number:04d}.png")
        names = ["0008.png", "0009.png", "0010.png", "0011.png"]
        assert [p.name for p in image_sequence(tmp_path / "%04d.png")] == names
        assert [p.name for p in image_sequence(tmp_path / "*.png")] == names

    def test_nothing_found_is_an_error(self, tmp_path):
        with pytest.raises(MediaError, match="matches no pictures"):
            image_sequence(tmp_path / "%04d.png")
