"""Text whose characters come one after another, tilting into place."""

from typing import Annotated, Literal

from pydantic import Field

from render_engine.document.fields import Finite, Seconds, SpringName, SpringSettings
from render_engine.layers import text
from render_engine.layers.animator import Animator, Offsets, Unit
from render_engine.layers.text import Text
from render_engine.layers.text_content import TextContent
from render_engine.timeline.context import Context


class AnimatedCharacters(Text):
    """A text with an animator of its own. More of them may be added: one with “out” to leave, say."""

    type: Literal["animated_characters"] = "animated_characters"  # type: ignore[assignment]  # a text, ready to come
    by: Unit = Field("character", description="A character is a grapheme cluster; kerning stays as it was set.")
    stagger: Annotated[float, Field(ge=0, le=3600)] = Field(0.03, description="Seconds from one to the next.")
    spring: SpringName | SpringSettings = "snappy"
    delay: Seconds = Field(0, description="When the first one comes.")
    distance: Finite = Field(20, description="Px from below.")
    tilt: Finite = Field(-40, description="Degrees about each one's horizontal axis, seen from 800 px.")


def resolve(layer: AnimatedCharacters, context: Context) -> TextContent:
    coming = Animator(
        by=layer.by,
        from_=Offsets(opacity=0, y=layer.distance, rotation_x=layer.tilt),
        stagger=layer.stagger,
        spring=layer.spring,
        delay=layer.delay,
        perspective=800,
    )
    return text.resolve(layer.model_copy(update={"animators": [coming, *layer.animators]}), context)
