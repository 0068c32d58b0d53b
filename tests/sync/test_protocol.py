"""docs/protocol.md says what a node promises, and by which tests: they exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROTOCOL = HERE.parents[1] / "docs" / "protocol.md"
NAMED = re.findall(r"`(test_\w+)`", PROTOCOL.read_text("utf-8"))


def written() -> set[str]:
    return {
        name
        for file in HERE.parent.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.M)
    }


@pytest.mark.parametrize("name", NAMED)
def test_every_rule_is_held_by_a_test(name: str) -> None:
    assert name in written()


def test_the_protocol_names_tests() -> None:
    assert len(NAMED) > 60
