"""The kernels that are shipped are those of the sources, and are called as they were written."""

from __future__ import annotations

import ctypes
import re

from render_engine.cuda.fatbin import fatbin, sources_digest
from render_engine.cuda.launches import LAUNCHES
from tests.cuda.host_device import host_kernels

CARDS = (75, 80, 86, 89, 90, 120)


def test_the_kernels_are_built_from_these_sources():
    assert sources_digest().encode() in fatbin(), "a kernel was changed: run `make kernels`, and commit what it makes"


def test_every_kernel_of_the_launch_table_is_there_and_no_other():
    assert {name.decode() for name in re.findall(rb"\.entry (\w+)\(", fatbin())} == set(LAUNCHES)


def test_each_generation_of_cards_has_machine_code():
    elf = b"\x7fELF\x02\x01\x01"
    # the architecture stands in the second lowest byte of an ELF header's flags
    found = {fatbin()[at.start() + 48 + 1] for at in re.finditer(re.escape(elf), fatbin())}
    assert set(CARDS) <= found


def test_structures_are_as_long_as_the_kernels_have_them():
    for name, structure in LAUNCHES.items():
        assert getattr(host_kernels(), f"size_{name}")() == ctypes.sizeof(structure), name
