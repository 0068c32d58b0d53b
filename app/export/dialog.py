"""What a person is asked before a render: what it is for, where to, how much of it. What it may cost is told meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.cli.words import clock, fps_words
from app.export.cost_card import CostCard
from app.export.drawn_by import DrawnBy
from app.export.encoders import Encoder, Encoders
from app.export.export import Export
from app.export.plans import Plans
from app.export.preset_cards import PresetCards
from app.export.remembered import Remembered, recall, remember
from app.export.subject import Subject, free_path
from render_engine.encode.presets import PRESETS, Preset

RATES = ("24", "25", "30", "50", "60")
QUALITIES = (("best", 0.30), ("high", 0.38), ("good", 0.46), ("small", 0.58))  # shares of the encoder's range of CRF
LONG_SIDES = (3840, 1920, 1280)


class RenderDialog(QDialog):
    render_asked = Signal(Export)
    queue_asked = Signal(Export)

    def __init__(self, subject: Subject, encoders: Encoders, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject, self.encoders = subject, encoders
        self.remembered = recall()
        self.plans = Plans(self)
        self.setWindowTitle(self.tr("Render"))
        self.resize(920, 664)
        self._named_by_hand = False
        self._make()
        self._connect()
        self._begin()

    # ----------------------------------------------------------------------------------------------------- layout

    def _make(self) -> None:
        self.cards = PresetCards()
        scroll = QScrollArea()
        scroll.setWidget(self.cards)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setMinimumWidth(420)
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addWidget(scroll, 5)
        middle.addWidget(self._make_form(), 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(self._make_head())
        layout.addLayout(middle, 1)
        self.cost = CostCard()
        layout.addWidget(self.cost)
        layout.addLayout(self._make_buttons())

    def _make_head(self) -> QVBoxLayout:
        subject = self.subject
        title = _label(self.tr("Render “{0}”").format(subject.title), "title")
        fps = Fraction(subject.fps)
        facts = (
            f"{subject.width} × {subject.height}",
            self.tr("{0} fps").format(fps_words(fps)),
            clock(float(subject.frames / fps)),
            self.tr("{0} frames").format(subject.frames),
        )
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(title)
        head.addWidget(_label("   ·   ".join(facts), "hint"))
        return head

    def _make_form(self) -> QWidget:
        self.name = QLineEdit()
        self.folder = QLineEdit()
        self.folder.setReadOnly(True)
        browse = QToolButton()
        browse.setIcon(theme.icon("folder"))
        browse.setToolTip(self.tr("Another folder (Ctrl+B)"))
        browse.setAccessibleName(self.tr("Another folder"))
        browse.setShortcut("Ctrl+B")
        browse.clicked.connect(self._browse)
        where = QHBoxLayout()
        where.setSpacing(4)
        where.addWidget(self.folder)
        where.addWidget(browse)
        self.range, self.pixels, self.rate, self.encoder, self.quality = (QComboBox() for _ in range(5))
        self.encoder.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.drawn_by = DrawnBy()
        self.note = _label("", "hint")
        self.note.setWordWrap(True)
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, 2, 0, 0)
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows: tuple[tuple[str, QWidget | QLayout], ...] = (
            (self.tr("Name"), self.name),
            (self.tr("Folder"), where),
            (self.tr("Range"), self.range),
            (self.tr("Size"), self.pixels),
            (self.tr("Frame rate"), self.rate),
            (self.tr("Drawn by"), self.drawn_by),
            (self.tr("Encoder"), self.encoder),
            (self.tr("Quality"), self.quality),
        )
        for text, field in rows:
            form.addRow(_label(text, "label"), field)
            (field if isinstance(field, QWidget) else self.folder).setAccessibleName(text)
        form.addRow(self.note)
        return page

    def _make_buttons(self) -> QHBoxLayout:
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setProperty("role", "quiet")
        self.cancel_button.setToolTip(self.tr("Esc"))
        self.queue_button = QPushButton(theme.icon("queue"), self.tr("Add to queue"))
        self.queue_button.setToolTip(self.tr("A node renders it, here or elsewhere (Ctrl+Shift+Return)"))
        self.queue_button.setShortcut("Ctrl+Shift+Return")
        self.render_button = QPushButton(self.tr("Render"))
        self.render_button.setProperty("role", "primary")
        self.render_button.setMinimumWidth(120)
        self.render_button.setToolTip(self.tr("Here, in the background (Return)"))
        self.render_button.setDefault(True)
        for button in (self.cancel_button, self.queue_button):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.cancel_button, self.queue_button, self.render_button):
            row.addWidget(button)
        return row

    # ---------------------------------------------------------------------------------------------------- filling

    def _begin(self) -> None:
        remembered = self.remembered
        self._fill_range()
        self.folder.setText(str(self._first_folder()))
        with QSignalBlocker(self.cards):
            self.cards.choose(remembered.preset)
        self._fill_sizes()
        self._fill_rates(remembered.fps)
        self.drawn_by.choose(remembered.renderer)
        self._fill_encoders(remembered.encoder)
        self._fill_qualities(remembered.quality)
        self._suggest_name()
        self.encoders.look()
        self._changed()
        self.render_button.setFocus()

    def _first_folder(self) -> Path:
        remembered = Path(self.remembered.folder)
        if self.remembered.folder and remembered.is_dir():
            return remembered
        films = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        found = (each for each in (self.subject.folder, Path(films) if films else None) if each and each.is_dir())
        return next(found, Path.home())

    def _connect(self) -> None:
        self.cards.chosen.connect(self._preset_chosen)
        for box in (self.range, self.pixels, self.rate, self.drawn_by):
            box.currentIndexChanged.connect(self._changed)
        self.encoder.currentIndexChanged.connect(self._encoder_chosen)
        self.quality.currentIndexChanged.connect(self._changed)
        self.name.textEdited.connect(self._typed)
        self.encoders.found.connect(self._found)
        self.plans.asked.connect(self.cost.ask)
        self.plans.estimated.connect(self.cost.show_estimate)
        self.plans.refused.connect(self._refused)
        self.cancel_button.clicked.connect(self.reject)
        self.render_button.clicked.connect(lambda: self._give(self.render_asked))
        self.queue_button.clicked.connect(lambda: self._give(self.queue_asked))

    def _found(self) -> None:
        self._fill_encoders(self.encoder.currentData())

    @property
    def preset(self) -> Preset | None:
        return PRESETS[self.cards.preset] if self.cards.preset else None

    def _fill_range(self) -> None:
        fps, subject = Fraction(self.subject.fps), self.subject
        self.range.addItem(self.tr("All, {0}").format(clock(float(subject.frames / fps))), None)
        if subject.in_out:
            first, last = subject.in_out
            text = self.tr("In to out, {0} ({1} frames)").format(clock(float((last - first) / fps)), last - first)
            self.range.addItem(text, subject.in_out)

    def _fill_sizes(self) -> None:
        preset, subject = self.preset, self.subject
        own = (subject.width, subject.height)
        sizes = [(self.tr("{0}, as the preset says"), preset.size)] if preset and preset.size else []
        sizes += [(self.tr("{0}, as composed"), own)]
        sizes += [("{0}", _scaled(own, Fraction(side, max(own)))) for side in LONG_SIDES if side != max(own)]
        with QSignalBlocker(self.pixels):
            self.pixels.clear()
            for words, size in sizes:
                if self.pixels.findData(size) < 0:
                    self.pixels.addItem(words.format(f"{size[0]} × {size[1]}"), size)

    def _fill_rates(self, chosen: str | None) -> None:
        preset = self.preset
        first = self.tr("{0}, as the preset says").format(fps_words(preset.fps)) if preset and preset.fps else None
        own = first or self.tr("{0}, as composed").format(fps_words(Fraction(self.subject.fps)))
        _fill(self.rate, [(own, None), *((rate, rate) for rate in RATES)], chosen)

    def _fill_encoders(self, chosen: str | None) -> None:
        """Those that this machine has not are listed with the reason."""
        self.drawn_by.tell(self.encoders.card)
        items: list[tuple[str, str | None]] = [(self.tr("Automatic"), None)]
        items += [
            (each.title, each.name) for each in self.encoders.all if each.crf is not None or each.name == "prores"
        ]
        _fill(self.encoder, items, chosen)
        for at in range(1, self.encoder.count()):
            encoder = self.encoders.named(self.encoder.itemData(at))
            if encoder and encoder.why_not:
                self.encoder.model().item(at).setEnabled(False)  # type: ignore[attr-defined]
                shortly = encoder.why_not.partition(":")[0]
                self.encoder.setItemText(at, self.tr("{0} — {1}").format(encoder.title, shortly))
                self.encoder.setItemData(at, encoder.why_not, Qt.ItemDataRole.ToolTipRole)
        self.encoder.view().setMinimumWidth(self.encoder.view().sizeHintForColumn(0) + 24)
        chosen_one = self.encoders.named(self.encoder.currentData())
        if chosen_one and chosen_one.why_not:
            self.encoder.setCurrentIndex(0)
        self._fill_qualities(self.quality.currentData() or "")

    def _fill_qualities(self, chosen: str) -> None:
        words = {"best": self.tr("Best"), "high": self.tr("High"), "good": self.tr("Good"), "small": self.tr("Small")}
        encoder, preset = self._encoder, self.preset
        usual = self.tr("As the preset says") if preset and preset.crf is not None else self.tr("Automatic")
        items: list[tuple[str, str]] = [(usual, "")]
        if encoder and encoder.crf is not None:
            items += [(f"{words[name]} (CRF {_crf(encoder, share):.0f})", name) for name, share in QUALITIES]
        _fill(self.quality, items, chosen)
        self.quality.setEnabled(len(items) > 1)

    @property
    def _encoder(self) -> Encoder | None:
        """The one that is meant, where that is known."""
        codec = self.preset.codec if self.preset else "auto"
        name = self.encoder.currentData() or ("x264" if codec == "auto" else codec)
        return self.encoders.named(name)

    @property
    def suffix(self) -> str:
        usual = self.preset.suffix if self.preset else ".mp4"
        encoder = self.encoders.named(self.encoder.currentData())
        return encoder.suffixes[0] if encoder and usual not in encoder.suffixes else usual

    def _suggest_name(self) -> None:
        if not self._named_by_hand:
            self.name.setText(free_path(Path(self.folder.text()), self.subject.title, self.suffix).name)
        else:
            typed = Path(self.name.text() or "film")
            self.name.setText((typed.stem if typed.suffix in _SUFFIXES else typed.name) + self.suffix)

    # --------------------------------------------------------------------------------------------------- changing

    def _preset_chosen(self, _name: str | None) -> None:
        self._fill_sizes()
        self._fill_rates(None)
        with QSignalBlocker(self.encoder):
            self.encoder.setCurrentIndex(0)
        self._fill_qualities("")
        self._suggest_name()
        self._changed()

    def _encoder_chosen(self) -> None:
        self._fill_qualities(self.quality.currentData() or "")
        self._suggest_name()
        self._changed()

    def _typed(self) -> None:
        self._named_by_hand = True
        self._tell_of_name()

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Where to"), self.folder.text())
        if folder:
            self.take_folder(Path(folder))

    def take_folder(self, folder: Path) -> None:
        self.folder.setText(str(folder))
        self._suggest_name()
        self._changed()

    def _changed(self) -> None:
        self._tell_of_name()
        self.plans.ask(self.export)

    def _tell_of_name(self) -> None:
        """A file that would be replaced is told of before, where it is named."""
        path, named = self.export.output, bool(self.name.text().strip())
        there = named and path.exists()
        plain = self.name.text() == Path(self.name.text()).name
        self.name.setProperty("invalid", not (named and plain))
        text = "" if named and plain else self.tr("Write a plain name, like film.mp4.")
        if there:
            text = self.tr("There is a file of this name. It will be replaced.")
        _say(self.note, text, "warn" if there else "danger")
        self.render_button.setText(self.tr("Replace") if there else self.tr("Render"))
        self.render_button.setEnabled(named and plain)
        self.queue_button.setEnabled(named and plain)
        self.name.style().polish(self.name)

    # ------------------------------------------------------------------------------------------------------ giving

    @property
    def export(self) -> Export:
        subject, preset = self.subject, self.preset
        size = self.pixels.currentData()
        own = (subject.width, subject.height)
        said = preset.size if preset and preset.size else own
        encoder, quality = self._encoder, self.quality.currentData()
        crf = _crf(encoder, dict(QUALITIES)[quality]) if encoder and quality else None
        return Export(
            subject.source,
            Path(self.folder.text()) / (self.name.text().strip() or "film"),
            subject.props,
            subject.document,
            size=tuple(size)
            if size and tuple(size) != said
            else subject.size
            if not (preset and preset.size)
            else None,
            fps=self.rate.currentData(),
            preset=self.cards.preset,
            encoder=self.encoder.currentData(),
            crf=crf,
            renderer=self.drawn_by.choice,
            span=self.range.currentData(),
        )

    def _give(self, signal: object) -> None:
        export = self.export
        remember(
            Remembered(
                export.preset,
                str(export.output.parent),
                export.encoder,
                export.renderer,
                export.fps,
                self.quality.currentData() or "",
                export.crf,
                self.suffix,
            )
        )
        signal.emit(export)  # type: ignore[attr-defined]
        self.accept()

    def done(self, result: int) -> None:
        self.plans.close()
        super().done(result)

    def _refused(self, message: str) -> None:
        self.cost.refuse(message)
        self.render_button.setEnabled(False)
        self.queue_button.setEnabled(False)


_SUFFIXES = {preset.suffix for preset in PRESETS.values()} | {".mkv", ".m4v", ".webm", ".mov"}


def _crf(encoder: Encoder, share: float) -> float:
    low, high = encoder.crf_range
    return float(round(low + share * (high - low)))


def _scaled(size: tuple[int, int], share: Fraction) -> tuple[int, int]:
    return (max(2, round(size[0] * share / 2) * 2), max(2, round(size[1] * share / 2) * 2))


def _fill(box: QComboBox, items: Iterable[tuple[str, str | None]], chosen: str | None) -> None:
    with QSignalBlocker(box):
        box.clear()
        for text, data in items:
            box.addItem(text, data)
        box.setCurrentIndex(max(0, box.findData(chosen)))


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    return label


def _say(label: QLabel, text: str, role: str) -> None:
    label.setText(text)
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().polish(label)
