"""Making and rewording escalation ladders. A new wording holds for clocks that start after the day it was made."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from linkage.models import EscalationLadder, LadderVersion
from shenguan import audit, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid, Refusal, StaleVersion
from shenguan.workdays import calendar

SYSTEM = Actor.system("linkage.escalate_due")
STEPS = ("remind", "yellow", "red", "lift")
Values = Mapping[str, Any]  # remind_days, remind_tells … lift_tells of a LadderVersion

HANDS = ["handler", "owner"]
DAYS = {"remind_days": 2, "yellow_days": 1, "red_days": 3, "lift_days": 5}  # 工作日
STANDARD: dict[str, tuple[str, Values]] = {  # purpose -> name and steps every city starts with
    EscalationLadder.Purpose.PUSH: (
        "标准催办",
        DAYS
        | {
            "remind_tells": HANDS,
            "yellow_tells": [*HANDS, "office_head"],
            "red_tells": [*HANDS, "office_head", "department_head"],
            "lift_tells": [*HANDS, "office_head", "department_head", "coordinator"],
        },
    ),
    EscalationLadder.Purpose.ARBITRATION: (
        "裁定催办",
        DAYS
        | {
            "remind_tells": ["coordinator"],
            "yellow_tells": ["coordinator"],
            "red_tells": ["coordinator", "department_head"],
            "lift_tells": ["coordinator", "department_head"],
        },
    ),
    EscalationLadder.Purpose.UNMAPPED: (
        "未对应事项催办",
        DAYS
        | {
            "remind_tells": ["owner"],
            "yellow_tells": ["owner", "coordinator"],
            "red_tells": ["owner", "department_head", "coordinator"],
            "lift_tells": ["owner", "department_head", "coordinator"],
        },
    ),
}


@transaction.atomic
def ensure_standard() -> None:
    """Makes the default ladders where there are none; harmless to repeat and beside other workers."""
    known = set(EscalationLadder.objects.filter(is_default=True).values_list("purpose", flat=True))
    for purpose in STANDARD.keys() - known:
        name, values = STANDARD[purpose]
        ladder, is_new = EscalationLadder.objects.get_or_create(
            purpose=purpose, is_default=True, defaults={"name": name}
        )
        if is_new:
            _write(ladder, 1, by=SYSTEM, values=values, reason="系统预置", valid_from=LadderVersion.BEGINNING)


@transaction.atomic
def create(*, by: Actor, name: str, values: Values, purpose: str = EscalationLadder.Purpose.PUSH) -> EscalationLadder:
    """One more ladder for entries to choose. Raises Invalid by field, Refusal for a name that is taken, NotAllowed."""
    by.require(Permission.PUSH_ARBITRATE)
    name = texts.check_text("name", name, "请填写催办规则的名称。")
    _check_steps(values)
    if EscalationLadder.objects.filter(name=name).exists():
        raise Refusal("ladder_exists", f"已有名为“{name}”的催办规则，请换一个名称，或修改原规则。")
    ladder = EscalationLadder.objects.create(name=name, purpose=purpose)
    version = _write(ladder, 1, by=by, values=values, reason="新建", valid_from=LadderVersion.BEGINNING)
    audit.record("ladder.create", by=by, target=ladder, detail=_plain(version))
    return ladder


@transaction.atomic
def revise(
    ladder: EscalationLadder, *, by: Actor, values: Values, reason: str, expected_number: int | None = None
) -> LadderVersion:
    """A new version, in force for clocks that start tomorrow or later; what runs keeps what it began with.

    Raises Invalid by field, StaleVersion when somebody else reworded it meanwhile, Refusal when nothing changed,
    NotAllowed.
    """
    by.require(Permission.PUSH_ARBITRATE)
    reason = texts.check_text("reason", reason, "请写明修改的理由。")
    _check_steps(values)
    ladder = EscalationLadder.objects.select_for_update().get(pk=ladder.pk)
    newest = ladder.versions.order_by("-number").first()
    number = newest.number if newest else 0
    if expected_number is not None and expected_number != number:
        raise StaleVersion
    if newest is not None and all(getattr(newest, name) == value for name, value in values.items()):
        raise Refusal("nothing_changed", "与现行规则相同，没有需要保存的修改。")
    valid_from = calendar.today() + timedelta(1) if newest else LadderVersion.BEGINNING
    version = _write(ladder, number + 1, by=by, values=values, reason=reason, valid_from=valid_from)
    audit.record("ladder.revise", by=by, target=ladder, detail={"reason": reason} | _plain(version))
    return version


def _write(ladder: EscalationLadder, number: int, *, by: Actor, values: Values, **fields: Any) -> LadderVersion:
    return LadderVersion.objects.create(
        ladder=ladder, number=number, made_by=by.name, made_at=timezone.now(), **values, **fields
    )


def _check_steps(values: Values) -> None:
    """Raises Invalid unless the steps rise and every late one tells somebody."""
    rising = [values["yellow_days"], values["red_days"], values["lift_days"]]
    if rising[0] < 1:
        raise _invalid("yellow_days", "黄牌至少在超期 1 个工作日后。")
    if rising[0] >= rising[1]:
        raise _invalid("red_days", "红牌须晚于黄牌。")
    if rising[1] >= rising[2]:
        raise _invalid("lift_days", "提级须晚于红牌。")
    for step in STEPS:
        tells = values[f"{step}_tells"]
        if set(tells) - set(LadderVersion.Told.values):
            raise _invalid(f"{step}_tells", "告知对象不在可选范围内。")
        if not tells and (step != "remind" or values["remind_days"] is not None):
            raise _invalid(f"{step}_tells", "请至少选择一类告知对象。")


def _plain(version: LadderVersion) -> dict[str, Any]:
    return {f"{step}_{part}": getattr(version, f"{step}_{part}") for step in STEPS for part in ("days", "tells")} | {
        "number": version.number
    }


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: [message]})
