"""framekiln.toml as the app changes it: what a person wrote in it stays, with comments and order, and nothing wrong is written.

Who says a setting: the environment goes before the file, so what it says cannot be changed here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from sync.settings import Settings

Origin = Literal["environment", "file", "default"]


def origins(environment: Mapping[str, str] = os.environ) -> dict[str, Origin]:
    """Of every setting. SettingsError where the file cannot be read."""
    from sync.settings import PREFIX, Settings, settings_file

    file = settings_file(environment)
    said = _document(file)
    return {
        name: "environment" if PREFIX + name.upper() in environment else "file" if name in said else "default"
        for name in Settings.model_fields
    }


def write_settings(changed: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings as they are then. None takes a setting out of the file.

    SettingsError says what is wrong; then nothing is written.
    """
    import tomlkit

    from sync.errors import SettingsError
    from sync.settings import read_settings, settings_file

    file = settings_file(environment)
    document = _document(file)
    for name, value in changed.items():
        if value is None:
            document.pop(name, None)
        else:
            document[name] = _plain(value)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_text(tomlkit.dumps(document), encoding="utf-8")
        try:
            settings = read_settings({**environment, "FRAMEKILN_CONFIG": str(fresh)})
        except SettingsError as error:
            fresh.unlink()
            raise SettingsError(str(error).replace(f"{fresh}: ", "")) from error
        if file.exists():
            fresh.chmod(file.stat().st_mode & 0o777)
        fresh.replace(file.resolve())
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}") from error
    return settings


def _document(file: Path) -> Any:
    import tomlkit
    from tomlkit.exceptions import ParseError

    from sync.errors import SettingsError

    try:
        return tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error
    except (ParseError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path) else value
