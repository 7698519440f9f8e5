"""Cases of the demo city, accepted or concluded and routed, as the pages meet them."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.utils import timezone

from approvals.models import Application
from credit.models import Subject
from linkage.actions import routing
from linkage.models import Push
from shenguan import events
from shenguan.access.actors import Actor
from shenguan.workdays import calendar
from tests.factories.approvals import ApplicationFactory, PermitFactory
from tests.fixtures_demo import DemoCity

FOOD = "439901010040"  # 食品经营许可: market supervision checks, first check within 30 working days
_numbers: Iterator[int] = count(1)


class Cases:
    """Makes cases and lets the router push them, as intake and conclusion would."""

    def __init__(self, city: DemoCity) -> None:
        self.city = city

    def accepted(self, item_code: str = FOOD, subject: Subject | None = None, **fields: Any) -> Application:
        """An accepted case whose pushes are out."""
        payload = fields.pop("payload", {})
        application = self._application(item_code, subject, accepted=True, **fields)
        self._tell(application, "approval.accepted", {"stage": "accepted", "result": ""} | payload)
        return application

    def concluded(self, item_code: str = FOOD, subject: Subject | None = None, **fields: Any) -> Application:
        """A granted case with its permit, whose pushes are out."""
        payload = fields.pop("payload", {})
        application = self._application(item_code, subject, concluded=True, **fields)
        PermitFactory(application=application)
        self._tell(application, "approval.concluded", {"stage": "concluded", "result": "granted"} | payload)
        return application

    def push_of(self, application: Application, **wanted: Any) -> Push:
        """The first push of a case."""
        return Push.objects.filter(application=application, **wanted).order_by("id")[0]

    def _application(self, item_code: str, subject: Subject | None, **fields: Any) -> Application:
        number = f"YZ{calendar.today():%Y%m%d}-{next(_numbers):04d}"
        fields.setdefault("address", "云州市南湖区滨河路 126 号")
        variant = self.city.variant(item_code)
        if subject is not None:
            fields["subject"] = subject
        return ApplicationFactory(variant=variant, number=number, **fields)

    def _tell(self, application: Application, kind: str, payload: dict[str, Any]) -> None:
        events.record(
            kind,
            by=Actor.system("test"),
            case_number=application.number or "",
            subject_id=application.subject_id,
            department=application.department,
            summary=f"{application.item.name}，{timezone.localdate()}",
            payload={
                "application_id": application.pk,
                "item_code": application.item.code,
                "subject_id": application.subject_id,
                "by_commitment": False,
                "credit_flag": "none",
                "situations": list(application.situations),
                "mode": application.mode,
                "permit_number": "",
                "permit_valid_to": "",
            }
            | payload,
        )
        routing.route_pending(limit=100)
