"""The interface in other languages: those that have a file in resources/translations, made by `make translations`.

English is what the sources are written in. Another language holds from the next start.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

import resources

FOLDER = Path(resources.__file__).parent / "translations"
SYSTEM, ENGLISH = "system", "en"


def languages(folder: Path = FOLDER) -> dict[str, str]:
    """By code, each by its own name; English first."""
    codes = sorted(file.stem.removeprefix("framekiln_") for file in folder.glob("framekiln_*.qm"))
    return {ENGLISH: "English"} | {code: QLocale(code).nativeLanguageName().capitalize() for code in codes}


def speak(app: QCoreApplication, language: str, folder: Path = FOLDER) -> str:
    """Loads it, ours and Qt's own words; gives the code of the language that is spoken now."""
    spoken = _found(language, folder)
    if spoken == ENGLISH:
        return ENGLISH
    QLocale.setDefault(QLocale(spoken))
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, place in ((f"qtbase_{spoken}", qt), (f"framekiln_{spoken}", str(folder))):
        translator = QTranslator(app)
        if translator.load(name, place):
            app.installTranslator(translator)
    return spoken


def _found(language: str, folder: Path) -> str:
    """A language that is gone, or that we do not speak, is English."""
    there = languages(folder)
    if language != SYSTEM:
        return language if language in there else ENGLISH
    wished = (code.replace("-", "_") for code in QLocale.system().uiLanguages())
    return next((found for code in wished for found in (code, code.partition("_")[0]) if found in there), ENGLISH)
