"""Sprites become records one by one or all at once, whichever is quicker: the bytes are the same."""

from __future__ import annotations

import math
import random

import numpy as np

from render_engine.cuda.memory import Memory
from render_engine.cuda.place import LINEAR, Sprite, copy, fill, place
from render_engine.cuda.records import AT_ONCE, PACKED, RECORD, records
from render_engine.cuda.texture import Texture, uploaded
from render_engine.display_list import quantise_matrix
from render_engine.matrix import Matrix, multiply, scaling, translation
from render_engine.timeline.transform import in_space
from tests.cuda.host_device import HostDevice

SIZE = (640, 360)
WHOLE = (0, 0, *SIZE)


def texture(width: int = 40, height: int = 30) -> Texture:
    return uploaded(Memory(HostDevice()), np.zeros((height, width, 4), np.uint8))


def turned(degrees: float, scale: float, x: float, y: float) -> Matrix:
    return multiply(translation(x, y), multiply(in_space(degrees, 0, 0, 1000), scaling(scale, scale)))


def anything(count: int) -> list[Sprite]:
    """Turned, enlarged, mirrored, edge-on, in space, half outside, of no size, whole pixels, one colour."""
    random.seed(7)
    picture, area = texture(), WHOLE
    found: list[Sprite | None] = []
    for k in range(count):
        x, y = random.uniform(-60, SIZE[0] + 60), random.uniform(-60, SIZE[1] + 60)
        ways = (
            turned(random.uniform(0, 360), random.uniform(0.6, 40), x, y),
            turned(0, 1.5, x, y),
            translation(x, y),
            translation(round(x), round(y)),
            multiply(translation(x, y), scaling(-1, 1)),
            multiply(translation(x, y), scaling(0, 1)),
            multiply(translation(x, y), in_space(20, random.uniform(-80, 80), 30, 300)),
        )
        found.append(place(area, picture, quantise_matrix(ways[k % len(ways)]), random.randrange(4097)))
        found.append(copy(picture, (round(x), round(y)), (10, 10, 30, 20), 4096, "screen"))
        found.append(fill((3, 4, 50, 60), (65535, 0, 0, 30000), 2000, "normal"))
    return [sprite for sprite in found if sprite]


def test_all_at_once_are_as_one_by_one():
    sprites = anything(210)
    together = records(sprites, WHOLE, WHOLE)
    alone = b"".join(records([sprite], WHOLE, WHOLE) for sprite in sprites)
    one, other = (np.frombuffer(each, RECORD) for each in (alone, together))
    seen, also = (_seen(each["f2"]) for each in (one, other))
    assert (seen == also).all()
    assert 100 < seen.sum() < len(sprites)
    assert (one[seen] == other[seen]).all()


def _seen(bounds: np.ndarray) -> np.ndarray:
    return (bounds[:, 0] < bounds[:, 2]) & (bounds[:, 1] < bounds[:, 3])


def test_a_record_is_as_long_as_the_kernel_has_it():
    assert PACKED.size == RECORD.itemsize == 104
    assert len(records(anything(4)[:3], WHOLE, WHOLE)) == 3 * PACKED.size


def test_the_way_back_leads_to_the_texture():
    """From the middle of what is seen to the middle of what is shown."""
    m = turned(33, 2.0, 300, 150)
    (record,) = np.frombuffer(
        records([Sprite(None, (LINEAR, 0, 256, 0, 0, 0, 0), m, (0.0, 0.0, 40.0, 30.0))], WHOLE, WHOLE), RECORD
    )
    x0, y0, x1, y1 = record["f2"]
    back = record["f3"].astype(float)
    x, y = (x1 - x0) / 2, (y1 - y0) / 2
    assert math.isclose(back[0] * x + back[2] * y + back[4], 20, abs_tol=1)
    assert math.isclose(back[1] * x + back[3] * y + back[5], 15, abs_tol=1)
    assert AT_ONCE > 1
