"""Handing over everything one person has in hand to a colleague who takes their place (人员离岗交接)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from linkage import policies
from linkage.actions import moves, pushes
from linkage.models import Push
from shenguan import texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal
from supervision.actions import tasks
from supervision.models import CheckTask


@dataclass
class Handed:
    """What became of each push, by number, and how many checks went along by themselves."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # number -> why
    checks: int = 0


def hand_over(person: Staff, *, to: Staff, by: Actor, reason: str, chosen: Iterable[Push]) -> Handed:
    """Gives the chosen pushes of a person, owned or assigned, and their remaining checks to one colleague.

    Each push on its own: what is refused is named, the rest goes. Raises Invalid by field, NotAllowed.
    """
    by.require(Permission.PUSH_ASSIGN)
    if by.department is None or by.department.pk != person.department_id:
        raise NotAllowed(f"{person.name}不是本部门人员，您不能办理其离岗交接。")
    reason = texts.check_text("reason", reason, "请写明交接的原因，如调离、退休、休假。")
    if to.pk == person.pk:
        raise Invalid("接收人不能是本人。", {"to": ["接收人不能是本人。"]})
    if to.department_id != person.department_id or not to.is_active:
        raise Invalid("请选择本部门在职人员。", {"to": ["请选择本部门在职人员。"]})
    handed = Handed()
    for push in chosen:
        try:
            _hand_push(push, person, to=to, by=by, reason=reason)
            handed.done.append(push.number)
        except Refusal as refusal:
            handed.refused[push.number] = refusal.message
    for task in CheckTask.objects.open().filter(assignee=person, push_number="").order_by("pk"):
        tasks.assign(task, by=by, assignee=to)
        handed.checks += 1
    return handed


@transaction.atomic
def _hand_push(push: Push, person: Staff, *, to: Staff, by: Actor, reason: str) -> None:
    """One push changes hands: owner or handler or both, with its checks. Twice is once."""
    push = moves.begin(push, "hand_over", by=by)
    if person.pk not in (push.owner_id, push.assignee_id):
        return
    policies.check_assignee(push, to)
    owner = to if push.owner_id == person.pk else push.owner
    assignee = push.assignee
    if assignee is not None and assignee.pk in (person.pk, owner.pk):
        assignee = to if owner.pk != to.pk else None
    moves.move(push, "hand_over", owner=owner, assignee=assignee)
    pushes.pass_on_checks(push, push.handler, by=by)
    moves.tell(
        push,
        "push.handed_over",
        by=by,
        summary=f"{push.department} {by.name} 将 {person.name} 的推送 {push.number} 交接给 {to.name}：{reason}",
        person=person.username,
        to=to.username,
    )
    pushes.tell_taker(push, to, body=f"{person.name}离岗，推送 {push.number} 交接给您：{reason}")
