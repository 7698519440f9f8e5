"""What a recipient does with a push: claim, read, assign, note. Each locks, checks, writes, audits, tells."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from linkage import policies
from linkage.actions import duties, missed, moves
from linkage.actions.drafts import READ
from linkage.links import push_url
from linkage.models import Push, PushNote
from linkage.selectors import owners
from shenguan import notify, texts
from shenguan.access.actors import Actor
from shenguan.files.actions import store_upload
from shenguan.files.models import StoredFile
from shenguan.org.models import Office, Staff
from supervision.actions import tasks


@transaction.atomic
def claim(push: Push, *, by: Actor, expected_version: int | None = None) -> Push:
    """The department takes the duty in hand; the next clock starts (DESIGN §3.5, R10.04).

    The claimer becomes the handler, the named owner stays. Raises StateForbids, StaleVersion, NotAllowed.
    """
    push = moves.begin(push, "claim", by=by, expected_version=expected_version)
    missed.stop_clock(push)
    if by.staff is not None and by.staff.pk != push.owner_id:
        push.assignee = by.staff
    moves.move(
        push,
        "claim",
        assignee=push.assignee,
        claimed_by=by.name,
        claimed_at=timezone.now(),
        next_step=Push.NextStep.READ,
        **moves.clock_fields(push),
    )
    take_up(push, by=by)
    moves.tell(push, "push.claimed", by=by, summary=f"{push.department} {by.name} 认领推送 {push.number}")
    return push


def take_up(push: Push, *, by: Actor) -> None:
    """What follows from a claim, one's own or an arbitration's: the checks of a duty, or the reading."""
    if duties.is_duty(push):
        duties.open_checks(duties.register([push], by=by), by=by)
    else:
        push.next_step = Push.NextStep.READ
        moves.start_clock(push, READ, policies.READ_DAYS)
    moves.write(push, next_step=push.next_step, is_open=True, **moves.clock_fields(push))


@transaction.atomic
def read(push: Push, *, by: Actor, expected_version: int | None = None) -> Push:
    """Somebody has taken note (签阅). A push that only had to be known ends; a duty or an announcement stays in hand.

    Raises StateForbids unless the push waits to be read, StaleVersion, NotAllowed.
    """
    push = moves.begin(push, "read", by=by, expected_version=expected_version)
    policies.check_step(push, Push.NextStep.READ, "签阅")
    now = timezone.now()
    missed.stop_clock(push)
    fields = {"read_at": now, "is_open": False, **moves.clock_fields(push)}
    if push.is_forward and push.kind == "approval.accepted":
        moves.move(push, "read", next_step=Push.NextStep.AWAIT, **fields)
    elif duties.is_duty(push):
        moves.move(push, "read", next_step=Push.NextStep.NONE, **fields)
    else:
        moves.move(push, "close", next_step=Push.NextStep.NONE, closed_at=now, **fields)
    moves.tell(push, "push.read", by=by, summary=f"{push.department} {by.name} 签阅推送 {push.number}")
    return push


@transaction.atomic
def assign(push: Push, *, by: Actor, assignee: Staff, expected_version: int | None = None) -> Push:
    """Gives a push, and the checks under it, to a colleague. The owner answers for it all the same.

    Raises Invalid for somebody of another department, away or without the right; StateForbids, StaleVersion,
    NotAllowed.
    """
    push = moves.begin(push, "assign", by=by, expected_version=expected_version)
    policies.check_assignee(push, assignee)
    if push.assignee_id == assignee.pk:
        return push
    moves.move(push, "assign", assignee=assignee)
    pass_on_checks(push, assignee, by=by)
    moves.tell(
        push,
        "push.assigned",
        by=by,
        summary=f"{push.department} {by.name} 将推送 {push.number} 指派给 {assignee.name}",
        assignee=assignee.username,
    )
    tell_taker(push, assignee, body=f"{by.name}将推送 {push.number} 指派给您。")
    return push


@transaction.atomic
def transfer(
    push: Push,
    *,
    by: Actor,
    office: Office,
    reason: str,
    owner: Staff | None = None,
    expected_version: int | None = None,
) -> Push:
    """Gives a push with its checks to another office of the department (改办科室); the clock runs on.

    Without `owner` the office's head takes it, else the department's chain (R10.01). Raises Invalid by field,
    StateForbids, StaleVersion, NotAllowed.
    """
    reason = texts.check_text("reason", reason, "请写明改办科室的理由。")
    push = moves.begin(push, "transfer", by=by, expected_version=expected_version)
    policies.check_office(push, office)
    if owner is None:
        chain = owners.supervision_owner if push.is_forward else owners.approval_owner
        owner = chain(push.department, office)
    else:
        policies.check_assignee(push, owner)
    before = push.office.name if push.office else "未分科室"
    moves.move(push, "transfer", office=office, owner=owner, assignee=None)
    pass_on_checks(push, owner, by=by)
    moves.tell(
        push,
        "push.transferred",
        by=by,
        summary=f"{push.department} {by.name} 将推送 {push.number} 由{before}改办至{office}（{owner.name}）：{reason}",
        office=office.code,
        owner=owner.username,
    )
    tell_taker(push, owner, body=f"{by.name}将推送 {push.number} 改办至{office}：{reason}")
    return push


def pass_on_checks(push: Push, person: Staff, *, by: Actor) -> None:
    """The open checks under a push go with it, to people who may be given them."""
    if person.department_id != push.department_id:
        return
    for task in duties.open_checks_of(push):
        tasks.assign(task, by=by, assignee=person)


def tell_taker(push: Push, person: Staff, *, body: str) -> None:
    """Whoever gets a push from a colleague hears of it."""
    notify.tell(
        person,
        kind="push.received",
        title=f"{push.payload.get('item_name', '')}（{push.heading}）",
        body=body,
        url=push_url(push.number),
        case_number=push.case_number,
    )


def note(push: Push, *, by: Actor, text: str, uploaded: UploadedFile | None = None) -> PushNote:
    """A remark anybody of the recipient or the sender may add at any time. Raises Invalid without a text."""
    text = texts.check_text("text", text, "请填写备注内容。")
    by.require(policies.PERMISSION_OF["note"])
    stored = store_upload(uploaded, by=by, purpose="push.note") if uploaded else None
    with transaction.atomic():
        push = moves.lock(push)
        policies.check_party(push, by)
        return keep_note(push, by=by, text=text, stored=stored, is_late=False)


def keep_note(push: Push, *, by: Actor, text: str, stored: StoredFile | None, is_late: bool) -> PushNote:
    """Writes a note beside a locked push. Late feedback is kept this way, flagged (DESIGN §3.7)."""
    kept = PushNote.objects.create(
        push=push,
        file=stored,
        text=text,
        is_late=is_late,
        status_then=push.status,
        author_key=by.key,
        author_name=by.name,
        at=timezone.now(),
    )
    label = "状态外反馈" if is_late else "备注"
    moves.tell(push, "push.noted", by=by, summary=f"{by.name} 就推送 {push.number} {label}：{text}", is_late=is_late)
    return kept
