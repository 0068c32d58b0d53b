"""Frames of a Lottie animation through ThorVG's software rasteriser: exact, with alpha, at any size."""

from __future__ import annotations

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from thorvg_python.animation.lottie import LottieAnimation
from thorvg_python.base import Colorspace, Matrix, Result
from thorvg_python.canvas.sw import SwCanvas
from thorvg_python.engine import Engine
from thorvg_python.paint.shape import Shape

from render_engine.errors import MediaError
from render_engine.media.bombs import refuse_bomb
from render_engine.media.lottie import PARTS, read_lottie
from render_engine.media.lottie_features import is_loop
from render_engine.media.premultiply import Pixels

FAR = 100_000  # px: beyond every picture

_one_at_a_time = threading.Lock()  # ThorVG without threads of its own shares memory between all that it draws


@cache
def _engine() -> Engine:
    """Open as long as the process."""
    return Engine(threads=0)


class LottieDrawing:
    """An open animation. What it draws depends on the frame and the size alone, in whatever order it is asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lottie = read_lottie(path)
        self._size = (0, 0)
        with _one_at_a_time:
            self._animation = LottieAnimation(_engine())
            self._picture = self._animation.get_picture()
            data = json.dumps(_prepared(self._lottie.raw)).encode()
            if self._picture.load_data(data, "lottie", None, True) != Result.SUCCESS:
                raise MediaError(f"{path.name} is not a Lottie animation that can be drawn.")
            self._picture.set_clip(_without_corners())
            self._canvas = SwCanvas(_engine())
            self._canvas.add(self._picture)

    def draw(self, place: int, width: int, height: int) -> Pixels:
        """(height, width, 4) BGRA premultiplied; `place` in PARTS of a frame; stretched where the aspect differs."""
        refuse_bomb(self._path, width, height)
        with _one_at_a_time:
            if self._size != (width, height):
                self._resize(width, height)
            self._animation.set_frame(place / PARTS)
            self._canvas.update()
            self._canvas.draw(True)
            self._canvas.sync()
            assert self._canvas.buffer_arr is not None
            drawn = bytes(memoryview(self._canvas.buffer_arr).cast("B"))
        return np.frombuffer(drawn, np.uint8).reshape(height, width, 4)

    def _resize(self, width: int, height: int) -> None:
        across, down = width / self._lottie.width, height / self._lottie.height
        self._picture.set_transform(Matrix(across, 0, 0, 0, down, 0, 0, 0, 1))
        self._canvas.set_target(width, height, cs=Colorspace.ARGB8888)
        self._size = (width, height)

    def close(self) -> None:
        with _one_at_a_time:
            self._canvas.destroy()


def _prepared(node: Any) -> Any:
    """The animation without expressions, which are programs that might never end; but loops are drawn right."""
    if isinstance(node, list):
        return [_prepared(each) for each in node]
    if not isinstance(node, dict):
        return node
    runs = "k" in node and isinstance(node.get("x"), str) and not is_loop(node["x"])
    return {key: _prepared(value) for key, value in node.items() if not (runs and key == "x")}


def _without_corners() -> Shape:
    """A clip that cuts nothing off and is no rectangle. Without it ThorVG moves rectangles to whole pixels: they jitter."""
    shape = Shape(_engine())
    shape.move_to(-FAR, -FAR)
    shape.line_to(4 * FAR, -FAR)
    shape.line_to(-FAR, 4 * FAR)
    shape.close()
    return shape
