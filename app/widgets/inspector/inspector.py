"""The panel beside the picture: what is selected, and everything that can be said of it.

Rows are made a few at a turn of the event loop, so that selecting never holds up the window, and kept for the next layer
of the same kind. While the panel is not seen, nothing is done.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app import document_edits as edits
from app import theme
from app.preview.messages import Failed, Problem
from app.preview.player import Player
from app.project import Project
from app.selection import Selection
from app.widgets.inspector.form import Form
from app.widgets.inspector.header import Header, kind_of
from app.widgets.inspector.section import Section
from app.widgets.inspector.target import Target
from app.widgets.inspector.value_field import Offers

OPEN = ("Content", "Transform", "Look", "Time")
KEPT = 6  # forms of other kinds
TURN = 0.012  # s of making rows at one turn of the event loop
PLAYED = 100  # ms between two looks at the playhead while it plays
MANY = 50  # layers, whose fields take a while to compare
MOST_COLORS = 16
_HEX = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")


class Inspector(QWidget):
    def __init__(self, project: Project, selection: Selection, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project, self.selection, self.player = project, selection, player
        self.form: Form | None = None
        self._forms: dict[tuple[str, ...], Form] = {}  # by the kinds of layers, the last shown at the end
        self._problems: Sequence[Problem] = ()
        self._open = set(OPEN)
        self._is_stale = True
        self._building: Iterator[None] = iter(())
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._build)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._played = QTimer(self, singleShot=True, interval=PLAYED)
        self._played.timeout.connect(self._show_playhead)
        self.header = Header(self)
        self._make_search()
        self.scrolled = QScrollArea(self)
        self.scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        self.scrolled.setWidgetResizable(True)
        self.scrolled.setFrameShape(QFrame.Shape.NoFrame)
        self.scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._holder = QVBoxLayout(inside)  # of all forms; one is shown
        self._holder.setContentsMargins(0, 0, 0, 0)
        self.scrolled.setWidget(inside)
        self.pages = QStackedWidget(self)
        self._lay_out()
        project.changed.connect(self._changed)
        project.path_changed.connect(self._forget)
        project.view_changed.connect(self.header.refresh)
        selection.changed.connect(self._changed)
        player.moved.connect(lambda _: self._playhead_moved())
        player.opened.connect(lambda _: self.set_problems(()))
        player.failed.connect(self._failed)

    def sizeHint(self) -> QSize:
        return QSize(340, 600)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 200)

    def _make_search(self) -> None:
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search fields"))
        self.search.setAccessibleName(self.tr("Search fields"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(theme.icon("search", 14, "text-3"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._search)

    def _lay_out(self) -> None:
        page = QWidget(self)
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 0, 12, 12)
        bar.addWidget(self.search)
        lines.addWidget(self.header)
        lines.addLayout(bar)
        lines.addWidget(self.scrolled, 1)
        nothing = QLabel(self.tr("Nothing can be changed here: the layers are made by a program."), self)
        nothing.setProperty("role", "hint")
        nothing.setWordWrap(True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setContentsMargins(24, 24, 24, 24)
        self.pages.addWidget(page)
        self.pages.addWidget(nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)

    # ------------------------------------------------------------------------------------------------------- showing

    @property
    def layers(self) -> tuple[str, ...]:
        """Those that are there; the composition itself where none is."""
        document = self.project.document or {}
        chosen = tuple(path for path in self.selection.layers if isinstance(edits.value_or(document, path), dict))
        return chosen or ("",)

    @property
    def sections(self) -> dict[str, Section]:
        return self.form.sections if self.form else {}

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def _changed(self) -> None:
        """Of very many layers at the next turn, once for all that happens at this one."""
        if len(self.selection.layers) > MANY:
            self._soon.start()
        else:
            self.refresh()

    def refresh(self) -> None:
        self._soon.stop()
        self._is_stale = not self.isVisible()
        self.pages.setCurrentIndex(0 if self.project.is_editable else 1)
        if self._is_stale or not self.project.is_editable:
            return
        layers = self.layers
        kinds = tuple(dict.fromkeys(kind_of(self.project.document, path) for path in layers))
        if self.form is None or self.form is not self._forms.get(kinds):
            self._show_form(kinds, layers)
        else:
            self.form.show_layers(layers)
        self.header.refresh()
        self._show_problems()

    def _show_form(self, kinds: tuple[str, ...], layers: tuple[str, ...]) -> None:
        if self.form:
            self.form.hide()
        form = self._forms.pop(kinds, None) or self._made(kinds, layers)
        self.form = self._forms[kinds] = form
        while len(self._forms) > KEPT:
            self._forms.pop(next(iter(self._forms))).deleteLater()
        form.show_layers(layers)
        form.show()
        self.scrolled.verticalScrollBar().setValue(0)
        self._search(self.search.text())

    def _made(self, kinds: tuple[str, ...], layers: tuple[str, ...]) -> Form:
        form = Form(kinds, Target(self.project, layers, self.playhead), self._offers(), self._go, self._fold)
        self._holder.addWidget(form)
        return form

    def _forget(self) -> None:
        """Another document has other fonts and colours to offer."""
        self._turn.stop()
        for form in self._forms.values():
            form.deleteLater()
        self.form, self._forms = None, {}
        self.refresh()

    def _offers(self) -> Offers:
        document = self.project.document or {}
        fonts = document.get("fonts")
        used = Counter(color.lower() for color in _HEX.findall(repr(document)))
        colors = [color for color, _ in used.most_common(MOST_COLORS)]
        return Offers(tuple(fonts) if isinstance(fonts, dict) else (), colors)

    def _fold(self, group: str, on: bool) -> None:
        if self.search.text():
            return
        self._open = self._open | {group} if on else self._open - {group}
        self._start_building()

    def _start_building(self) -> None:
        self._building = self.form.build() if self.form else iter(())
        self._turn.start()

    def _build(self) -> None:
        until = time.perf_counter() + TURN
        while next(self._building, self) is not self:
            if time.perf_counter() > until:
                return
        self._turn.stop()
        self._show_problems()

    def build_all(self) -> None:
        """At once: for tests, and for who looks for a field by name."""
        for _ in self.form.build(closed=True) if self.form else ():
            pass

    def _search(self, typed: str) -> None:
        if self.form:
            self.form.search(typed.lower().split(), self._open)
        self._start_building()

    # ---------------------------------------------------------------------------------------------------------- time

    def playhead(self) -> float:
        """Seconds of the film."""
        return self.player.frame / float(self.player.fps)

    def _go(self, seconds: float) -> None:
        self.player.seek(round(seconds * self.player.fps))

    def _playhead_moved(self) -> None:
        if not self.player.speed:
            self._show_playhead()
        elif not self._played.isActive():
            self._played.start()

    def _show_playhead(self) -> None:
        if self.form and self.isVisible():
            self.form.playhead_moved()
        else:
            self._is_stale = True

    # ------------------------------------------------------------------------------------------------------ problems

    def _failed(self, failed: Failed) -> None:
        self.set_problems(failed.problems)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = problems
        self._show_problems()

    def _show_problems(self) -> None:
        if self.form:
            own = [(place, problem) for problem in self._problems if (place := self._place(problem.path)) is not None]
            self.form.set_problems(own)

    def _place(self, path: str) -> str | None:
        """Inside the selected layers."""
        for layer in self.layers:
            if not layer and not path.startswith("layers["):
                return path
            if layer and path.startswith((f"{layer}.", f"{layer}[")):
                return path.removeprefix(layer).lstrip(".")
        return None
