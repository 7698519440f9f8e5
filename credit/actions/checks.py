"""The credit check at intake (RULES R6.01, §6.1): ask the source, decide, keep the answer for ever."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from credit import policies, sources
from credit.facts import Decision, ItemTerms, MeasureFact, RecordFact
from credit.models import CreditCheck, Subject
from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.audit.act import Act
from shenguan.events.models import Event
from shenguan.identifiers import series
from shenguan.org.models import Department
from shenguan.refusals import Invalid
from shenguan.workdays.calendar import OFFICE_ZONE

SERIES = "credit-check"


@dataclass(frozen=True)
class Question:
    """What was asked, as it goes into the row."""

    subject: Subject | None
    queried_name: str
    case_number: str
    purpose: str
    department: Department
    at: datetime
    recheck_of: CreditCheck | None = None
    has_journal: bool = False  # whether the journal of this case had begun


@dataclass(frozen=True)
class Answer:
    """What came back for a question: the decision, from where, and which version of the data. Not written yet."""

    question: Question
    terms: ItemTerms
    decision: Decision
    source: str
    data_version: str = ""
    error: str = ""


def check_subject(
    *,
    by: Actor,
    terms: ItemTerms,
    subject: Subject | None,
    queried_name: str = "",
    case_number: str = "",
    purpose: str = policies.INTAKE,
    at: datetime | None = None,
    department: Department | None = None,
) -> CreditCheck:
    """Asks the credit source and writes the answer, its reasons and what it rests on into the append-only log.

    Without a subject (only a name is known) the answer is 不自动匹配; a silent source gives 未核查. `at` is the time of
    the application, `department` whose case it is (by default the actor's own). Raises Invalid for an unlisted purpose,
    an empty question or a case of another department, NotAllowed without the right, RuntimeError when a remote source
    is asked in a transaction.
    """
    answer = ask(
        by=by,
        terms=terms,
        subject=subject,
        queried_name=queried_name,
        case_number=case_number,
        purpose=purpose,
        at=at,
        department=department,
    )
    return keep(answer, by=by)


def ask(
    *,
    by: Actor,
    terms: ItemTerms,
    subject: Subject | None,
    queried_name: str = "",
    case_number: str = "",
    purpose: str = policies.INTAKE,
    at: datetime | None = None,
    department: Department | None = None,
) -> Answer:
    """`check_subject` without writing: the caller has to `keep` the answer, whatever becomes of the rest."""
    by.require(Permission.CREDIT_CHECK)
    owner = department or by.department
    if owner is None:
        raise Invalid("请指明办件所属部门。", {"department": ["请指明办件所属部门。"]})
    if purpose not in policies.PURPOSES:
        text = f"“{purpose}”不是规定的查询用途。"
        raise Invalid(text, {"purpose": [text]})
    if subject is None and not queried_name.strip():
        text = "请填写统一社会信用代码或公民身份号码。"
        raise Invalid(text, {"subject": [text]})
    keeper = _keeper(case_number)
    if keeper not in ("", owner.code):
        text = "该办件编号不属于本部门，请填写本部门的办件编号。"
        raise Invalid(text, {"case_number": [text]})
    question = Question(
        subject=subject,
        queried_name=queried_name.strip() or (subject.name if subject and not subject.is_person else ""),
        case_number=case_number,
        purpose=purpose,
        department=owner,
        at=at or timezone.now(),
        has_journal=bool(keeper),
    )
    return _ask(question, terms)


def recheck(check: CreditCheck, *, by: Actor) -> CreditCheck:
    """Makes up for a 未核查 row: the new row once the source answers, else `check` itself and nothing is written.

    Repeating it is harmless: a row that was made up for already returns its successor.
    """
    if check.outcome != CreditCheck.Outcome.UNCHECKED:
        return check
    done = CreditCheck.objects.filter(recheck_of=check).first()
    if done:
        return done
    question = Question(
        subject=check.subject,
        queried_name=check.queried_name,
        case_number=check.case_number,
        purpose=check.purpose,
        department=check.department,
        at=timezone.now(),
        recheck_of=check,
    )
    answer = _ask(question, ItemTerms(**check.terms))
    if answer.error:
        return check
    return keep(answer, by=by)


def _ask(question: Question, terms: ItemTerms) -> Answer:
    """The decision, made outside any transaction of ours: a slow platform must not hold locks (DESIGN §4)."""
    source = sources.current()
    if question.subject is None:
        return Answer(question, terms, policies.no_match(terms=terms, name=question.queried_name), source.name)
    if source.is_remote and connection.in_atomic_block:
        raise RuntimeError("a remote credit source must be asked outside the transaction")
    on = question.at.astimezone(OFFICE_ZONE).date()
    visibilities = frozenset(policies.PURPOSES[question.purpose])
    try:
        data = source.fetch(question.subject, visibilities=visibilities, on=on)
    except sources.SourceUnreachable as error:
        text = str(error)[:200] or "无应答"
        return Answer(question, terms, policies.unchecked(terms=terms, error=text), source.name, error=text)
    return Answer(question, terms, policies.decide(terms=terms, data=data, on=on), source.name, data.version)


@transaction.atomic
def keep(answer: Answer, *, by: Actor) -> CreditCheck:
    """Row, audit and timeline in one transaction. A second retry of one 未核查 row finds the first's answer."""
    before = answer.question.recheck_of
    if before:
        CreditCheck.objects.select_for_update().get(pk=before.pk)
        done = CreditCheck.objects.filter(recheck_of=before).first()
        if done:
            return done
    day = timezone.localdate(timezone=OFFICE_ZONE)
    [sequence] = series.take(series_of(day), day.year)
    check, act = write(answer, day, sequence, by=by)
    audit.record_many([act], by=by)
    return check


def series_of(day: date) -> str:
    """The series the numbers of this day's checks come from, in the day's year."""
    return f"{SERIES}:{day:%m%d}"


def write(answer: Answer, day: date, sequence: int, *, by: Actor) -> tuple[CreditCheck, Act]:
    """`keep` inside a transaction of the caller, who took the number and records the act beside others of its own."""
    question = answer.question
    check = CreditCheck.objects.create(
        number=f"XC{day:%Y%m%d}-{sequence:04d}",
        subject=question.subject,
        department=question.department,
        recheck_of=question.recheck_of,
        case_number=question.case_number,
        queried_name=question.queried_name,
        item_code=answer.terms.item_code,
        item_name=answer.terms.item_name,
        purpose=question.purpose,
        operator_key=by.key,
        operator_name=by.name,
        source=answer.source,
        source_reachable=not answer.error,
        source_error=answer.error,
        data_version=answer.data_version,
        public_grade=question.subject.public_grade if question.subject and not answer.error else "",
        terms=asdict(answer.terms),
        checked_at=question.at,
        **_as_stored(answer.decision),
    )
    if check.case_number and (by.kind != "client" or question.has_journal):
        _tell(check, by=by)
    return check, _act_of(check)


def _as_stored(decision: Decision) -> dict[str, Any]:
    """The decision as columns of the log."""
    return {
        "outcome": decision.outcome,
        "acceptance": decision.acceptance,
        "commitment": decision.commitment,
        "tolerance": decision.tolerance,
        "green_channel": decision.green_channel,
        "push_flag": decision.push_flag,
        "reasons": list(decision.reasons),
        "convenience_reasons": decision.convenience_reasons,
        "hits": [_shown_record(record) for record in decision.hits],
        "measures": [_shown_measure(measure) for measure in decision.measures],
        "ban_until": decision.ban_until,
    }


def _shown_record(record: RecordFact) -> dict[str, Any]:
    """A record as the snapshot keeps it."""
    return {
        "number": record.number,
        "level": record.level,
        "category": record.category,
        "authority": record.authority,
        "document_name": record.document_name,
        "document_number": record.document_number,
        "decided_on": record.decided_on.isoformat(),
        "facts": record.facts,
        "result": record.result,
        "legal_basis": list(record.legal_basis),
        "visibility": record.visibility,
        "objection": record.objection,
        "publicity_until": record.publicity_until.isoformat() if record.publicity_until else "",
        "ban_until": record.ban_until.isoformat() if record.ban_until else "",
    }


def _shown_measure(measure: MeasureFact) -> dict[str, Any]:
    """A measure in force as the snapshot keeps it: name, basis and dates (R6.03)."""
    return {
        "code": measure.code,
        "name": measure.name,
        "category": measure.category,
        "legal_basis": list(measure.legal_basis),
        "term": measure.term,
        "implemented_by": measure.implemented_by,
        "starts_on": measure.starts_on.isoformat() if measure.starts_on else "",
        "ends_on": measure.ends_on.isoformat() if measure.ends_on else "",
        "record_number": measure.record_number,
    }


def _keeper(case_number: str) -> str:
    """Code of the department that began the journal of this case; empty while there is none."""
    if not case_number:
        return ""
    journal = Event.objects.filter(case_number=case_number).order_by("recorded_at", "id")
    return journal.values_list("department_code", flat=True).first() or ""


def _act_of(check: CreditCheck) -> Act:
    """The query is itself an act of record (R11.07)."""
    detail = {
        "case_number": check.case_number,
        "item_code": check.item_code,
        "purpose": check.purpose,
        "outcome": check.outcome,
        "recheck_of": check.recheck_of.number if check.recheck_of else "",
    }
    return Act("credit.check", check, detail=detail)


def _tell(check: CreditCheck, *, by: Actor) -> None:
    """A step of the case (R6.01).

    A system's own number is no case of ours: nobody may begin a journal under a number the portal will give out later.
    """
    verb = "信用补查" if check.recheck_of else "信用核查"
    events.record(
        "application.credit_checked",
        by=by,
        case_number=check.case_number,
        summary=f"{verb}：{CreditCheck.Outcome(check.outcome).label}（{check.number}）",
        payload={"check_number": check.number, "outcome": check.outcome, "push_flag": check.push_flag},
        department=check.department,
        subject_id=check.subject_id,
    )
