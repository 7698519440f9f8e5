"""What exchange contracts allow, as plain functions over terms read once per pass (RULES R10.11)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from linkage.models import ExchangeContract, Push
from shenguan.refusals import NotAllowed


@dataclass(frozen=True)
class Terms:
    """What holds for one department and direction on one day; `number` is empty when no contract is in force."""

    number: str = ""
    kinds: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()
    is_governed: bool = True


KINDS = {kind.value: kind for kind in ExchangeContract.Kind}
UNGOVERNED = Terms(is_governed=False)


def reporting_terms_on(day: date, department_id: int) -> Terms:
    """The terms for what a department's system reports to the platform, in one query (ADR 0048).

    Without a contract that has begun its reports come in as before: a push that is withheld waits in the inbox, a
    report that is refused is nowhere.
    """
    rows = ExchangeContract.objects.filter(
        department=department_id,
        direction=ExchangeContract.Direction.FROM_DEPARTMENT,
        status__in=[ExchangeContract.Status.IN_FORCE, ExchangeContract.Status.ENDED],
        valid_from__lte=day,
    )
    found = UNGOVERNED
    for row in rows.order_by("edition"):
        if row.status == ExchangeContract.Status.IN_FORCE and _still(row, day):
            found = Terms(row.number, frozenset(row.kinds), frozenset(row.modes))
        elif not found.number:
            found = Terms()
    return found


def reporting_refusal(rule: Terms, kind: ExchangeContract.Kind) -> str:
    """Why a department's system may not report this by API; empty when it may."""
    if not rule.is_governed:
        return ""
    return _why_not(rule, ExchangeContract.Mode.API, kind)


def terms_on(day: date, department_ids: Collection[int]) -> dict[int, Terms]:
    """The terms for pushes to these departments, in one query.

    A department without any contract ever confirmed is not governed by one yet: the operators' registration of its
    address stands alone, unless CONTRACTS_REQUIRED says that nothing goes out without a contract.
    """
    found = {pk: UNGOVERNED if not settings.CONTRACTS_REQUIRED else Terms() for pk in department_ids}
    rows = ExchangeContract.objects.filter(
        department__in=department_ids,
        direction=ExchangeContract.Direction.TO_DEPARTMENT,
        status__in=[ExchangeContract.Status.IN_FORCE, ExchangeContract.Status.ENDED],
    ).order_by("edition")
    for row in rows:
        if row.status == ExchangeContract.Status.IN_FORCE and row.valid_from <= day and _still(row, day):
            found[row.department_id] = Terms(row.number, frozenset(row.kinds), frozenset(row.modes))
        elif not found[row.department_id].number:
            found[row.department_id] = Terms()
    return found


def refusal(terms: Mapping[int, Terms], push: Push, mode: str) -> str:
    """Why this push may not go to its recipient's system by this mode; empty when it may."""
    rule = terms[push.department_id]
    if not rule.is_governed:
        return ""
    return _why_not(rule, mode, kind_of(push))


def _why_not(rule: Terms, mode: str, kind: ExchangeContract.Kind) -> str:
    if not rule.number:
        return "没有生效的数据共享协议"
    if mode not in rule.modes:
        return f"协议 {rule.number} 未约定“{ExchangeContract.Mode(mode).label}”方式"
    if kind not in rule.kinds:
        return f"协议 {rule.number} 的交换内容不含“{kind.label}”"
    return ""


def kind_of(push: Push) -> ExchangeContract.Kind:
    """What a contract calls this kind of push; kinds that came later than the contract count as 其他协同."""
    return KINDS.get(push.kind, ExchangeContract.Kind.OTHER)


def check_reading(rule: Terms, push: Push | None = None) -> None:
    """Raises NotAllowed when a department's system may not read its inbox by API, or not this push."""
    if not rule.is_governed:
        return
    if ExchangeContract.Mode.API not in rule.modes:
        why = f"协议 {rule.number} 未约定接口调用" if rule.number else "没有生效的数据共享协议"
        text = f"{why}，不能通过接口读取推送；推送请在平台收件箱内办理，需要接口的请与统筹协调员商定协议。"
        raise NotAllowed(text, code="outside_contract")
    if push is not None and kind_of(push) not in rule.kinds:
        text = f"协议 {rule.number} 的交换内容不含这类推送，请在平台页面办理 {push.number}。"
        raise NotAllowed(text, code="outside_contract")


def _still(row: ExchangeContract, day: date) -> bool:
    return row.valid_to is None or day <= row.valid_to
