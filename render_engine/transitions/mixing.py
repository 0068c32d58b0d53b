"""Ways for one scene to take the place of another: both in one texture, where no seam can show."""

from __future__ import annotations

from render_engine.display_list import Effect
from render_engine.transitions.look import Mix


def by_share(share: float) -> Mix:
    """leaving · (1 − share) + entering · share, premultiplied."""
    number = round(min(1.0, max(0.0, share)) * 4096) / 4096
    return lambda entering, _space: Effect("mix", (number,), 0, inputs=(entering,))
