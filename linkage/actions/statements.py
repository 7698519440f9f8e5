"""Monthly statements: made once the month is over, kept for good, signed or objected to by the department."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from linkage import links
from linkage.models import LateStep, Push, Statement, StatementObjection, StatementSignature
from linkage.reconciliation import days, papers
from linkage.reconciliation.statements import Content, bounds, of_city, of_department, of_month
from linkage.selectors import owners
from shenguan import audit, notify, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.actions import store_upload
from shenguan.files.kinds import DOCX, XLSX, Kind
from shenguan.files.models import StoredFile
from shenguan.org.models import Department
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from shenguan.workdays import calendar

logger = logging.getLogger(__name__)
MAKER = Actor.system("linkage.statements")


def last_month(today: date) -> date:
    """The first day of the month before this one."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def make_due() -> int:
    """Last month's statements, once its last day is closed and as long as the city has none; how many were made."""
    month = last_month(calendar.today())
    last_day = bounds(month)[1].date() - timedelta(days=1)
    is_made = Statement.objects.filter(month=month, department__isnull=True).exists()
    return 0 if is_made or days.last_closable(timezone.now()) < last_day else make_all(month, by=MAKER)


def make_all(month: date, *, by: Actor) -> int:
    """New editions for the city and every department whose month differs from its last edition; how many.

    The city's comes last: it is the sign that all are there. Raises Refusal for a month that is not over, NotAllowed.
    """
    return sum(make_each(month, by=by))


def make_each(month: date, *, by: Actor) -> Iterator[bool]:
    """`make_all` one by one: whether a department's, and at last the city's, is a new edition."""
    month, today = check_month(month, by=by), calendar.today()
    for department in receivers(month):
        yield _make(of_department(department, month, today), by=by)
    yield _make(of_city(month, today), by=by)


def receivers(month: date) -> "QuerySet[Department]":
    """The departments that have a statement of this month: those that received pushes, or ended one late."""
    receiving = of_month(month).order_by().values("department").distinct()
    start, end = bounds(month)
    ended_late = LateStep.objects.filter(met_on__gte=start.date(), met_on__lt=timezone.localdate(end))
    wanted = Q(pk__in=receiving) | Q(pk__in=ended_late.values("department"))
    return Department.objects.filter(wanted).order_by("code")


def check_month(month: date, *, by: Actor) -> date:
    """The first day of a month that is over. Raises Refusal for one that is not, NotAllowed."""
    by.require(Permission.PUSH_ARBITRATE)
    month = month.replace(day=1)
    if month > last_month(calendar.today()):
        raise Refusal("month_open", f"{month:%Y-%m} 尚未结束，月末次日以后才能生成对账单。")
    return month


def _make(content: Content, *, by: Actor) -> bool:
    """Writes an edition unless the last one says the same. Files first: the store may be far away."""
    editions = Statement.objects.filter(department=content.department, month=content.month).order_by("-edition")
    last = editions.first()
    if last is not None and last.digest == content.digest:
        return False
    edition, today = (last.edition + 1 if last else 1), calendar.today()
    xlsx = _store(content, XLSX, papers.workbook(content, edition=edition, made_on=today), edition, by=by)
    docx = _store(content, DOCX, papers.document(content, edition=edition, made_on=today), edition, by=by)
    with transaction.atomic():
        made, is_new = Statement.objects.get_or_create(
            department=content.department,
            month=content.month,
            edition=edition,
            defaults={
                "lines": len(content.pushes),
                "totals": [list(pair) for pair in content.totals],
                "digest": content.digest,
                "xlsx": xlsx,
                "docx": docx,
                "made_by": by.name,
            },
        )
        if is_new:
            audit.record("statement.make", by=by, target=made, detail={"digest": made.digest, "lines": made.lines})
            _tell(made)
    return is_new


def _store(content: Content, kind: Kind, data: bytes, edition: int, *, by: Actor) -> StoredFile:
    name = f"对账单_{content.name}_{content.month:%Y-%m}_第{edition}版.{kind.extensions[0]}"
    return store_upload(SimpleUploadedFile(name, data, kind.content_type), by=by, purpose="reconciliation.statement")


def _tell(made: Statement) -> None:
    """The people who answer for the department's pushes hear of an edition; of the city's, the coordinators."""
    people = owners.heads(made.department, None) if made.department else list(owners.coordinators())
    notify.tell_many(
        notify.Telling(
            person,
            kind="statement.made",
            title=f"{made.month:%Y年%m月}对账单已生成",
            body=f"{made}，推送 {made.lines} 条，请核对后签收。",
            url=links.statement_url(made.pk),
        )
        for person in people
    )


@transaction.atomic
def sign(statement: Statement, *, by: Actor, note: str = "") -> StatementSignature:
    """The department takes delivery (签收). Only of the latest edition, once, and with no objection unanswered.

    Raises StateForbids, NotAllowed.
    """
    _check_party(statement, by)
    newer = Statement.objects.filter(
        department=statement.department, month=statement.month, edition__gt=statement.edition
    )
    if newer.exists():
        raise StateForbids("该版次已被新的版次取代，请签收最新版次。", state="superseded", allowed=[])
    if StatementSignature.objects.filter(statement=statement).exists():
        raise StateForbids("该对账单已签收。", state="signed", allowed=[])
    if statement.objections.filter(answered_at__isnull=True).exists():
        raise StateForbids("还有未答复的异议，答复后再签收。", state="objected", allowed=["object"])
    signature, is_new = StatementSignature.objects.get_or_create(
        statement=statement, defaults={"note": note.strip()[:300], "signed_by": by.name}
    )
    if not is_new:
        raise StateForbids("该对账单已签收。", state="signed", allowed=[])
    audit.record("statement.sign", by=by, target=statement, detail={"digest": statement.digest})
    return signature


@transaction.atomic
def object_to(statement: Statement, *, by: Actor, line: str, text: str) -> StatementObjection:
    """The department does not agree with one line. Raises Invalid by field, StateForbids once signed, NotAllowed."""
    _check_party(statement, by)
    if StatementSignature.objects.filter(statement=statement).exists():
        raise StateForbids("该对账单已签收，不能再提异议。", state="signed", allowed=[])
    line = line.strip()
    if not Push.objects.filter(number=line, department=statement.department).exists():
        message = "请填写本部门收到的推送编号。"
        raise Invalid(message, {"line": [message]})
    text = texts.check_text("text", text, "请写明异议。")
    raised = StatementObjection.objects.create(statement=statement, line=line, text=text[:300], raised_by=by.name)
    audit.record("statement.object", by=by, target=raised, detail={"line": line})
    notify.tell_many(
        notify.Telling(
            person,
            kind="statement.objected",
            title=f"{statement.department} 对 {statement.month:%Y-%m} 对账单提出异议",
            body=f"推送 {line}：{raised.text}",
            url=links.statement_url(statement.pk),
        )
        for person in owners.coordinators()
    )
    return raised


@transaction.atomic
def answer(objection: StatementObjection, *, by: Actor, text: str) -> StatementObjection:
    """A coordinator answers; mended facts come with the next edition. Raises Invalid, StateForbids, NotAllowed."""
    by.require(Permission.PUSH_ARBITRATE)
    text = texts.check_text("answer", text, "请填写答复。")
    locked = StatementObjection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if locked.answered_at is not None:
        raise StateForbids("该异议已答复。", state="answered", allowed=[])
    locked.answer, locked.answered_by, locked.answered_at = text[:300], by.name, timezone.now()
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record("statement.answer", by=by, target=locked, detail={"line": locked.line})
    return locked


def _check_party(statement: Statement, by: Actor) -> None:
    """Only people of the department who may sign for it."""
    by.require(Permission.STATEMENT_SIGN)
    if by.department is None or by.department.pk != statement.department_id:
        raise NotAllowed("对账单由收到推送的部门签收。")
