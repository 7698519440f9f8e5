"""Issuing the written vouchers of a case (RULES R1.02)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from approvals.actions.numbers import next_document_number
from approvals.models import Application, Document
from shenguan.access.actors import Actor
from shenguan.workdays.calendar import OFFICE_ZONE


def issue(
    application: Application, kind: Document.Kind, *, by: Actor, at: datetime, body: Mapping[str, Any] | None = None
) -> Document:
    """A numbered paper. `body` holds what is printed besides the case's own facts; no ID number, no phone.

    Call it late in the action's transaction: the number series stays locked until its end.
    """
    year = at.astimezone(OFFICE_ZONE).year
    return Document.objects.create(
        application=application,
        kind=kind,
        number=next_document_number(application.department, kind, year),
        title=f"{application.variant.name}{kind.label}",
        body={"applicant": application.subject.name, "case_number": application.number, **(body or {})},
        issued_by=by.name[:150],
        issued_at=at,
    )
