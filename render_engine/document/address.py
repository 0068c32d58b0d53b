"""Files that are named by an address (https://…, asset://…): a render reads files only; a node fetches them before."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_address(name: str) -> bool:
    return ADDRESS.match(name) is not None
