"""Templates with any words, in every format: nothing is cut, crowded or gone before it is read."""

from __future__ import annotations

import pytest

from render_engine.document.load import load_source
from render_engine.document.templates import TEMPLATES
from render_engine.film import open_scene
from render_engine.layers.caption_content import CaptionContent
from render_engine.layout_check.contrast import contrast_findings
from render_engine.layout_check.rules import layout_findings
from render_engine.layout_check.texts import texts
from tests.render.wordings import WORDINGS, worded

FORMATS = [(1280, 720), (720, 720), (720, 1280)]
RESTS = 1.5  # seconds
THEMED = [name for name in TEMPLATES if name not in ("captioned-video", "meme-caption")]


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_text_has_its_room_in_every_format(name, wording):
    props = worded(name, wording)
    found = []
    for size in FORMATS:
        loaded = load_source(name, props=props, size=size)
        found += [f"{size}: {each}" for each in layout_findings(open_scene(loaded), loaded.composition.size)]
    assert not found


@pytest.mark.parametrize("wording", ["usual", "most items, twice the words"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_what_comes_settles_and_stays_long_enough_to_be_read(name, wording):
    """Captions aside: they follow a voice."""
    found = texts(open_scene(load_source(name, props=worded(name, wording), size=(1280, 720))))
    rests = {
        text.layout.text: max((end - start for start, end in text.still), default=0.0)
        for text in found
        if not isinstance(text.way[-1].node.content, CaptionContent)
    }
    assert rests
    assert {words: rest for words, rest in rests.items() if rest < RESTS} == {}


@pytest.mark.parametrize("palette", ["light", "midnight"])
@pytest.mark.parametrize("name", THEMED)
def test_words_stand_out_on_every_palette(name, palette):
    scene = open_scene(load_source(name, props={"palette": palette}, size=(960, 540)))
    assert not contrast_findings(scene)
