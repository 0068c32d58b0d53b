"""Where the app keeps what it must not lose: recovery copies, recent files, how the window was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

VARIABLE = "FRAMEKILN_HOME"  # the node's home too


def data_folder() -> Path:
    """It may not exist yet."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute() / "app"
    import platformdirs

    return Path(platformdirs.user_data_dir("framekiln")) / "app"


def read_json(path: Path, otherwise: Any) -> Any:
    """What is not there, or is damaged, is as if it had never been kept."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return otherwise


def write_json(path: Path, value: Any) -> None:
    """Beside, then renamed: who reads it sees the old or the new. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
