"""A stretch of sound on the timeline, as plain data: what resolve hands to the mix."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal
