"""What every deed of the worker begins with: how gentle it is, and its film opened as `framekiln render` opens it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.export.export import Export

if TYPE_CHECKING:
    from render_engine.film import Film, RenderOptions
    from render_engine.segments.processes import Processes

GENTLE, GENTLEST = 10, 19  # nice: playback goes before a render, everything before rendering ahead

Tell = Callable[[Mapping[str, Any]], None]


def be(nice: int) -> None:
    """The workers that begin later are as gentle as this process."""
    if sys.platform == "win32":
        import psutil

        below = psutil.BELOW_NORMAL_PRIORITY_CLASS if nice < GENTLEST else psutil.IDLE_PRIORITY_CLASS
        psutil.Process().nice(below)
    else:
        os.nice(nice)


def workers(most: int | None = None) -> Processes:
    from render_engine.segments.workers import worker_processes

    return worker_processes(most)


def opened(export: Export, *, measuring: bool = False) -> tuple[Film, RenderOptions]:
    """As `framekiln render` has it, so that both make the same bytes."""
    from render_engine.asked import options_asked, preset_named
    from render_engine.document.load import load_edited, load_source
    from render_engine.film import open_film

    preset = preset_named(export.preset) if export.preset else None
    size = export.size or (preset.size if preset else None)
    fps = export.fps or (str(preset.fps) if preset and preset.fps else None)
    asked: dict[str, Any] = {"props": export.props, "size": size, "fps": fps}
    if export.document is None:
        loaded = load_source(export.source, **asked)
    else:
        loaded = load_edited(export.document, export.source, **asked)
    options = options_asked(
        preset, encoder=export.encoder, crf=export.crf, speed=export.speed, renderer=export.renderer
    )
    options = replace(options, span=export.span)
    return open_film(loaded, export.output, options, measuring=measuring), options


def opened_facts(film: Film) -> dict[str, Any]:
    scene = film.scene
    return {
        "event": "opened",
        "width": scene.width,
        "height": scene.height,
        "fps": str(scene.fps),
        "frames": film.frames,
        "codec": film.choice.codec.name,
        "encoder": film.choice.codec.title,
        "reason": film.choice.reason,
        "renderer": film.renderer.name,
        "notes": list(film.notes),
    }
