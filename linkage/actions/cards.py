"""Cards (督办牌): given by the clocks, withdrawn by a coordinator or by a decision that the push was wrong."""

from django.db import transaction
from django.utils import timezone

from linkage.actions import moves
from linkage.ladders import Rung
from linkage.models import Card, CardWithdrawal, LadderVersion, Push
from shenguan import audit, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal


def give(push: Push, rung: Rung, version: LadderVersion, *, by: Actor) -> Card:
    """Writes down that a push reached a late step, with the people of the moment. The caller knows it is the first."""
    due_on = push.due_on or timezone.localdate()
    card = Card.objects.create(
        push=push,
        deadline_id=push.deadline_id or 0,
        ladder=version,
        department_id=push.department_id,
        office_id=push.office_id,
        owner_id=push.owner_id,
        handler_id=push.handler.pk,
        level=Card.Level(rung.level),
        step=push.next_step,
        days_late=rung.days,
        due_on=due_on,
        earned_on=rung.earned_on(due_on),
        given_at=timezone.now(),
    )
    step = push.get_next_step_display()
    moves.tell(
        push,
        "push.carded",
        by=by,
        summary=f"{push.department}的推送 {push.number} {card.get_level_display()}："
        f"应于 {card.due_on} 前{step}，超期 {card.days_late} 个工作日",
        level=card.level,
    )
    return card


@transaction.atomic
def withdraw(card: Card, *, by: Actor, reason: str) -> CardWithdrawal:
    """The card does not count any more; it stays visible with the reason.

    Raises Invalid without a reason, Refusal when it was withdrawn before, NotAllowed for anybody but a coordinator.
    """
    by.require(Permission.PUSH_ARBITRATE)
    reason = texts.check_text("reason", reason, "请写明撤回的理由。")
    moves.lock(card.push)
    if CardWithdrawal.objects.filter(card=card).exists():
        raise Refusal("already_withdrawn", f"推送 {card.push.number} 的{card.get_level_display()}已经撤回。")
    return _withdraw(card, by=by, reason=reason, is_automatic=False)


def void(push: Push, *, by: Actor, reason: str) -> None:
    """Withdraws all cards of a locked push that turned out never to have been the department's to do."""
    for card in push.cards.standing():
        _withdraw(card, by=by, reason=reason, is_automatic=True)


def _withdraw(card: Card, *, by: Actor, reason: str, is_automatic: bool) -> CardWithdrawal:
    withdrawal = CardWithdrawal.objects.create(
        card=card, reason=reason, withdrawn_by=by.name, is_automatic=is_automatic, withdrawn_at=timezone.now()
    )
    audit.record("card.withdraw", by=by, target=card, label=str(card), detail={"reason": reason})
    push = card.push
    moves.tell(
        push,
        "push.card_withdrawn",
        by=by,
        summary=f"{by.name} 撤回推送 {push.number} 的{card.get_level_display()}：{reason}",
        level=card.level,
    )
    return withdrawal
