"""Layers that move are seen as through a shutter; those that stand still are drawn as ever."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.display_list import Group, Op, Picture, Shape
from render_engine.document.composition import Composition
from render_engine.timeline.evaluate import evaluate
from tests.render.drawing import drawn, scene

MEDIA = Path(__file__).parents[2] / "resources" / "media"
BOX: dict[str, Any] = {"type": "shape", "size": [20, 20], "fill": "red", "position": [100, 50]}


def moving(px_a_second: float, **more: Any) -> dict[str, Any]:
    way = {"keyframes": [{"at": 0, "value": [50, 50]}, {"at": 1, "value": [50 + px_a_second, 50]}]}
    return {**BOX, "position": way, "motion_blur": {}, **more}


def samples(op: Op) -> list[tuple[Op, ...]]:
    assert isinstance(op, Group)
    assert op.effects[-1].name == "accumulate"
    return [op.items, *op.effects[-1].inputs]


def lefts(op: Op) -> list[float]:
    return [items[0].matrix[4] for items in samples(op)]


def pixels(*layers: dict[str, Any], at: float, **more: Any) -> np.ndarray:
    document = {"size": [200, 100], "duration": 2, "background": "#0000", "layers": list(layers), **more}
    return Composition.model_validate(document).frame(at, base=MEDIA).astype(int)


def test_the_shutter_opens_at_the_frame_and_is_open_for_its_share_of_it() -> None:
    (op,) = drawn(moving(240, motion_blur={"samples": 4}), at=0.25)
    assert lefts(op) == [100 + 4 * share for share in (0.125, 0.375, 0.625, 0.875)]
    (op,) = drawn(moving(240, motion_blur={"samples": 2, "shutter": 360}), at=0.25)
    assert lefts(op) == [102, 106]


@pytest.mark.parametrize(("speed", "count"), [(100, 2), (200, 4), (600, 10), (960, 16), (5000, 16)])
def test_a_sample_for_each_px_and_no_more_than_were_asked_for(speed: float, count: int) -> None:
    (op,) = drawn(moving(speed), at=0)
    assert len(samples(op)) == count


def test_what_stands_still_or_hardly_moves_is_drawn_as_ever() -> None:
    assert drawn({**BOX, "motion_blur": {}}) == drawn(BOX)
    assert drawn(moving(300), at=2) == drawn(moving(300, motion_blur=None), at=2)
    assert drawn(moving(12), at=0.5) == drawn(moving(12, motion_blur=None), at=0.5)
    fading = {**BOX, "opacity": {"from": 0, "to": 1}}
    assert drawn({**fading, "motion_blur": {}}, at=0.1) == drawn(fading, at=0.1)


def test_a_cut_on_a_frame_is_never_seen_twice() -> None:
    jump = {"keyframes": [{"at": 0, "value": [50, 50], "easing": "hold"}, {"at": 1, "value": [150, 50]}]}
    for k in (29, 30, 31):
        (op,) = drawn({**BOX, "position": jump, "motion_blur": {}}, at=Fraction(k, 30))
        assert isinstance(op, Shape)
        assert op.matrix[4] == (40 if k < 30 else 140)


def test_the_mean_of_all_samples_is_shown_and_none_of_the_layer_is_lost() -> None:
    sharp, blurred = (pixels(moving(960, fill="#ff8000", motion_blur=blur), at=0) for blur in (None, {"samples": 16}))
    alpha, before = blurred[50, :, 3], sharp[50, :, 3]
    assert abs(alpha.sum() - before.sum()) < 255 / 16 * 4
    rising = alpha[41:55]  # the trailing edge: a sixteenth more for each px
    assert np.abs(rising - (np.arange(41, 55) - 40 + 0.5) * 255 / 16).max() < 1.5
    assert (blurred[:, 56:60] == [255, 128, 0, 255]).all(-1)[41:59].all()


def test_at_a_whole_turn_of_the_shutter_the_frames_follow_without_a_gap() -> None:
    ends = []
    for k in (5, 6):
        (op,) = drawn(moving(480, motion_blur={"shutter": 360}), at=Fraction(k, 30))
        ends.append(lefts(op))
    assert ends[1][0] - ends[0][-1] == pytest.approx(ends[0][1] - ends[0][0])


def test_the_composition_gives_a_shutter_to_all_that_state_none() -> None:
    plain, off = {**moving(300)}, moving(300, motion_blur=None)
    del plain["motion_blur"]
    inner = {"type": "composition", "composition": {"size": [200, 100], "duration": 4, "layers": [plain]}}
    for layer in (plain, {"type": "group", "layers": [plain]}, inner):
        assert "accumulate" in repr(drawn(layer, at=0.5, motion_blur={}))
        assert "accumulate" not in repr(drawn(layer, at=0.5))
    for layer in (off, {"type": "group", "motion_blur": None, "layers": [plain]}):
        assert "accumulate" not in repr(drawn(layer, at=0.5, motion_blur={}))
    unlike = {**inner, "composition": {**inner["composition"], "motion_blur": None}}
    assert "accumulate" not in repr(drawn(unlike, at=0.5, motion_blur={}))


def test_what_moves_in_a_moving_layer_is_sampled_together_with_it() -> None:
    """A wheel that rolls: sixteen moments of both, not sixteen times sixteen."""
    wheel = moving(600, layers=[{**BOX, "rotation": {"from": 0, "to": 720}}], type="group")
    for name in ("size", "fill"):
        del wheel[name]
    (op,) = drawn(wheel, at=0.1)
    turns = [items[0].matrix[:4] for items in samples(op)]
    assert len(set(turns)) == 16
    assert repr(op).count("accumulate") == 1


def test_blending_and_opacity_are_those_of_the_mean() -> None:
    (op,) = drawn(moving(300, blend="screen", opacity=0.5), at=0.5)
    assert op.blend == "screen"
    assert {items[0].blend for items in samples(op)} == {"normal"}
    assert {items[0].opacity for items in samples(op)} == {2048}


def test_a_video_shows_one_picture_in_all_samples() -> None:
    film = moving(300, type="video", source="bigbuckbunny.mp4", size=[40, 30])
    del film["fill"]
    (op,) = drawn(film, at=0.5, base=MEDIA)
    fills = [items[0].fill for items in samples(op) if isinstance(items[0], Shape)]
    assert {fill.frame for fill in fills if isinstance(fill, Picture)} == {fills[0].frame}  # type: ignore[union-attr]


def test_times_in_any_order_give_the_same() -> None:
    def fresh() -> Any:
        return scene(moving(300), moving(50, entrance="popIn", start=0.5), motion_blur={})

    kept, times = fresh(), [Fraction(k, 60) for k in (0, 70, 29, 30, 31, 59, 60, 61, 35, 58, 0)]
    assert [evaluate(kept, time).digest for time in times] == [evaluate(fresh(), time).digest for time in times]
