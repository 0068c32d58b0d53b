"""Which rows of a group's picture have to be there for some rows of what it is drawn into: where memory on the card is
short, a large group is made a part at a time.

Only groups whose pixels come out the same to the last bit: those that are drawn as large as they are seen, through effects
that look at each pixel's own surroundings. What looks at all of the picture is never divided.
"""

from __future__ import annotations

import math

from render_engine.cpu.effects.blur import lessened, reduction
from render_engine.cpu.place import halvings
from render_engine.display_list import Backdrop, Effect, Group, Rect, intersect, whole_pixels
from render_engine.matrix import Matrix, inverse, map_box

BY_COLOR = ("chroma_key", "color_adjust", "curves", "duotone", "grain", "lut", "vignette")
EACH_ALONE = frozenset((*BY_COLOR, "accumulate", "clip", "dissolve", "mix", "mix_within"))
SIGMA = {"blur": 0, "blur_within": 0, "glow": 0, "sharpen": 1, "drop_shadow": 2}  # which of their numbers it is
PATTERN = 16  # px: the fixed pattern that makes fine values 8 bits begins anew
BETWEEN = 3  # rows more, for what is sampled between them


def rows_seen(group: Group, matrix: Matrix, seen: Rect) -> Rect:
    """Of the group's area, put by `matrix` into the space of `seen`; all of it where it cannot be divided."""
    back = inverse(matrix)
    if back is None or matrix[6] or matrix[7] or halvings(matrix, group.area) or not is_divisible(group):
        return group.area
    x0, y0, x1, _ = group.area
    found = whole_pixels(map_box(back, seen), BETWEEN)
    part = intersect((x0, found[1], x1, found[3]), group.area)
    return part if part[1] < part[3] else (x0, y0, x1, y0 + 1)


def rows_read(group: Group, part: Rect) -> Rect:
    """What its effects have to be given, for the rows of `part` to come out right."""
    if part == group.area:
        return part
    reach = sum(rows_around(effect) for effect in group.effects)
    step = max([PATTERN, *(reduction(sigma) for effect in group.effects if (sigma := _sigma(effect)) is not None)])
    x0, top, x1, bottom = group.area
    first = top + max(0, part[1] - reach - top) // step * step
    return (x0, first, x1, min(bottom, part[3] + reach))


def is_divisible(group: Group) -> bool:
    """Backdrops look at what lies beneath them further away than where they are."""
    lists = [group.items, *(matte.items for matte in group.mattes)]
    lists += [items for effect in group.effects for items in effect.inputs]
    if any(isinstance(op, Backdrop) for items in lists for op in items):
        return False
    return all(effect.name in EACH_ALONE or effect.name in SIGMA for effect in group.effects)


def rows_around(effect: Effect) -> int:
    """How many rows above and below a pixel decide it: all of them, where `reach` leaves out those that hardly count."""
    sigma = _sigma(effect)
    if sigma is None:
        return 0
    by = reduction(sigma)
    moved = math.ceil(abs(effect.numbers[1])) + 1 if effect.name == "drop_shadow" else 0
    return by * (math.ceil(3.2 * lessened(sigma, by)) + 3) + moved


def _sigma(effect: Effect) -> float | None:
    return effect.numbers[SIGMA[effect.name]] if effect.name in SIGMA else None
