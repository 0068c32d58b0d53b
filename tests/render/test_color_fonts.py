"""Fonts whose glyphs are made of coloured layers (COLRv0) are drawn in their colours, and in the text's where they say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from render_engine import Composition


def square(x0: int, x1: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((x0, 0))
    for point in ((x0, 1000), (x1, 1000), (x1, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


@pytest.fixture
def font(tmp_path: Path) -> Path:
    """The letter A: its left half red, its right half in the colour of the text."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A", "left", "right"])
    builder.setupCharacterMap({ord("A"): "A"})
    glyphs = {".notdef": square(0, 10), "A": square(0, 1000), "left": square(0, 500), "right": square(500, 1000)}
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (1000, 500 if name == "right" else 0) for name in glyphs})
    builder.setupHorizontalHeader(ascent=1000, descent=0)
    builder.setupOS2(sTypoAscender=1000, sTypoDescender=0, usWinAscent=1000, usWinDescent=0)
    builder.setupNameTable({"familyName": "Halves", "styleName": "Regular"})
    builder.setupPost()
    builder.setupCOLR({"A": [("left", 0), ("right", 0xFFFF)]})
    builder.setupCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    path = tmp_path / "halves.ttf"
    builder.save(str(path))
    return path


def test_layers_have_their_colours_and_the_texts(font: Path) -> None:
    layer = {"type": "text", "text": "A", "font": "Halves", "size": 80, "color": "#0000ff", "line_height": 1}
    fields = {"size": [100, 100], "duration": 1, "fonts": {"Halves": str(font)}, "layers": [layer]}
    picture = Composition.model_validate(fields).frame(0)
    assert tuple(picture[50, 30]) == (255, 0, 0, 255)
    assert tuple(picture[50, 70]) == (0, 0, 255, 255)
