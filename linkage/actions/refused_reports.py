"""Reports of a department's system outside its contract: refused with the reason, and listed (ADR 0048)."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from linkage import contracts, links
from linkage.models import ExchangeContract, RefusedReport
from linkage.selectors import owners
from shenguan import audit, notify
from shenguan.access.actors import Actor
from shenguan.access.scopes import Scope
from shenguan.org.models import Department
from shenguan.refusals import NotAllowed
from shenguan.workdays import calendar

Kind = ExchangeContract.Kind
KIND_OF_SCOPE: dict[str, Kind] = {
    Scope.CASES_WRITE: Kind.CASES,
    Scope.SUPERVISION_WRITE: Kind.RESULTS,
    Scope.CLUES_WRITE: Kind.CLUES,
    Scope.CREDIT_WRITE: Kind.CREDIT_RECORDS,
}


def check(by: Actor, scope: str) -> None:
    """The gate of the machine interface. Raises NotAllowed `outside_contract`, after listing what was refused."""
    kind, department = KIND_OF_SCOPE.get(scope), by.department
    if kind is None or department is None:
        return
    why = contracts.reporting_refusal(contracts.reporting_terms_on(calendar.today(), department.pk), kind)
    if not why:
        return
    _keep(department, kind, why, by=by)
    text = f"{why}，本次报送未受理；请与统筹协调员商定协议，生效后以原编号重新报送，急需的请在平台页面办理。"
    raise NotAllowed(text, code="outside_contract")


@transaction.atomic
def _keep(department: Department, kind: Kind, why: str, *, by: Actor) -> None:
    """One row a day, department and kind: a system that tries again and again fills no table."""
    now = timezone.now()
    row, is_first = RefusedReport.objects.get_or_create(
        department=department,
        kind=kind,
        day=calendar.today(),
        defaults={"reason": why, "client_name": by.name, "first_at": now, "last_at": now},
    )
    RefusedReport.objects.filter(pk=row.pk).update(number=F("number") + 1, reason=why, client_name=by.name, last_at=now)
    if not is_first:
        return
    audit.record("report.refuse", by=by, target=row, label=f"{department} {kind.label}", detail={"reason": why})
    for person in owners.coordinators():
        notify.tell(
            person,
            kind="report.refused",
            title=f"{department}的{kind.label}在协议外，已拒收",
            body=f"{by.name}：{why}。请与该部门商定协议，生效后由其重新报送。",
            url=links.WITHHELD,
        )
