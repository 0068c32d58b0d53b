"""Tables that effects look up, sent to the card once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from render_engine.cpu.texture import Kept
from render_engine.cuda.memory import Block, Memory

LIMIT = 64 << 20  # bytes

_tables: WeakKeyDictionary[Memory, Kept[Block]] = WeakKeyDictionary()


def kept(memory: Memory, key: Hashable, make: Callable[[], Any]) -> Block:
    """The table of that key; `make` gives its numbers."""
    if memory not in _tables:
        _tables[memory] = Kept(LIMIT)
    return _tables[memory].get(key, lambda: memory.upload(make()))
