"""Cards (督办牌): given for late clocks, withdrawn by a coordinator or by a decision that the push was wrong."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from linkage.actions import moves
from linkage.ladders import Rung
from linkage.models import Card, CardWithdrawal, DutyObjection, LadderVersion, Push, UnmappedEvent
from linkage.selectors import owners
from shenguan import audit, events, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.refusals import Refusal
from shenguan.workdays.models import Deadline

About = Push | DutyObjection | UnmappedEvent


def give(about: About, clock: Deadline, rung: Rung, version: LadderVersion, *, by: Actor) -> Card:
    """Writes down that a clock reached a late step, with the people of the moment. The caller knows it is the first."""
    card = Card.objects.create(
        deadline=clock,
        ladder=version,
        level=Card.Level(rung.level),
        days_late=rung.days,
        due_on=clock.due_on,
        earned_on=rung.earned_on(clock.due_on),
        given_at=timezone.now(),
        **_whose(about),
    )
    words = f"应于 {card.due_on} 前完成{card.get_step_display()}，超期 {card.days_late} 个工作日"
    _tell(card, "push.carded", by=by, summary=f"{card.department}：{card.number} {card.get_level_display()}，{words}")
    return card


def _whose(about: About) -> dict[str, Any]:
    """What was late and who answers for it: a department for its push, a coordinator for an arbitration."""
    if isinstance(about, Push):
        fields: dict[str, Any] = {"push": about, "step": about.next_step}
        department, office, handler = about.department, about.office, about.handler
        return fields | {"department": department, "office": office, "owner": about.owner, "handler": handler}
    if isinstance(about, DutyObjection):
        return {"push": about.push, "objection": about, "step": "arbitrate"} | _by(about.owner or owners.coordinator())
    return {"unmapped": about, "step": "map"} | _by(about.owner)


def _by(owner: Staff) -> dict[str, Any]:
    return {"department_id": owner.department_id, "office_id": owner.office_id, "owner": owner, "handler": owner}


def _tell(card: Card, action: str, *, by: Actor, summary: str) -> None:
    """Audit row and timeline entry, under the push or the case."""
    if card.push is not None:
        moves.tell(card.push, action, by=by, summary=summary, level=card.level)
    elif card.unmapped is not None:
        audit.record(action, by=by, target=card, detail={"level": card.level})
        case = card.unmapped.application
        events.record(
            action,
            by=by,
            case_number=case.number or "",
            subject_id=case.subject_id,
            summary=summary,
            payload={"level": card.level},
        )


@transaction.atomic
def withdraw(card: Card, *, by: Actor, reason: str) -> CardWithdrawal:
    """The card does not count any more; it stays visible with the reason.

    Raises Invalid without a reason, Refusal when it was withdrawn before, NotAllowed for anybody but a coordinator.
    """
    by.require(Permission.PUSH_ARBITRATE)
    reason = texts.check_text("reason", reason, "请写明撤回的理由。")
    if card.push is not None:
        moves.lock(card.push)
    elif card.unmapped is not None:
        UnmappedEvent.objects.select_for_update(of=("self",)).get(pk=card.unmapped.pk)
    if CardWithdrawal.objects.filter(card=card).exists():
        raise Refusal("already_withdrawn", f"{card.number} 的{card.get_level_display()}已经撤回。")
    return _withdraw(card, by=by, reason=reason, is_automatic=False)


def void(push: Push, *, by: Actor, reason: str) -> None:
    """Withdraws all cards of a locked push that turned out never to have been the department's to do."""
    for card in push.cards.standing().filter(objection__isnull=True):
        _withdraw(card, by=by, reason=reason, is_automatic=True)


def _withdraw(card: Card, *, by: Actor, reason: str, is_automatic: bool) -> CardWithdrawal:
    withdrawal = CardWithdrawal.objects.create(
        card=card, reason=reason, withdrawn_by=by.name, is_automatic=is_automatic, withdrawn_at=timezone.now()
    )
    audit.record("card.withdraw", by=by, target=card, label=str(card), detail={"reason": reason})
    summary = f"{by.name} 撤回 {card.number} 的{card.get_level_display()}：{reason}"
    _tell(card, "push.card_withdrawn", by=by, summary=summary)
    return withdrawal
