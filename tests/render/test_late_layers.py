"""A layer that begins when the film, or the group that it is in, has ended: neither seen nor heard, and no mistake.

Whoever makes a film shorter has not broken it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.widgets.layer_kinds import NEW
from render_engine.errors import DocumentError, MediaError
from tests.render.drawing import drawn, scene

MEDIA = Path("resources/media").absolute()
LATE = [{"start": 5}, {"start": 5, "end": 7}]
SHAPE = {"type": "shape", "shape": "rect", "size": [4, 4], "fill": "#f00"}


@pytest.mark.parametrize("times", LATE)
@pytest.mark.parametrize("kind", sorted(set(NEW) - {"repeat"}))  # which is its layers by then
def test_a_layer_of_any_kind_may_begin_too_late(kind: str, times: dict[str, Any]) -> None:
    late = {"type": kind, **NEW[kind], **times}
    made = scene(SHAPE, late, duration=3, size=[1280, 720], base=MEDIA)
    assert made.duration == 3
    assert all(node.start >= 5 for node in made.nodes[1:])


@pytest.mark.parametrize("times", LATE)
def test_it_is_not_heard_from_a_group_that_has_ended(times: dict[str, Any]) -> None:
    music = {"type": "audio", "source": "music-calm.m4a", **times}
    group = {"type": "group", "end": 3, "layers": [music, {**SHAPE, **times}]}
    assert not scene(group, SHAPE, duration=10, base=MEDIA).audio
    assert drawn(group, at=6, duration=10, base=MEDIA) == drawn(at=6, duration=10)


def test_what_is_wrong_in_it_is_told_all_the_same() -> None:
    with pytest.raises(MediaError, match=r"none\.mp4 does not exist"):
        scene({"type": "video", "source": "none.mp4", "start": 5}, duration=3, base=MEDIA)
    with pytest.raises(DocumentError, match="ends at 4 s, before its start at 5 s"):
        scene({**SHAPE, "start": 5, "end": 4}, duration=3)
