"""No test reads or writes the cache of the person who runs it; programs that tests start inherit this."""

import os
import shutil
import tempfile

import pytest

from render_engine.cache_folder import VARIABLE


def pytest_configure(config: pytest.Config) -> None:
    folder = tempfile.mkdtemp(prefix="framekiln-tests-")
    os.environ[VARIABLE] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
