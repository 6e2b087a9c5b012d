"""What all tests share: hosts as oracles, and no silent skips where every host must be there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.office import Office

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A headless LibreOffice."""
    return Office(tmp_path_factory.mktemp("office"))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where every host must be there, a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("WATTSTACK_ALL_HOSTS") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
