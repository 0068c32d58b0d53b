"""Templates: their sizes and lengths, what their props change, and how they sit on their music."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from render_engine.document.load import load_source
from render_engine.document.templates import TEMPLATES, describe
from render_engine.errors import FramekilnError
from render_engine.layers.sequence import Sequence
from render_engine.motion.tokens import PALETTES
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from render_engine.timeline.scene import Scene
from resources.templates._design import Colors, colors_of, contrast, ink_on, readable
from tests.render.wordings import GIVEN

# width, height, frames a second, seconds: as MOTION.md has them
MADE = {
    "hello-world": (1920, 1080, 30, 4),
    "launch-video": (1920, 1080, 30, 20),
    "logo-reveal": (1920, 1080, 30, 5),
    "meme-caption": (1080, 1920, 30, 6),
    "explainer": (1920, 1080, 30, 20),
    "investor-update": (1920, 1080, 30, 15),
    "captioned-video": (1280, 720, 25, Fraction("5.28")),
}
# each prop of the captions' style: what it is here, and other props that it needs to be seen
STYLE: dict[str, tuple[Any, dict[str, Any]]] = {
    "maxCharsPerLine": (12, {}),
    "maxLines": (1, {"maxCharsPerLine": 14}),
    "fontFamily": ("Space Grotesk", {}),
    "fontWeight": (500, {}),
    "fontSize": (60, {}),
    "lineHeight": (1.6, {}),
    "textColor": ("#ffddaa", {}),
    "strokeColor": ("#300030", {}),
    "strokeWidth": (9, {}),
    "backgroundColor": ("#203060", {"backgroundOpacity": 0.7}),
    "backgroundOpacity": (0.7, {}),
    "paddingX": (50, {"backgroundOpacity": 0.7}),
    "paddingY": (40, {"backgroundOpacity": 0.7}),
    "borderRadius": (2, {"backgroundOpacity": 0.7}),
    "bottomOffset": (140, {}),
    "highlightColor": ("#40ff90", {}),
    "highlightMode": ("underline", {}),
    "highlightTransitionMs": (600, {}),
    "highlightPillColor": ("#d02060", {"highlightMode": "pill"}),
    "highlightScale": (1.3, {}),
    "wordEntryAnimation": ("slideUp", {}),
    "wordEntryDurationMs": (700, {"wordEntryAnimation": "fade"}),
    "captionTransitionMs": (900, {}),
}
MOMENTS = [Fraction(k, 25) for k in range(8, 36, 3)]  # while captions come, and words light up


def scene_of(name: str, size: tuple[int, int] | None = None, **props: object) -> Scene:
    loaded = load_source(name, props=props, size=size)
    return resolve(loaded.composition, loaded.base, size=loaded.size)


@pytest.mark.parametrize("name", MADE)
def test_a_template_has_its_size_rate_and_length(name):
    scene = scene_of(name)
    width, height, fps, seconds = MADE[name]
    assert (scene.width, scene.height, scene.fps, scene.frames) == (width, height, fps, fps * seconds)


def test_launch_videos_scenes_change_on_the_beats_of_its_music():
    """Half a second is a beat at 120 a minute."""
    composition = load_source("launch-video").composition
    steps = next(layer for layer in composition.layers if isinstance(layer, Sequence)).scenes
    start, middles = Fraction(0), []
    for one, following in pairwise(steps):
        change = Fraction(str(following.transition.duration))
        start += Fraction(str(one.duration)) - change
        middles.append(start + change / 2)
    assert len(middles) == 3
    assert all(2 * middle == int(2 * middle) for middle in middles)


def test_an_explainer_is_as_long_as_its_steps():
    steps = [{"title": "One"}, {"title": "Two"}, {"title": "Three"}]
    assert scene_of("explainer", steps=steps).frames == 15 * 30


def test_parts_that_are_left_out_leave_no_gap():
    layers = load_source("investor-update", props={"points": [], "points_title": ""}).composition.layers
    meaning = next(layer for layer in layers if isinstance(layer, Sequence)).scenes[-1].layers[0]
    assert [layer.id for layer in meaning.layers] == ["chart pane"]


def test_a_palettes_single_colours_are_replaced():
    colors = colors_of(Colors(palette="ocean", primary="#ff0000", muted="#808080"))
    own = PALETTES["ocean"]
    assert (colors.primary, colors.text_muted, colors.secondary, colors.bg) == (
        "#ff0000",
        "#808080",
        own.secondary,
        own.bg,
    )


@pytest.mark.parametrize("background", [None, "#ffffff", "#000000", "#ffd000", "#6030c0", "#808080"])
@pytest.mark.parametrize("palette", PALETTES)
def test_words_can_be_read_on_any_background(palette, background):
    colors = colors_of(Colors(palette=palette, background=background))
    assert contrast(colors.text, colors.bg) >= 4.5
    assert contrast(colors.text_muted, colors.bg) >= 4.5
    assert contrast(colors.accent, colors.bg) >= 4.5
    assert contrast(ink_on(colors.primary, colors.secondary), colors.primary) >= 3


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert readable("#06b6d4", "#0a0a0a", 4.5) == "#06b6d4"


def test_captioned_video_shows_captions_logo_and_lower_third():
    loaded = load_source("captioned-video")
    assert [layer.id for layer in loaded.composition.layers] == ["video", "shade", "logo", "lower third", "captions"]


@pytest.mark.parametrize("prop", STYLE)
def test_each_prop_of_the_captions_style_changes_the_picture(prop):
    value, needs = STYLE[prop]
    common = {**GIVEN["captioned-video"], "lowerThird": None, "logo": None, **needs}
    one, other = (scene_of("captioned-video", **props) for props in (common, {**common, prop: value}))
    assert any(evaluate(one, time).digest != evaluate(other, time).digest for time in MOMENTS)


def test_own_segments_and_style_reach_the_captions():
    segments = [{"startMs": 0, "endMs": 3000, "text": "my own words"}]
    loaded = load_source("captioned-video", props={"captions": segments, "highlightMode": "pill", "maxCharsPerLine": 9})
    captions = loaded.composition.layers[-1]
    assert (captions.highlight_mode, captions.max_chars_per_line, captions.segments[0].text) == (
        "pill",
        9,
        "my own words",
    )


def test_parts_are_left_out_by_null():
    loaded = load_source("captioned-video", props={"captions": None, "logo": None, "lowerThird": None})
    assert [layer.id for layer in loaded.composition.layers] == ["video", "shade"]


def test_another_video_does_not_inherit_the_samples_captions(tmp_path):
    copy = tmp_path / "mine.mp4"
    sample = load_source("captioned-video")
    copy.write_bytes((sample.base / "media/bigbuckbunny.mp4").read_bytes())
    loaded = load_source("captioned-video", props={"video": str(copy)})
    assert [layer.id for layer in loaded.composition.layers] == ["video", "shade"]


def test_a_wrong_prop_is_named():
    with pytest.raises(FramekilnError, match="highlightMode"):
        load_source("captioned-video", props={"highlightMode": "sparkle"})
    with pytest.raises(FramekilnError, match="gone"):
        load_source("captioned-video", props={"video": "gone.mp4"})
    with pytest.raises(FramekilnError, match=r"steps\[1\]\.icon"):
        load_source("explainer", props={"steps": [{"title": "One"}, {"title": "Two", "icon": "unicorn"}]})


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_documentation_tells_each_template_and_prop(name):
    told = (Path(__file__).parents[2] / "docs" / "templates.md").read_text("utf-8")
    assert f"images/template-{name}.jpg" in told
    assert [row.name for row in describe(name) if f"| `{row.name}` |" not in told] == []
