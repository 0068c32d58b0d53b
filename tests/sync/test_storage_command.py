"""`framekiln storage test`, as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from sync.settings import Settings
from sync.storage import open_storage
from tests.sync.servers import Seaweed

STEPS = ["write", "look", "read", "link", "list", "delete"]


def framekiln(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "app", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def environment(storage_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEKILN_HOME", str(storage_settings.home))
    monkeypatch.setenv("FRAMEKILN_STORAGE", storage_settings.storage)
    monkeypatch.setenv("FRAMEKILN_STORAGE_ENDPOINT", storage_settings.storage_endpoint)


@pytest.mark.usefixtures("environment")
def test_a_storage_that_works_passes_every_step_and_is_left_empty(storage_settings: Settings) -> None:
    ended = framekiln("storage", "test", "--json")
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["ok"], told["storage"]) == (0, True, storage_settings.storage)
    assert [step["step"] for step in told["steps"]] == STEPS
    assert all(step["ok"] and step["seconds"] >= 0 for step in told["steps"])
    assert list(open_storage(storage_settings).list("")) == []
    assert framekiln("storage", "test").stdout.count("✓") == len(STEPS)


def test_what_is_wrong_is_said_at_its_step(s3_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEKILN_STORAGE", s3_settings.storage)
    monkeypatch.setenv("FRAMEKILN_STORAGE_ENDPOINT", s3_settings.storage_endpoint)
    ended = framekiln("storage", "test", "--to", "s3://nosuchbucket")
    assert ended.returncode == 1
    assert "✗ write" in ended.stdout
    assert "there is no such bucket: make it, or look at FRAMEKILN_STORAGE" in ended.stdout
    monkeypatch.setenv("FRAMEKILN_STORAGE_SECRET", "quite-another-secret")
    ended = framekiln("storage", "test")
    assert ended.returncode == 1
    assert "look at FRAMEKILN_STORAGE_SECRET" in ended.stdout
    for secret in ("quite-another-secret", Seaweed.SECRET, "Signature"):
        assert secret not in ended.stdout + ended.stderr
