"""The real code of both devices, against drivers whose card is the host. In processes of their own: FFmpeg would find them too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cuda.drivers import drivers
from tests.cuda.host_device import host_kernels

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="module")
def fake_driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that libcuda lies in."""
    return Path(drivers(tmp_path_factory.mktemp("driver"))["LD_LIBRARY_PATH"])


def driven(**environment: str) -> list[str]:
    more = {"PYTHONPATH": f"{environment.pop('first', '')}:{ROOT}", **environment}
    answer = subprocess.run(
        [sys.executable, "-m", "tests.cuda.drive"],
        cwd=ROOT,
        env=os.environ | more,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


def test_nvidias_bindings_drive_a_card(fake_driver):
    card, refused, closed = driven(LD_LIBRARY_PATH=str(fake_driver))
    assert card == "BindingsDevice Fake Card, compute 9.0, driver for CUDA 13.0, 16.0 of 16.0 GiB free"
    assert refused == "the card has no memory left for this"
    assert closed == "closed"


def test_pycuda_drives_a_card(fake_driver, tmp_path):
    """Without NVIDIA's bindings, as where somebody has pycuda alone."""
    host_kernels()
    no_bindings = tmp_path / "cuda"
    no_bindings.mkdir()
    (no_bindings / "__init__.py").write_text("")
    card, refused, closed = driven(first=f"{HERE / 'fake_pycuda'}:{tmp_path}", LD_LIBRARY_PATH=str(fake_driver))
    assert card == "PycudaDevice Fake Card, compute 9.0, driver for CUDA 13.0, 0.2 of 0.2 GiB free"
    assert refused == "the card has no memory left for this"
    assert closed == "closed"


def test_why_there_is_no_card_is_told(fake_driver, tmp_path):
    assert driven(LD_LIBRARY_PATH=str(fake_driver), FAKE_INIT="100") == [
        "the NVIDIA driver does not start: no CUDA-capable device is detected"
    ]
    assert driven(LD_LIBRARY_PATH=str(fake_driver), FAKE_CARDS="0") == ["there is no card 0"]
    (tmp_path / "cuda").mkdir()
    (tmp_path / "cuda" / "__init__.py").write_text("")
    assert driven() == ["no NVIDIA driver: libcuda.so.1 cannot be loaded"]
    assert driven(first=str(tmp_path), LD_LIBRARY_PATH=str(fake_driver)) == [
        "CUDA needs a package that is not installed: pip install 'framekiln[cuda]'"
    ]
