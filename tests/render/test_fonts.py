from __future__ import annotations

import json
import pickle
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation
from PIL import Image

from render_engine.errors import FontError
from render_engine.text.face import read_faces
from render_engine.text.fonts import BUNDLED, FontLibrary, FontRequest, read_index

DEJAVU = BUNDLED / "dejavu-sans" / "DejaVuSans-Bold.ttf"
INTER = BUNDLED / "inter" / "Inter_400Regular.ttf"
ARABIC = Path(__file__).parents[1] / "fonts" / "NotoNaskhArabic-subset.ttf"


def square(side: int):
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, side), (side, side), (side, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def variable_font(path: Path) -> Path:
    """“A” is 500 wide at weight 400 and 700 wide at 900."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({65: "A"})
    builder.setupGlyf({".notdef": square(100), "A": square(400)})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2(usWeightClass=400)
    builder.setupNameTable({"familyName": "Stretch", "styleName": "Regular"})
    builder.setupPost()
    builder.setupFvar([("wght", 400, 400, 900, "Weight")], [])
    wider = TupleVariation({"wght": (0, 1, 1)}, [(0, 0)] * 4 + [(0, 0), (200, 0), (0, 0), (0, 0)])
    builder.setupGvar({"A": [wider]})
    builder.save(path)
    return path


def test_the_index_tells_what_is_in_the_files():
    assert json.loads((BUNDLED / "index.json").read_text()) == read_index()


def test_every_folder_of_fonts_has_its_licence():
    for folder in [*(path for path in BUNDLED.iterdir() if path.is_dir()), ARABIC.parent]:
        assert "License" in (folder / "LICENSE.txt").read_text()


def test_every_family_of_the_design_is_here():
    named = {"Inter", "Instrument Serif", "Space Grotesk", "DM Sans", "JetBrains Mono", "Fira Code", "Noto Color Emoji"}
    assert named <= set(FontLibrary().families())


def test_latin_greek_and_cyrillic_are_covered():
    inter = FontLibrary().find(FontRequest("Inter"))
    assert all(inter.has(ord(char)) for char in "AaŽžßÆøΑαΩωЖжЯя€“”…")


def test_family_names_ignore_case_and_spaces():
    assert FontLibrary().find(FontRequest("  dm  SANS ")).family == "DM Sans"


@pytest.mark.parametrize(
    ("asked", "given"),
    [(400, 400), (450, 500), (500, 500), (550, 600), (650, 700), (950, 900), (350, 300), (100, 300), (1000, 900)],
)
def test_the_nearest_weight_is_chosen_as_css_does(asked, given):
    assert FontLibrary().find(FontRequest("Inter", asked)).weight == given


def test_an_italic_is_found_and_its_lack_is_told():
    library = FontLibrary()
    assert library.find(FontRequest("Inter", 400, italic=True)).italic
    with pytest.raises(FontError, match="“Space Grotesk” has no italic face"):
        library.find(FontRequest("Space Grotesk", 400, italic=True))


def test_an_unknown_family_is_named_with_its_neighbours_and_a_way_out():
    with pytest.raises(FontError) as told:
        FontLibrary().find(FontRequest("Intre"))
    assert "“Intre”" in str(told.value)
    assert "“Inter”" in str(told.value)
    assert '"fonts": {"Intre"' in str(told.value)


def test_a_declared_font_is_found_by_the_documents_name():
    library = FontLibrary({"Body": ARABIC})
    font = library.find(FontRequest("body"))
    assert font.family == "Noto Naskh Arabic"
    assert library.get(font.hash) == font
    assert "Body" in library.families()


def test_declared_files_make_one_family_of_weights():
    library = FontLibrary({"Mine": [INTER, BUNDLED / "inter" / "Inter_700Bold.ttf"]})
    assert [library.find(FontRequest("Mine", weight)).weight for weight in (400, 600, 900)] == [400, 700, 700]


def test_a_collection_gives_the_family_that_is_named(tmp_path):
    collection = TTCollection()
    collection.fonts = [TTFont(INTER), TTFont(DEJAVU)]
    collection.save(tmp_path / "two.ttc")
    assert FontLibrary({"DejaVu Sans": tmp_path / "two.ttc"}).find(FontRequest("DejaVu Sans")).index == 1
    with pytest.raises(FontError, match="“DejaVu Sans” or “Inter”"):
        FontLibrary({"Other": tmp_path / "two.ttc"}).find(FontRequest("Other"))


def test_a_variable_font_takes_the_weight_that_is_asked(tmp_path):
    library = FontLibrary({"Stretch": variable_font(tmp_path / "stretch.ttf")})
    plain, bolder = (library.find(FontRequest("Stretch", weight)) for weight in (400, 650))
    assert (plain.weight, bolder.weight) == (400, 650)
    assert plain.hash != bolder.hash
    gid = 1
    assert bolder.extents(gid) == plain.extents(gid)
    assert library.find(FontRequest("Stretch", 1000)).weight == 900


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"hello", "not a font file"), (b"", "not a font file"), (b"wOF2" + bytes(60), "web font"),
     (INTER.read_bytes()[:3000], "odd.ttf is damaged")],
)  # fmt: skip
def test_a_file_that_is_no_font_is_named(tmp_path, content, says):
    (tmp_path / "odd.ttf").write_bytes(content)
    with pytest.raises(FontError, match=says) as told:
        FontLibrary({"Odd": tmp_path / "odd.ttf"}).find(FontRequest("Odd"))
    assert "odd.ttf" in str(told.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FontError, match=r"gone\.ttf: there is no such font file"):
        FontLibrary({"Gone": tmp_path / "gone.ttf"}).find(FontRequest("Gone"))


def test_an_unknown_hash_is_an_error():
    with pytest.raises(FontError, match="c0ffee"):
        FontLibrary().get("c0ffee")


def test_metrics_are_the_fonts_own():
    inter, tables = read_faces(INTER)[0], TTFont(INTER)
    assert inter.units_per_em == tables["head"].unitsPerEm
    assert (inter.ascent, inter.descent) == (tables["hhea"].ascent, -tables["hhea"].descent)
    assert (inter.cap_height, inter.x_height) == (tables["OS/2"].sCapHeight, tables["OS/2"].sxHeight)


@pytest.mark.parametrize("path", [INTER, DEJAVU, ARABIC.with_name("NotoSansCJKjp-subset.otf")])
def test_outlines_enclose_what_the_font_says(path):
    font, tables = read_faces(path)[0], TTFont(path)
    for gid in range(1, min(tables["maxp"].numGlyphs, 60)):
        pen = AreaPen(tables.getGlyphSet())
        tables.getGlyphSet()[tables.getGlyphName(gid)].draw(pen)
        assert area(font.outline(gid)) == pytest.approx(pen.value, abs=1)


def area(outline) -> float:
    pen = AreaPen()
    calls = {"M": pen.moveTo, "L": pen.lineTo, "Q": pen.qCurveTo, "C": pen.curveTo}
    for verb, *numbers in outline:
        if verb == "Z":
            pen.closePath()
        else:
            calls[verb](*zip(numbers[::2], numbers[1::2], strict=True))
    return pen.value


def test_an_emoji_is_a_picture_with_a_place():
    emoji = FontLibrary().find(FontRequest("Noto Color Emoji"))
    gid = TTFont(emoji.path).getGlyphID(TTFont(emoji.path).getBestCmap()[0x1F600])
    png, box = emoji.color_bitmap(gid)
    assert Image.open(BytesIO(png)).size == (136, 128)
    assert box.width > 0
    assert box.height > 0
    assert emoji.is_color(gid)


def test_layers_of_a_colour_font_come_with_their_colours(tmp_path):
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A", "low", "high"])
    builder.setupCharacterMap({65: "A"})
    builder.setupGlyf(
        {name: square(side) for name, side in zip((".notdef", "A", "low", "high"), (9, 90, 400, 300), strict=True)}
    )
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "A", "low", "high"), (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Layers", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.setupCPAL([[(1, 0, 0, 1), (0, 0, 1, 0.2)]])
    builder.setupCOLR({"A": [("low", 0), ("high", 1), ("low", 0xFFFF)]})
    builder.save(tmp_path / "layers.ttf")
    font = read_faces(tmp_path / "layers.ttf")[0]
    assert font.color_layers(1) == ((2, (255, 0, 0, 255)), (3, (0, 0, 255, 51)), (2, None))
    assert (font.is_color(1), font.is_color(2)) == (True, False)


def test_a_font_can_go_to_another_process():
    font = FontLibrary().find(FontRequest("Inter", 700))
    assert pickle.loads(pickle.dumps(font)).outline(5) == font.outline(5)
