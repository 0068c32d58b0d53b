"""The windows of these tests are drawn into memory, with a display or without; tests/app/test_real_window.py has a real one."""

import pytest


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["framekiln", "-platform", "offscreen"]
