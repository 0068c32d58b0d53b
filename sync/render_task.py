"""The line of JSON that a child gets, read and checked: a job's row may hold anything."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from render_engine.asked import options_asked, preset_named
from render_engine.document.composition import parse_fps
from render_engine.document.load import Loaded, load_source
from render_engine.document.templates import TEMPLATES
from render_engine.errors import BadInput
from render_engine.film import Film, RenderOptions
from render_engine.times import parse_range, span_at
from sync.errors import JobRefused

Pixels = Annotated[int, Field(ge=1)]
NAME_BYTES = 200


class RenderOptionsAsked(BaseModel):
    """As on the command line; `workers`: processes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: str | None = None
    encoder: str | None = None
    crf: float | None = None
    speed: str | None = None
    bit_depth: int | None = None
    renderer: str | None = None
    alpha: bool | None = None
    range: str | None = None
    workers: Annotated[int, Field(ge=1, le=256)] | None = None


class RenderTask(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    source: str
    props: dict[str, Any]
    size: tuple[Pixels, Pixels] | None
    fps: str | float | None
    output: str
    options: RenderOptionsAsked
    most_duration: float
    most_pixel_frames: int

    @field_validator("output")
    @classmethod
    def _plain(cls, name: str) -> str:
        plain = name and name == Path(name).name and not name.startswith(".") and name.isprintable()
        if not plain or len(name.encode()) > NAME_BYTES:
            raise ValueError("a file's name is expected, without a folder")
        if "%" in name and name.endswith(".png"):
            raise ValueError("a PNG sequence is named by its folder")
        return name

    def opened(self) -> tuple[Loaded, RenderOptions]:
        """Raises what `load_source` does, and BadInput for options."""
        asked = self.options
        preset = preset_named(asked.preset) if asked.preset else None
        size = self.size or (preset.size if preset else None)
        fps = self.fps or (str(preset.fps) if preset and preset.fps else None)
        options = options_asked(
            preset,
            encoder=asked.encoder,
            crf=asked.crf,
            speed=asked.speed,
            renderer=asked.renderer,
            bit_depth=asked.bit_depth,
        )
        loaded = load_source(self._own_source(), props=self.props, size=size, fps=fps)
        span = span_at(parse_range(asked.range), parse_fps(loaded.composition.fps)) if asked.range else None
        alpha = options.alpha if asked.alpha is None else asked.alpha

        return loaded, replace(options, span=span, alpha=alpha, workers=asked.workers)

    def check(self, film: Film) -> None:
        """JobRefused where the film is larger than this node takes; nothing has been drawn for it yet."""
        seconds, pixels = float(film.frames / film.scene.fps), film.scene.width * film.scene.height * film.frames
        if seconds > self.most_duration:
            raise _too_large(f"lasts {seconds:,.6g} s", f"{self.most_duration:,.6g} s", "most_duration")
        if pixels > self.most_pixel_frames:
            raise _too_large(f"has {pixels:,} pixels in all frames", f"{self.most_pixel_frames:,}", "most_pixel_frames")

    def _own_source(self) -> str:
        """Nobody's files but the job's; and never Python."""
        path = (self.folder / self.source).resolve()
        if self.source in TEMPLATES or (path.suffix == ".json" and path.is_relative_to(self.folder.resolve())):
            return self.source
        raise JobRefused(f"“{self.source}” is neither a template here nor a document of the job")


def read_task(raw: Any) -> RenderTask:
    """BadInput tells everything that is wrong with it."""
    try:
        return RenderTask.model_validate(raw)
    except ValidationError as error:
        told = (
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}, and {_short(each['input'])} was given"
            for each in error.errors()
        )
        raise BadInput(f"this is not a job that can be rendered: {'; '.join(told)}") from error


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:100]


def _too_large(what: str, most: str, setting: str) -> JobRefused:
    return JobRefused(
        f"the film {what}; this node takes {most} at most: raise {setting} in its settings, or render less"
    )
