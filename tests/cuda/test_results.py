"""docs/gpu-results.md says of each thing either what a card made of it, or that none has run it."""

from __future__ import annotations

from tests.cuda.host_device import HostDevice
from tests.cuda.results import MISSING, RESULTS, SECTIONS, sections, write_section, written


def test_what_no_card_has_run_is_listed_as_that():
    assert RESULTS.read_text("utf-8") == written(sections(RESULTS))


def test_a_run_replaces_its_own_section_and_is_missing_no_more(tmp_path):
    path, card = tmp_path / "results.md", HostDevice().card()
    for found in ("first", "second"):
        write_section(path, "NVDEC", card, [found])
    for title in SECTIONS:
        assert MISSING in path.read_text("utf-8")
        write_section(path, title, card, ["| a | b |"] if title != "NVDEC" else ["third"])
    assert list(sections(path)) == list(SECTIONS)
    text = path.read_text("utf-8")
    assert ("third" in text, "second" in text, MISSING in text) == (True, False, False)
