"""Exchange contracts: drawn up by the coordinators, confirmed by the department, in force, ended (RULES R10.11)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from linkage.actions import withholding
from linkage.lifecycle import CONTRACT
from linkage.models import ExchangeContract
from linkage.selectors import owners
from shenguan import audit, notify
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.identifiers import series
from shenguan.lifecycle import check_move
from shenguan.org.models import Department
from shenguan.org.selectors import staff_who_may
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion
from shenguan.workdays import calendar

Status, Direction, Kind = ExchangeContract.Status, ExchangeContract.Direction, ExchangeContract.Kind
TERMS = (
    "kinds",
    "data_items",
    "modes",
    "procedure",
    "limit_days",
    "frequency",
    "confidentiality",
    "purpose",
    "valid_from",
    "valid_to",
)


@transaction.atomic
def draft(*, by: Actor, department: Department, direction: str, **terms: Any) -> ExchangeContract:
    """The next edition for a department and direction, to be proposed to it; `terms` are those of TERMS.

    Raises NotAllowed, Refusal when an edition is in the making already, Invalid by field.
    """
    by.require(Permission.CONTRACT_MANAGE)
    editions = ExchangeContract.objects.select_for_update().filter(department=department, direction=direction)
    if any(row.status in (Status.DRAFT, Status.PROPOSED) for row in editions):
        raise Refusal("contract_in_the_making", "该部门该方向已有草拟或待确认的协议，请先办完那一份。")
    contract = ExchangeContract(department=department, direction=direction, number=_next_number(), **terms)
    contract.edition = (editions.aggregate(last=Max("edition"))["last"] or 0) + 1
    _check(contract)
    contract.save(force_insert=True)
    audit.record("contract.draft", by=by, target=contract, label=contract.number)
    return contract


@transaction.atomic
def edit(
    contract: ExchangeContract, *, by: Actor, expected_version: int | None = None, **terms: Any
) -> ExchangeContract:
    """Changes the terms of a draft. Raises NotAllowed, StateForbids, StaleVersion, Invalid by field."""
    by.require(Permission.CONTRACT_MANAGE)
    locked = _lock(contract, "edit")
    if expected_version is not None and expected_version != locked.row_version:
        raise StaleVersion()
    for name, value in terms.items():
        setattr(locked, name, value)
    _check(locked)
    locked.row_version += 1
    locked.save(update_fields=[*terms, "row_version"])
    audit.record("contract.edit", by=by, target=locked, label=locked.number)
    return locked


@transaction.atomic
def propose(contract: ExchangeContract, *, by: Actor) -> ExchangeContract:
    """The platform's side confirms and asks the department. Raises NotAllowed, StateForbids, Invalid."""
    by.require(Permission.CONTRACT_MANAGE)
    locked = _lock(contract, "propose")
    _check(locked)
    locked.status, locked.proposed_by, locked.proposed_at, locked.note = Status.PROPOSED, by.name, timezone.now(), ""
    locked.save(update_fields=["status", "proposed_by", "proposed_at", "note"])
    audit.record("contract.propose", by=by, target=locked, label=locked.number)
    for person in staff_who_may(Permission.CONTRACT_CONFIRM, department=locked.department):
        _tell(
            person,
            locked,
            "请确认数据共享协议",
            f"协议 {locked.number}（{locked.get_direction_display()}）待本部门确认。",
        )
    return locked


@transaction.atomic
def confirm(contract: ExchangeContract, *, by: Actor) -> ExchangeContract:
    """The department confirms: in force from its first day, and the edition before it ends the day before.

    What was withheld from the department's system and is covered now is sent. Raises NotAllowed for another
    department, StateForbids, Invalid when its last day has passed meanwhile.
    """
    _check_side(contract, by)
    locked = _lock(contract, "confirm")
    if locked.valid_to is not None and locked.valid_to < calendar.today():
        raise Invalid("协议有效期已过，请退回平台方修改。", {"valid_to": ["协议有效期已过。"]})
    _end_earlier(locked, by=by)
    locked.status, locked.confirmed_by, locked.confirmed_at = Status.IN_FORCE, by.name, timezone.now()
    locked.save(update_fields=["status", "confirmed_by", "confirmed_at"])
    audit.record("contract.confirm", by=by, target=locked, label=locked.number)
    if locked.direction == Direction.TO_DEPARTMENT:
        withholding.release_covered(locked.department, by=by)
    return locked


@transaction.atomic
def send_back(contract: ExchangeContract, *, by: Actor, reason: str) -> ExchangeContract:
    """The department wants other terms: a draft again, with its reason. Raises NotAllowed, StateForbids, Invalid."""
    _check_side(contract, by)
    locked = _lock(contract, "send_back")
    locked.note = _reason(reason)
    locked.status, locked.proposed_by, locked.proposed_at = Status.DRAFT, "", None
    locked.save(update_fields=["status", "proposed_by", "proposed_at", "note"])
    audit.record("contract.send_back", by=by, target=locked, label=locked.number, detail={"reason": locked.note})
    for person in owners.coordinators():
        _tell(person, locked, "数据共享协议被退回", f"{locked.department}退回协议 {locked.number}：{locked.note}")
    return locked


@transaction.atomic
def end(contract: ExchangeContract, *, by: Actor, reason: str) -> ExchangeContract:
    """Ends a contract today; from now on nothing goes to the department's system under it. Either side may.

    Raises NotAllowed, StateForbids, Invalid without a reason.
    """
    is_own = by.department is not None and by.department.pk == contract.department_id
    if not (is_own and by.staff is not None and by.staff.may(Permission.CONTRACT_CONFIRM)):
        by.require(Permission.CONTRACT_MANAGE)  # also for a coordinator who sits in that department
    locked = _lock(contract, "end")
    locked.note = _reason(reason)
    locked.status, locked.valid_to = Status.ENDED, max(calendar.today(), locked.valid_from)
    locked.save(update_fields=["status", "valid_to", "note"])
    audit.record("contract.end", by=by, target=locked, label=locked.number, detail={"reason": locked.note})
    return locked


def _end_earlier(contract: ExchangeContract, *, by: Actor) -> None:
    """The edition in force gives way: at once when the new one holds today, else on the day before it begins."""
    last_day = contract.valid_from - timedelta(days=1)
    rows = ExchangeContract.objects.select_for_update().filter(
        department=contract.department, direction=contract.direction, status=Status.IN_FORCE
    )
    for row in rows:
        ends_on = max(row.valid_from, min(last_day, row.valid_to or last_day))
        row.valid_to = ends_on
        if contract.valid_from <= calendar.today():
            row.status, row.note = Status.ENDED, f"由 {contract.number} 取代"
        row.save(update_fields=["valid_to", "status", "note"])
        audit.record("contract.end", by=by, target=row, label=row.number, detail={"succeeded_by": contract.number})


def _check(contract: ExchangeContract) -> None:
    """Raises Invalid with every field that breaks a rule."""
    reported = {str(kind) for kind in ExchangeContract.REPORTED}
    offered = reported if contract.direction == Direction.FROM_DEPARTMENT else set(Kind.values) - reported
    errors: dict[str, list[str]] = {}
    if not contract.kinds:
        errors["kinds"] = ["请至少选择一项交换内容。"]
    elif set(contract.kinds) - offered:
        errors["kinds"] = [f"“{contract.get_direction_display()}”方向不能选择其中的内容，请核对。"]
    if not contract.modes or set(contract.modes) - set(ExchangeContract.Mode.values):
        errors["modes"] = ["请至少选择一种交换方式。"]
    elif contract.direction == Direction.FROM_DEPARTMENT and ExchangeContract.Mode.WEBHOOK in contract.modes:
        errors["modes"] = ["部门向平台报送用接口调用或平台页面。"]
    for name in ("data_items", "procedure", "purpose"):
        if not getattr(contract, name).strip():
            errors[name] = ["此项必填。"]
    if contract.valid_to is not None and contract.valid_to < max(contract.valid_from, calendar.today()):
        errors["valid_to"] = ["有效期至应不早于生效日期和今天。"]
    if errors:
        raise Invalid("协议内容有误，请按提示修改。", errors)


def _check_side(contract: ExchangeContract, by: Actor) -> None:
    by.require(Permission.CONTRACT_CONFIRM)
    if by.department is None or by.department.pk != contract.department_id:
        raise NotAllowed("这是其他部门的协议，请由该部门确认。")


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("请写明原因。", {"reason": ["请写明原因。"]})
    return reason.strip()


def _lock(contract: ExchangeContract, action: str) -> ExchangeContract:
    locked = ExchangeContract.objects.select_for_update(of=("self",)).select_related("department").get(pk=contract.pk)
    check_move(CONTRACT, action, locked.status, Status)
    return locked


def _tell(person: Any, contract: ExchangeContract, title: str, body: str) -> None:
    notify.tell(person, kind="contract.changed", title=title, body=body, url=f"/linkage/contracts/{contract.number}/")


def _next_number() -> str:
    today: date = calendar.today()
    (count,) = series.take("exchange-contract", today.year)
    return f"GX{today.year}-{count:04d}"
