"""Raw documents as rows of the timeline: the times are those of the engine, and nothing broken breaks them."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.widgets.timeline import edits
from app.widgets.timeline.clock import Clock
from app.widgets.timeline.lines import lines_of, within
from app.widgets.timeline.row import Row, Rows
from app.widgets.timeline.rows import rows_of
from app.widgets.timeline.scale import Scale, ticks
from app.widgets.timeline.snap import snapped, targets_of
from app.widgets.timeline.standing import Standing, place_in, standing
from render_engine.document.load import load_source, parse_document
from render_engine.document.write import raw_document
from render_engine.timeline.resolve import resolve


def times(rows: Rows) -> dict[str, tuple[float, float]]:
    return {row.path: (round(row.start, 4), round(row.end, 4)) for row in rows.walk()}


def text(**fields: Any) -> dict[str, Any]:
    return {"type": "text", "text": "a", **fields}


def film(*layers: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    return {"framekiln": 1, "size": [64, 64], "fps": 10, "duration": 10, **fields, "layers": list(layers)}


def only(rows: Rows, path: str) -> Row:
    return next(row for row in rows.walk() if row.path == path)


@pytest.mark.parametrize("template", ["launch-video", "explainer", "investor-update", "logo-reveal"])
def test_layers_and_scenes_stand_where_the_engine_has_them(template: str) -> None:
    loaded = load_source(template)
    scene = resolve(loaded.composition, loaded.base)
    rows = rows_of(raw_document(loaded.composition), length=float(scene.duration))
    assert rows.duration == pytest.approx(float(scene.duration))
    for node in scene.nodes:
        row = only(rows, node.where)
        assert (row.start, row.end) == (pytest.approx(float(node.start)), pytest.approx(float(node.end)))
        for k, slot in enumerate(getattr(node.content, "slots", ())):
            inner = only(rows, f"{node.where}.scenes[{k}]")
            assert (inner.start, inner.end) == (pytest.approx(float(slot.start)), pytest.approx(float(slot.end)))


def test_what_is_nested_is_told_on_the_films_clock() -> None:
    inner = film(
        text(start=1, end=3, opacity={"keyframes": [{"at": 0, "value": 0}, {"at": 1, "value": 1}]}), duration=4
    )
    whole = film({"type": "group", "start": 2, "layers": [
        {"type": "composition", "start": 1, "speed": 2, "composition": inner}, text(end=1),
    ]})  # fmt: skip
    rows = rows_of(whole)
    at = times(rows)
    assert all(standing(whole, row.path, place_in(whole, {})) == Standing(row.start, row.clock) for row in rows.walk())
    assert at["layers[0]"] == (2, 5), "as long as what is in it"
    assert at["layers[0].layers[1]"] == (2, 3)
    assert at["layers[0].layers[0]"] == (3, 5), "four seconds at twice the speed"
    assert at["layers[0].layers[0].composition.layers[0]"] == (3.5, 4.5)
    track = only(rows, "layers[0].layers[0].composition.layers[0]").tracks[0]
    assert [(key.path, key.at) for key in track.keys] == [
        (f"{track.path}.keyframes[0]", 3.5),
        (f"{track.path}.keyframes[1]", 4.0),
    ]


def test_the_top_layer_comes_first_and_scenes_in_the_order_of_time() -> None:
    scenes = [{"duration": 2, "layers": [text()]}, {"duration": 3, "transition": "crossfade", "layers": [text()]}]
    rows = rows_of(film(text(), {"type": "sequence", "scenes": scenes}))
    assert [row.path for row in rows.rows] == ["layers[1]", "layers[0]"]
    first, second = rows.rows[0].children
    assert (first.end, second.start, second.end, second.coming) == (2, pytest.approx(1.4), pytest.approx(4.4), 0.6)


def test_times_may_be_told_by_markers_beats_and_props() -> None:
    document = film(
        text(start="chorus", end="chorus+1.5"),
        text(start="beat:3"),
        {"type": "group", "start": 1, "layers": [text(start="chorus")]},
        text(start={"$prop": "late"}, opacity={"keyframes": [{"at": "chorus", "value": 1}]}),
        text(start="nowhere"),
        markers=[{"at": 4, "name": "chorus"}, {"tempo": 120, "until": 3}],
        props={"late": {"type": "number", "default": 2}},
    )
    at = times(rows_of(document, {"late": 3}))
    assert at["layers[0]"] == (4, 5.5)
    assert at["layers[1]"] == (1, 10)
    assert at["layers[2].layers[0]"] == (4, 10), "markers are of the composition, wherever the layer stands"
    assert at["layers[3]"] == (3, 10)
    assert at["layers[4]"] == (0, 10)
    rows = rows_of(document)
    assert only(rows, "layers[3]").tracks[0].keys[0].at == 4
    assert not only(rows, "layers[3]").tracks[0].keys[0].free
    assert not only(rows, "layers[0]").free_start


def test_media_last_as_long_as_their_files_once_those_are_known() -> None:
    video = {"type": "video", "source": "a.mp4", "start": 1, "trim": [2, None], "speed": 2}
    document = film(video)
    assert times(rows_of(document))["layers[0]"] == (1, 10)
    known = rows_of(document, lengths={"a.mp4": 8.0})
    assert times(known)["layers[0]"] == (1, 4)
    assert known.sources == ("a.mp4",)
    assert known.rows[0].sound is not None
    assert (known.rows[0].sound.first, known.rows[0].sound.speed) == (2, 2)


def test_names_say_what_a_layer_shows() -> None:
    document = film(
        text(id="headline"),
        text(text="Hello\n${who}"),
        {"type": "image", "source": "pictures/cat.png"},
        {"type": "shape", "shape": "star"},
        {"type": "bar_chart"},
        props={"who": {"type": "string", "default": "you"}},
    )
    names = [row.name for row in reversed(rows_of(document).rows)]
    assert names == ["headline", "Hello you", "cat.png", "Star", "Bar chart"]


FIELDS = (
    "type layers scenes layer composition start end duration keyframes at value spring to delay entrance exit transition "
    "text source trim speed markers tempo offset name props default fps over stagger id hidden"
)
KEYS = st.sampled_from(tuple(FIELDS.split(" ")))
WORDS = st.sampled_from(
    [
        "sequence",
        "group",
        "composition",
        "repeat",
        "video",
        "text",
        "crossfade",
        "popIn",
        "bouncy",
        "a",
        "a+1",
        "${a}",
        "",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers(-5, 10**9) | st.floats(allow_nan=True) | WORDS
BROKEN = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6))


@given(st.dictionaries(KEYS, BROKEN, max_size=8))
@settings(max_examples=300, deadline=None)
def test_nothing_broken_raises(document: dict[str, Any]) -> None:
    rows = rows_of(document, lengths={"a": 3.0})
    assert all(row.start <= row.end for row in rows.walk())
    lines_of(rows.rows, {row.path for row in rows.walk()})


@given(st.dictionaries(KEYS, BROKEN, max_size=8))
@settings(max_examples=300, deadline=None)
def test_one_layer_stands_where_its_row_does(document: dict[str, Any]) -> None:
    place = place_in(document, {})
    for row in rows_of(document).walk():
        stands = standing(document, row.path, place)
        assert stands is not None
        assert (stands.start, stands.clock) == (row.start, row.clock)


# ------------------------------------------------------------------------------------------------------------- edits


def test_a_bar_that_is_put_on_a_frame_is_seen_from_that_frame_on() -> None:
    """2/30 s written as 0.066667 would come at the third frame."""
    for frame in range(1, 200):
        document = film(text(), fps=30)
        edits.move(document, rows_of(document).rows, frame / 30)
        assert document["layers"][0]["start"] <= frame / 30 < document["layers"][0]["start"] + 1e-5


def test_layers_in_nested_compositions_move_by_the_films_clock() -> None:
    inner = film(text(start=1, end=3), duration=4)
    document = film({"type": "composition", "speed": 2, "composition": inner})
    row = only(rows_of(document), "layers[0].composition.layers[0]")
    edits.move(document, [row], 0.5)
    assert (inner["layers"][0]["start"], inner["layers"][0]["end"]) == (2, 4)


def test_what_is_trimmed_away_comes_back_in_the_same_drag() -> None:
    document = film({"type": "video", "source": "a.mp4", "start": 1, "end": 5, "trim": [2, None]})
    row, before = rows_of(document).rows[0], edits.Before(document, ["layers[0]"])
    for by in (2.0, -3.0, 0.5):
        before.put_back(document)
        edits.trim_start(document, [row], by)
    assert document["layers"][0] == {
        "type": "video", "source": "a.mp4", "start": 1.5, "end": 5, "trim": [2.5, None],
    }  # fmt: skip


def test_a_split_shows_the_same_film() -> None:
    moving = {"keyframes": [{"at": 0, "value": 0}, {"at": 4, "value": 1}]}
    document = film(text(start=1, end=9, opacity=moving, entrance="fadeUp"))
    made = edits.split(document, rows_of(document).rows, 3.0)
    assert made == ["layers[1]"]
    rows = rows_of(document)
    assert times(rows) == {"layers[0]": (1, 3), "layers[1]": (3, 9)}
    assert [key.at for key in only(rows, "layers[1]").tracks[0].keys] == [1, 5]
    resolve(parse_document(document), Path())


def test_keyframes_pass_each_other() -> None:
    moving = {"keyframes": [{"at": 0, "value": 0}, {"at": 1, "value": 1}, {"at": 2, "value": 2}]}
    document = film(text(start=1, opacity=moving))
    edits.move_keys(document, [("layers[0].opacity", 0, 1.0, Clock(1.0))], 1.5)
    listed = document["layers"][0]["opacity"]["keyframes"]
    assert [(each["at"], each["value"]) for each in listed] == [(1, 1), (1.5, 0), (2, 2)]


def test_a_marker_that_is_renamed_keeps_what_is_told_by_it() -> None:
    document = film(
        text(start="chorus", end="chorus + 2"), text(start="chorus two"), markers=[{"at": 4, "name": "chorus"}]
    )
    edits.rename_marker(document, "markers[0]", "drop")
    assert [(layer.get("start"), layer.get("end")) for layer in document["layers"]] == [
        ("drop", "drop + 2"),
        ("chorus two", None),
    ]


# ------------------------------------------------------------------------------------------------- scale and snapping


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 30000 / 1001])
def test_the_ruler_is_readable_at_every_zoom(fps: float) -> None:
    px = 0.02
    while px < 4000:
        shown = list(ticks(Scale(0, px), 2000, fps))
        labelled = [tick.seconds for tick in shown if tick.label]
        assert len(shown) <= 2000 / 6 + 3
        assert all((b - a) * px >= 90 for a, b in pairwise(labelled))
        assert all(abs(tick.seconds * fps - round(tick.seconds * fps)) < 1e-3 for tick in shown if px > fps * 60)
        px *= 1.37


def test_zooming_keeps_what_is_under_the_pointer() -> None:
    scale = Scale(3, 100)
    assert scale.zoomed(4, 250).seconds(250) == pytest.approx(scale.seconds(250))


def test_a_drag_rests_at_what_it_meets_and_else_at_a_frame() -> None:
    targets = targets_of([2.5], 10, 100)
    assert snapped(0.48, [2.0, 4.0], targets, 0.08, 30).at == 2.5
    assert snapped(0.97, [2.0, 4.0], targets, 0.08, 30).by == pytest.approx(1.0), "the whole second"
    free = snapped(0.211, [2.0], (), 0.0, 30)
    assert (free.at, free.by) == (None, pytest.approx(6 / 30))


def test_of_many_lines_only_those_in_sight_are_met() -> None:
    lines = lines_of(rows_of(film(*(text() for _ in range(500)))).rows, set())
    seen = within(lines, 2800, 3080)
    assert [line.top for line in seen] == list(range(2800, 3081, 28))
