"""Named times of a composition: written one by one, as a tempo, or found in a piece of music.

Wherever a `Moment` is asked for, a marker may stand: "chorus", "beat:4", "beat:4+0.2".
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from render_engine.document.fields import Model, Seconds


class Marker(Model):
    """A named time; markers become the video's chapters."""

    at: Seconds
    name: str


class Beats(Model):
    """Beats found in a piece of music of steady tempo."""

    source: str = Field(description="A file with sound, relative to the document.")
    every: int = Field(1, ge=1, le=1000, description="1 takes each beat, 4 each fourth from the first.")
    offset: Seconds = Field(0, description="When the file begins, in seconds of the composition.")


class BeatMarkers(Model):
    """The beats of a piece of music: beat:1, beat:2, … They are no chapters."""

    beats: Beats
    name: str = Field("beat", min_length=1)


class TempoMarkers(Model):
    """Beats of a known tempo: beat:1, beat:2, … They are no chapters."""

    tempo: float = Field(gt=0, le=1000, description="Beats a minute.")
    offset: Seconds = Field(0, description="When the first beat is.")
    until: Seconds | None = Field(None, description="When they end; never if left out.")
    name: str = Field("beat", min_length=1)


def _form(value: Any) -> Literal["beats", "tempo", "marker"]:
    keys = value if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    return "beats" if "beats" in keys else "tempo" if "tempo" in keys else "marker"


AnyMarker = Annotated[
    Annotated[Marker, Tag("marker")] | Annotated[BeatMarkers, Tag("beats")] | Annotated[TempoMarkers, Tag("tempo")],
    Discriminator(_form),
]


def _told_apart(markers: list[AnyMarker]) -> list[AnyMarker]:
    names = [marker.name for marker in markers if not isinstance(marker, Marker)]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two rows of beats are called “{name}”: give one of them another “name”")
    return markers


Markers = Annotated[list[AnyMarker], AfterValidator(_told_apart), Field(max_length=1000)]
