"""Tests marked `realdata` read published lists that lie beside the project; without the folder they are deselected."""

import os
from pathlib import Path

import pytest

REAL_LISTS = Path(os.environ.get("REAL_LISTS_DIR", Path(__file__).resolve().parents[4] / "shared" / "data" / "real"))


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", "realdata: reads published lists from REAL_LISTS_DIR or ../shared/data/real")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes the tests out and says so: their layouts are tested on samples in any case."""
    if REAL_LISTS.is_dir():
        return
    absent = [item for item in items if item.get_closest_marker("realdata")]
    if absent:
        items[:] = [item for item in items if item not in absent]
        config.hook.pytest_deselected(items=absent)
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"{len(absent)} tests on real lists left out: no folder {REAL_LISTS}")


@pytest.fixture
def real_lists() -> Path:
    """The folder of the published lists."""
    return REAL_LISTS
