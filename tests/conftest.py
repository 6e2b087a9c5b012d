"""What all tests share: hosts as oracles, and no silent skips where every host must be there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.office import Office

ROOT = Path(__file__).parents[1]

# no deadline: a shared machine pauses when it likes; the same examples each time: a red run can be repeated
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A headless LibreOffice."""
    return Office(tmp_path_factory.mktemp("office"))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where every host must be there, a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("WATTSTACK_ALL_HOSTS") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
