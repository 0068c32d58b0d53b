"""Frames of a Lottie animation through ThorVG's software rasteriser: exact, with alpha, at any size."""

from __future__ import annotations

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import thorvg_python as thorvg
from thorvg_python.base import Colorspace, Matrix

from render_engine.errors import MediaError
from render_engine.media.bombs import refuse_bomb
from render_engine.media.lottie import PARTS, Lottie, read_lottie
from render_engine.media.premultiply import Pixels

ROUNDING = 0.001  # px: ThorVG moves a rectangle with square corners to whole pixels, which jitters

_one_at_a_time = threading.Lock()  # ThorVG without threads of its own shares memory between all that it draws


@cache
def _engine() -> thorvg.Engine:
    """Open as long as the process."""
    return thorvg.Engine(threads=0)


class LottieDrawing:
    """An open animation. What it draws depends on the frame and the size alone, in whatever order it is asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lottie = read_lottie(path)
        with _one_at_a_time:
            self._animation = thorvg.LottieAnimation(_engine())
            self._picture = self._animation.get_picture()
            data = json.dumps(prepared(self._lottie)).encode()
            if self._picture.load_data(data, "lottie", None, True) != thorvg.Result.SUCCESS:
                raise MediaError(f"{path.name} is not a Lottie animation that can be drawn.")
            self._canvas = thorvg.SwCanvas(_engine())
            self._canvas.add(self._picture)

    def draw(self, place: int, width: int, height: int) -> Pixels:
        """(height, width, 4) BGRA premultiplied; `place` in PARTS of a frame; stretched where the aspect differs."""
        refuse_bomb(self._path, width, height)
        with _one_at_a_time:
            across, down = width / self._lottie.width, height / self._lottie.height
            self._picture.set_transform(Matrix(across, 0, 0, 0, down, 0, 0, 0, 1))
            self._canvas.set_target(width, height, cs=Colorspace.ARGB8888)
            self._animation.set_frame(place / PARTS)
            self._canvas.update()
            self._canvas.draw(True)
            self._canvas.sync()
            drawn = self._canvas.buffer_arr
            assert drawn is not None
            return np.frombuffer(drawn, np.uint8).reshape(height, width, 4).copy()

    def close(self) -> None:
        with _one_at_a_time:
            self._canvas.destroy()


def prepared(lottie: Lottie) -> Any:
    """The animation as ThorVG draws it right: no rectangle has quite square corners."""
    return _rounded(lottie.raw)


def _rounded(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_rounded(each) for each in raw]
    if not isinstance(raw, dict):
        return raw
    copy = {key: _rounded(value) for key, value in raw.items()}
    if copy.get("ty") == "rc" and _is_square(copy.get("r")):
        copy["r"] = {"a": 0, "k": ROUNDING}
    return copy


def _is_square(radius: Any) -> bool:
    return radius is None or (isinstance(radius, dict) and radius.get("k") in (0, [0]))
