"""What most tests of reconciliation need."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from linkage.actions import gap_scan
from linkage.models import Discrepancy
from tests.linkage.conftest import City, build_city

SETTLED = timedelta(minutes=10)  # past the grace of the scan, within the window it looks at twice


@pytest.fixture
def city(db: None, clock: time_machine.Traveller, nudges: list[str]) -> City:
    """推送即认领 at 办结, first check in 20 working days."""
    return build_city()


def scan(kind: str) -> list[Discrepancy]:
    """The rows of one kind after a scan, oldest first."""
    gap_scan.scan()
    return list(Discrepancy.objects.filter(kind=kind).order_by("pk"))


def only(kind: str) -> Any:
    """The one row of a kind after a scan."""
    rows = scan(kind)
    assert len(rows) == 1
    return rows[0]
