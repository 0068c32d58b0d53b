"""How much of an effect: the limits a document's numbers keep, and the steps in which they reach the display list."""

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from render_engine.document.fields import Keyframed, Springing, animated_form
from render_engine.document.late import LATE

Factor = Annotated[float, Field(ge=0, le=10)]
Signed = Annotated[float, Field(ge=-1, le=1)]

AnimatedFactor = Annotated[
    Annotated[Factor, Tag("fixed")]
    | Annotated[Keyframed[Factor], LATE, Tag("keyframes")]
    | Annotated[Springing[Factor], LATE, Tag("spring")],
    Discriminator(animated_form),
]
AnimatedSigned = Annotated[
    Annotated[Signed, Tag("fixed")]
    | Annotated[Keyframed[Signed], LATE, Tag("keyframes")]
    | Annotated[Springing[Signed], LATE, Tag("spring")],
    Discriminator(animated_form),
]


def amount(value: float, least: float = 0, most: float = 1) -> float:
    """In steps of 2⁻¹², within its limits: a spring may swing beyond them."""
    return round(min(most, max(least, value)) * 4096) / 4096
