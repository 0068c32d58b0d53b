"""Files that are dragged into the window: sources are opened, media become layers, or go to the props of a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QPointF
from PySide6.QtGui import QImageReader

from app.background import Command
from app.document_edits import Document
from app.widgets.fields.file import file_kind
from app.widgets.file_layers import is_source

if TYPE_CHECKING:
    from app.main_window import MainWindow

Size = tuple[int, int]
USUAL: Size = (1920, 1080)
MOST = 16_384  # px


def empty_document(size: Size, seconds: float | None = 5) -> Document:
    """None: as long as its media."""
    length = {} if seconds is None else {"duration": seconds}
    return {"framekiln": 1, "size": list(size), "fps": 30, **length, "background": "#101114", "layers": []}


class Dropping(QObject):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self._probe: Command | None = None
        window.welcome.files_dropped.connect(self.begin_with)
        window.timeline.view.files_dropped.connect(lambda paths, second: self.take(paths, second=second))

    def take(self, paths: Sequence[Path], at: QPoint | None = None, second: float = 0) -> None:
        """`at`: in the window, where over the picture that is where they are put; `second`: of the film."""
        window = self.window
        if sources := [path for path in paths if is_source(path)]:
            window.open_source(str(sources[0]))
        elif not window.editing:
            self.begin_with(paths, None)
        elif window.project.is_editable:
            self._say_left(window.layers.deeds.add_files(paths, second, self._in_film(at)))
        else:
            window.show_dock("props")
            window.props_form.take_files(paths)

    def _in_film(self, at: QPoint | None) -> tuple[int, int] | None:
        canvas = self.window.canvas
        place = None if at is None else canvas.mapFrom(self.window, at)
        if place is None or not canvas.rect().contains(place):
            return None
        point, film = canvas.to_film(QPointF(place)), canvas.film_size
        inside = 0 <= point.x() <= film.width() and 0 <= point.y() <= film.height()
        return (round(point.x()), round(point.y())) if inside else None

    def _say_left(self, left: Sequence[Path]) -> None:
        if left:
            names = ", ".join(f"“{path.name}”" for path in left)
            self.window.toasts.problem(self.tr("No layer can show {}.").format(names))

    # ------------------------------------------------------------------------------------------------- a new film

    def begin_with(self, paths: Sequence[Path], size: Size | None) -> None:
        """A new document that shows these; without a size it is as large as the first picture or video."""
        first = next((path for path in paths if file_kind(path.name) in ("image", "video")), None)
        if size or first is None:
            self._begin(paths, size or USUAL)
        elif file_kind(first.name) == "image":
            found = QImageReader(str(first)).size()
            self._begin(paths, _even(found.width(), found.height()) if found.isValid() else USUAL)
        else:
            self._ask_size(first, paths)

    def _ask_size(self, video: Path, paths: Sequence[Path]) -> None:
        """Of a process: the window opens no media."""
        self._probe = probe = Command(["probe", str(video)], parent=self)
        probe.answered.connect(lambda facts, _: self._begin(paths, _size_of(facts)))
        probe.failed.connect(self.window.toasts.problem)
        probe.start()

    def _begin(self, paths: Sequence[Path], size: Size) -> None:
        if not self.window.may_leave():
            return
        kinds = [file_kind(path.name) for path in paths]
        has_length = "video" in kinds or "audio" in kinds or kinds.count("image") > 1
        self.window.project.new(empty_document(size, None if has_length else 5), paths[0].parent)
        left = self.window.layers.deeds.add_files(paths, in_turn=True)
        self.window.begin()
        self._say_left(left)

    def close(self) -> None:
        if self._probe:
            self._probe.stop()


def _size_of(facts: Mapping[str, Any]) -> Size:
    """Upright, as it is shown."""
    video = facts.get("video")
    if not isinstance(video, Mapping):
        return USUAL
    width, height = int(video["width"]), int(video["height"])
    return _even(height, width) if video.get("rotation") in (90, 270, -90) else _even(width, height)


def _even(width: int, height: int) -> Size:
    """As videos want it."""
    return max(2, min(MOST, width // 2 * 2)), max(2, min(MOST, height // 2 * 2))
