"""Several frames on one picture, each with its time under it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from PIL import Image, ImageDraw, ImageFont

from app.cli.words import time_words
from render_engine.text.fonts import FontLibrary, FontRequest

CELL = 480  # the longer side of a frame on the sheet, px
GAP = 24
LABEL = 44
FONT_SIZE = 20
PAPER, INK, CHECKER = "#17181c", "#c9ccd3", ("#3a3c42", "#2c2e33")


def contact_sheet(frames: Iterable[Image.Image], times: Sequence[Fraction]) -> Image.Image:
    """A grid as square as it gets, filled row by row; frames are taken one at a time and made small at once."""
    font = ImageFont.truetype(str(FontLibrary().find(FontRequest("Inter", 500)).path), FONT_SIZE)
    cells = [_small(frame) for frame in frames]
    width, height = cells[0].size
    columns = _columns(len(cells), width, height)
    rows = math.ceil(len(cells) / columns)
    sheet = Image.new("RGB", (GAP + columns * (width + GAP), GAP + rows * (height + LABEL)), PAPER)
    draw = ImageDraw.Draw(sheet)
    for at, (cell, time) in enumerate(zip(cells, times, strict=True)):
        x, y = GAP + at % columns * (width + GAP), GAP + at // columns * (height + LABEL)
        sheet.paste(cell, (x, y))
        draw.text((x + width / 2, y + height + LABEL / 2 - 4), time_words(time), INK, font, anchor="mm")
    return sheet


def _columns(count: int, width: int, height: int) -> int:
    """As many as make the whole sheet about 4:3, or wider."""
    return min(count, math.ceil(math.sqrt(count * height / width * 4 / 3)))


def _small(frame: Image.Image) -> Image.Image:
    scale = min(1.0, CELL / max(frame.size))
    size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    small = frame.resize(size, Image.Resampling.LANCZOS)
    ground = _checkerboard(size)
    ground.paste(small, (0, 0), small)
    return ground


def _checkerboard(size: tuple[int, int], square: int = 12) -> Image.Image:
    """What shows where a frame is see-through."""
    ground = Image.new("RGB", size, CHECKER[0])
    draw = ImageDraw.Draw(ground)
    for y in range(0, size[1], square):
        for x in range(square * (y // square % 2), size[0], 2 * square):
            draw.rectangle((x, y, x + square - 1, y + square - 1), CHECKER[1])
    return ground
