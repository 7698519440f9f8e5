"""The people and the case most tests of the linkage need."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from approvals.models import Application
from linkage.actions import routing
from linkage.models import LinkageEntry, Push
from shenguan import events
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.org.models import Staff
from tests.factories.approvals import ApplicationFactory, PermitFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory

Happen = Callable[..., Event]


def happen(application: Application, kind: str, **payload: Any) -> Event:
    """Records a fact of a case the way approvals do."""
    stage = kind.removeprefix("approval.")
    return events.record(
        kind,
        by=Actor.system("test"),
        case_number=application.number or "",
        summary=f"办件事件 {kind}",
        department=application.department,
        subject_id=application.subject_id,
        payload={
            "application_id": application.pk,
            "stage": stage,
            "result": "granted" if kind == "approval.concluded" else "",
            "item_code": application.item.code,
            "subject_id": application.subject_id,
            "by_commitment": False,
            "credit_flag": "none",
            "situations": application.situations,
            "mode": application.mode,
            "permit_number": "",
            "permit_valid_to": "",
        }
        | payload,
    )


def route_all() -> int:
    """Routes until nothing is due."""
    total = 0
    while count := routing.route_pending():
        total += count
    return total


@dataclass
class City:
    """One item on the list, one concluded application of it, and the people around."""

    entry: LinkageEntry
    application: Application
    coordinator: Staff
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def liaison(self) -> Staff:
        return self.entry.liaison

    @property
    def approver(self) -> Staff:
        return self.entry.approval_liaison

    def happen(self, kind: str = "approval.concluded", **payload: Any) -> Event:
        return happen(self.application, kind, **payload)

    def route(self, kind: str = "approval.concluded", **payload: Any) -> Push:
        """Records, routes, and gives the push that came of it."""
        event = self.happen(kind, **payload)
        route_all()
        return Push.objects.get(event=event)


def build_city(**entry: Any) -> City:
    """A city whose list has one entry with these traits and fields."""
    row = LinkageEntryFactory(**entry)
    application = ApplicationFactory(concluded=True, variant__item=row.approval_item)
    PermitFactory(application=application)
    return City(row, application, StaffFactory(username="coordinator", roles=[Role.COORDINATOR]))


@pytest.fixture
def city(db: None, clock: Any, nudges: list[str]) -> City:
    """推送即认领 at 办结, first check in 20 working days."""
    return build_city()


@pytest.fixture
def coordinator(db: None) -> Iterator[Staff]:
    """The coordinator of a test without a city."""
    return StaffFactory(username="coordinator", roles=[Role.COORDINATOR])


def acting(staff: Staff) -> Actor:
    """Somebody as an actor."""
    return Actor.of_staff(staff)
