"""What a node and the commands around it are told: read once, from a TOML file and the environment, into one frozen object.

The file is `framekiln.toml` in the configuration folder (or where FRAMEKILN_CONFIG says); each setting's variable is
FRAMEKILN_ and its name in capitals, and goes before the file. Secrets are never in the file: sync/secrets.py.
"""

import os
import platform
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from render_engine.document.suggest import did_you_mean
from sync.errors import SettingsError

PREFIX = "FRAMEKILN_"
GIB = 1 << 30


def _home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("framekiln"))


class Settings(BaseModel):
    """Lengths of time in seconds, sizes in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default_factory=_home, description="Folder of what a node must not lose: outbox, results, logs.")
    queue: str = Field("", description="An SQLite file, libsql://… or http(s)://…; empty: queue.db in home.")
    storage: str = Field("", description="A folder, r2://bucket/prefix or s3://bucket/prefix; empty: storage in home.")
    storage_endpoint: str = Field("", description="https://… of the S3 server; for R2 that of your account.")
    storage_region: str = "auto"
    project: str = "local"
    node: str = Field(default_factory=platform.node, min_length=1, max_length=100, description="This node's name.")
    slots: int = Field(1, ge=1, le=64, description="How many jobs at once.")
    tags: tuple[str, ...] = Field((), description="What jobs may ask of this node with --tag.")
    active_hours: str = Field("", description='When this node takes jobs, like "22:00-07:00"; empty: always.')
    lease: float = Field(60, ge=1, le=3600, description="How long a silent node keeps a job.")
    allowed_folders: tuple[Path, ...] = Field((), description="Folders that jobs may name files in.")
    allowed_addresses: tuple[str, ...] = Field((), description="Private networks that inputs and webhooks may reach.")
    most_input_bytes: int = Field(8 * GIB, ge=1, description="Of all of a job's inputs.")
    most_duration: float = Field(4 * 3600, gt=0, description="Of a job's film.")
    most_pixel_frames: int = Field(3840 * 2160 * 60 * 3600, ge=1, description="Width × height × frames of a job.")
    most_render_time: float = Field(12 * 3600, gt=0)
    most_render_memory: int = Field(16 * GIB, ge=1 << 28, description="Resident, of a render with its workers.")
    most_render_disk: int = Field(50 * GIB, ge=1 << 20, description="What a render may write beside its inputs.")
    input_cache: int = Field(20 * GIB, ge=0, description="What is kept of inputs that came from elsewhere.")
    keep_results: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Days until results are removed; none: never."
    )

    @field_validator("tags", "allowed_folders", "allowed_addresses", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """In an environment variable a list is written with commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def queue_address(self) -> str:
        return self.queue or str(self.home / "queue.db")

    @property
    def storage_address(self) -> str:
        return self.storage or str(self.home / "storage")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError with the setting's name and where it was said."""
    file = settings_file(environment)
    values = _from_file(file) if file.exists() else {}
    said = dict.fromkeys(values, str(file))
    for name in Settings.model_fields:
        if (text := environment.get(PREFIX + name.upper())) is not None:
            values[name], said[name] = text, "environment"
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(_told(dict(problem), said) for problem in error.errors())) from error


def settings_file(environment: Mapping[str, str] = os.environ) -> Path:
    if named := environment.get(PREFIX + "CONFIG"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("framekiln")) / "framekiln.toml"


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from error


def _told(problem: Mapping[str, Any], said: Mapping[str, str]) -> str:
    name = str(problem["loc"][0])
    where = said.get(name, "")
    shown = f"{PREFIX}{name.upper()}" if where == "environment" else f"{where}: {name}"
    if problem["type"] == "extra_forbidden":
        return f"{shown}: there is no such setting. {did_you_mean(name, Settings.model_fields) or ''}".rstrip()
    return f"{shown}: {problem['msg'].lower()}, and “{problem['input']}” was given"
