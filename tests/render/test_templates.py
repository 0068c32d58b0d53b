"""The two templates: they render as they are, in every format, with short and long words."""

from fractions import Fraction

import pytest

from render_engine.display_list import Glyphs, Group, Op
from render_engine.document.load import load_source
from render_engine.errors import FramekilnError
from render_engine.matrix import IDENTITY, Box, Matrix, map_box, multiply
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from render_engine.timeline.scene import Scene
from resources.templates._design import Frame

FORMATS = [(1280, 720), (720, 720), (720, 1280)]
SHORT, LONG = "Hey", "A title that is more than twice as long as the one it comes with and goes on"


def scene_of(name: str, size: tuple[int, int] | None = None, **props: object) -> Scene:
    loaded = load_source(name, props=props, size=size)
    return resolve(loaded.composition, loaded.base, size=loaded.size)


def places(items: tuple[Op, ...], parent: Matrix = IDENTITY) -> list[Box]:
    """Where the texts are in the frame, groups looked into."""
    found = []
    for op in items:
        if isinstance(op, Group):
            found += places(op.items, multiply(parent, op.matrix))
        elif isinstance(op, Glyphs):
            found.append(map_box(parent, op.bounds))
    return found


def test_hello_world_lasts_four_seconds_in_full_hd():
    scene = scene_of("hello-world")
    assert (scene.width, scene.height, scene.frames, scene.fps) == (1920, 1080, 120, 30)


@pytest.mark.parametrize("size", FORMATS)
@pytest.mark.parametrize("title", [SHORT, LONG])
def test_hello_worlds_words_keep_to_the_margins(size, title):
    scene = scene_of("hello-world", size, title=title, subtitle=f"{title}. {title}.")
    left = Frame(*size).margin[0]
    for x0, y0, x1, y1 in places(evaluate(scene, Fraction(39, 10)).items):
        assert left - 3 <= x0 < x1 <= size[0] - left + 3
        assert 0.05 * size[1] <= y0 < y1 <= 0.95 * size[1]


def test_hello_world_without_badge_and_subtitle_has_only_its_title():
    scene = scene_of("hello-world", badge="", subtitle="")
    assert len(places(evaluate(scene, Fraction(39, 10)).items)) == 1


def test_captioned_video_is_as_large_and_as_long_as_its_video():
    scene = scene_of("captioned-video")
    assert (scene.width, scene.height, scene.frames, scene.fps) == (1280, 720, 132, 25)
    assert len(scene.audio) == 1


def test_captioned_video_shows_captions_logo_and_lower_third():
    loaded = load_source("captioned-video")
    assert [layer.id for layer in loaded.composition.layers] == ["video", "shade", "logo", "lower third", "captions"]


@pytest.mark.parametrize("size", FORMATS)
def test_captioned_videos_words_stay_in_the_frame_and_apart(size):
    lower_third = {"name": LONG, "title": LONG}
    scene = scene_of("captioned-video", size, title=LONG, lowerThird=lower_third, fontSize=60)
    for time in ("0.9", "2.7", "4.6"):
        boxes = places(evaluate(scene, Fraction(time)).items)
        assert all(0.04 * size[0] <= x0 < x1 <= 0.97 * size[0] for x0, _, x1, _ in boxes)
        assert all(0 <= y0 < y1 <= size[1] for _, y0, _, y1 in boxes)
        headline, name, title, *captions = boxes
        assert headline[3] < name[1] < name[3] <= title[1] + 2
        assert title[3] < min(caption[1] for caption in captions)


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
