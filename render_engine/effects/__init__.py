"""Effects of layers, one file each: their parameters and how far they reach. No pixels: those are in cpu/effects.

A new effect is a file here, one line in `AnyEffect` and `EFFECTS`, and a file of the same name in cpu/effects.
"""

from collections.abc import Callable
from typing import Annotated, Any

from render_engine import display_list
from render_engine.document.late import ByType
from render_engine.effects import blur, drop_shadow
from render_engine.timeline.values_of import Values

AnyEffect = Annotated[
    blur.Blur | drop_shadow.DropShadow,
    ByType({"blur": lambda: blur.Blur, "drop_shadow": lambda: drop_shadow.DropShadow}),
]

# of the layer's seconds and the texture's px for each px of the layer; None where it changes nothing
EffectAt = Callable[[float, float], display_list.Effect | None]

EFFECTS: dict[type, Callable[[Any, Values], EffectAt]] = {
    blur.Blur: blur.resolve,
    drop_shadow.DropShadow: drop_shadow.resolve,
}
