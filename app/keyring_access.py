"""Secrets in the OS keyring, by the names of sync/secrets.py. They are put in and taken out, and never shown.

A keyring may ask the person to unlock it, so these are called in a thread (app/background.py).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from render_engine.errors import FramekilnError
from sync.secrets import SERVICE, VARIABLES

Place = Literal["environment", "keyring", "nowhere"]


def where_secrets_are(environment: Mapping[str, str] = os.environ) -> dict[str, Place]:
    return {name: _where(name, environment) for name in VARIABLES}


def keep_secrets(changed: Mapping[str, str | None]) -> None:
    """None removes it. FramekilnError where this machine has no keyring, or it does not open."""
    import keyring
    import keyring.errors

    for name, value in changed.items():
        try:
            if value is not None:
                keyring.set_password(SERVICE, name, value)
            elif keyring.get_password(SERVICE, name) is not None:
                keyring.delete_password(SERVICE, name)
        except keyring.errors.NoKeyringError as error:
            raise FramekilnError(
                f"This machine has no keyring, so the secret was not kept: give it as {VARIABLES[name]} in the environment"
            ) from error
        except keyring.errors.KeyringError as error:
            raise FramekilnError(f"The keyring did not take the secret: {error}") from error


def _where(name: str, environment: Mapping[str, str]) -> Place:
    if environment.get(VARIABLES[name], "").strip():
        return "environment"
    import keyring
    import keyring.errors

    try:
        return "keyring" if keyring.get_password(SERVICE, name) else "nowhere"
    except keyring.errors.KeyringError:
        return "nowhere"
