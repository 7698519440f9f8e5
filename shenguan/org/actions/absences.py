"""Recording who is away and who stands in (离岗登记): pushes then go to somebody who is there."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from shenguan import audit, notify
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.org.models import Absence, Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal
from shenguan.workdays import calendar


@transaction.atomic
def record_absence(
    *, by: Actor, staff: Staff, starts_on: date, ends_on: date, deputy: Staff | None = None, reason: str = "leave"
) -> Absence:
    """Somebody is away from the first to the last day, both included.

    Heads record people of their own department, a system administrator anybody. New pushes pass the person over while
    it lasts; what they already hold stays with them. Raises Invalid by field, NotAllowed.
    """
    _check_may(by, staff)
    Staff.objects.select_for_update(of=("self",)).get(pk=staff.pk)  # two heads at once do not record the same days
    errors = _errors(staff, starts_on, ends_on, deputy)
    if reason not in Absence.Reason.values:
        errors["reason"] = ["请选择离岗原因。"]
    if errors:
        raise Invalid("离岗登记有误，请按提示修改。", errors)
    absence = Absence.objects.create(
        staff=staff, deputy=deputy, reason=reason, starts_on=starts_on, ends_on=ends_on, recorded_by=by.key[:60]
    )
    audit.record("absence.record", by=by, target=absence, detail={"deputy": deputy.username if deputy else ""})
    if deputy is not None:
        notify.tell(
            deputy,
            kind="absence.deputy",
            title=f"{staff.name}离岗期间由您代办",
            body=f"{starts_on} 至 {ends_on}，新到的推送由您承接；如不能代办，请告知登记人。",
        )
    return absence


@transaction.atomic
def cancel_absence(absence: Absence, *, by: Actor) -> Absence:
    """Takes an absence back: the person is there after all. Raises Refusal when it was, or when it is over."""
    absence = Absence.objects.select_for_update(of=("self",)).select_related("staff__department").get(pk=absence.pk)
    _check_may(by, absence.staff)
    if absence.cancelled_at is not None:
        raise Refusal("already_cancelled", "该离岗登记已经撤销，无需重复操作。")
    if absence.ends_on < calendar.today():
        raise Refusal("absence_over", "该离岗登记已经结束，不能撤销。")
    absence.cancelled_at, absence.cancelled_by = timezone.now(), by.key[:60]
    absence.save(update_fields=["cancelled_at", "cancelled_by"])
    audit.record("absence.cancel", by=by, target=absence)
    return absence


def _check_may(by: Actor, staff: Staff) -> None:
    by.require(Permission.ABSENCE_RECORD)
    is_everywhere = by.staff is not None and by.staff.may(Permission.SYSTEM_MANAGE)
    if by.kind == "staff" and not is_everywhere and (by.department is None or by.department.pk != staff.department_id):
        raise NotAllowed(f"{staff.name}不是本部门人员，请由其所在部门负责人或系统管理员登记。")


def _errors(staff: Staff, starts_on: date, ends_on: date, deputy: Staff | None) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if ends_on < starts_on:
        return {"ends_on": ["结束日期不能早于开始日期。"]}
    if ends_on < calendar.today():
        return {"ends_on": ["结束日期已过，无需登记。"]}
    if not staff.is_active:
        errors["staff"] = [f"{staff.name}已离岗（账号停用），无需登记。"]
    elif known := _overlapping(staff, starts_on, ends_on):
        errors["staff"] = [f"{staff.name}已登记 {known.starts_on} 至 {known.ends_on} 离岗，请先撤销再登记。"]
    if deputy is None:
        return errors
    if deputy.pk == staff.pk:
        errors["deputy"] = ["代办人不能是本人，请另选一人或留空。"]
    elif deputy.department_id != staff.department_id:
        errors["deputy"] = [f"{deputy.name}与{staff.name}不在同一部门，请选择同部门人员。"]
    elif not deputy.is_active:
        errors["deputy"] = [f"{deputy.name}已离岗，请选择在职人员。"]
    elif known := _overlapping(deputy, starts_on, ends_on):
        errors["deputy"] = [f"{deputy.name}在 {known.starts_on} 至 {known.ends_on} 也离岗，请另选一人。"]
    return errors


def _overlapping(staff: Staff, starts_on: date, ends_on: date) -> Absence | None:
    return Absence.objects.standing().filter(staff=staff, starts_on__lte=ends_on, ends_on__gte=starts_on).first()
