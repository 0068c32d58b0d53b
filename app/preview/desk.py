"""The orders of the window that are not done yet: the newest of each kind counts."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import IO

from app.preview import messages


@dataclass
class Desk:
    changed: threading.Condition = field(default_factory=threading.Condition)
    opening: messages.Open | None = None
    memory: messages.Memory | None = None
    want: messages.Want | None = None
    sound: messages.Sound | None = None
    outline: messages.Outline | None = None

    def take_order(self, order: messages.Order) -> None:
        with self.changed:
            match order:
                case messages.Open():
                    self.opening, self.want, self.sound = order, None, None
                case messages.Memory():
                    self.memory = order
                case messages.Want():
                    self.want = order
                case messages.Sound():
                    self.sound = order
                case messages.Outline():
                    self.outline = order
            self.changed.notify()

    def read(self, orders: IO[bytes]) -> None:
        for text in orders:
            message = messages.read(text)
            if isinstance(message, messages.Order):
                self.take_order(message)
        os._exit(0)  # the window is gone: nothing that is being drawn is waited for
