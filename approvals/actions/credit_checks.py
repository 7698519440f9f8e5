"""Asking for the applicant's credit at intake, and again when the source was out of reach (RULES R6.01, 6.1)."""

from datetime import datetime

from django.db import transaction

from approvals import policies
from approvals.actions.cases import check_open, open_case, store
from approvals.actions.receipt import note_credit_check
from approvals.links import application_url
from approvals.models import Application
from approvals.selectors.credit_terms import terms_of
from approvals.selectors.people import heads_of
from credit.actions import checks
from credit.models import CreditCheck
from credit.policies import INTAKE
from shenguan import audit, events, notify
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission

_SHUTTING = frozenset({CreditCheck.Outcome.SEVERE, CreditCheck.Outcome.BROKEN_PROMISE, CreditCheck.Outcome.BANNED})


Mode = Application.Mode


def check(application: Application, *, by: Actor, at: datetime | None = None) -> Application:
    """Asks the credit source and makes the answer the one in force.

    Call it outside any transaction: the source may be far away or silent, and must not hold locks meanwhile.
    """
    by.require(Permission.CREDIT_CHECK)
    check_open(application, "check_credit", by=by)
    answer = checks.check_subject(
        by=by,
        terms=terms_of(application.item),
        subject=application.subject,
        case_number=application.number or "",
        purpose=INTAKE,
        at=at,
        department=application.department,
    )
    return attach(application, answer, by=by)


@transaction.atomic
def attach(application: Application, answer: CreditCheck, *, by: Actor) -> Application:
    """Makes `answer` the check in force. A worse answer after acceptance stops the conveniences (13.3 no. 11)."""
    transition = open_case(application, "check_credit", by=by, permission=Permission.CREDIT_CHECK)
    application.credit_check = answer
    stopped = _stop_conveniences(application) if application.accepted_on else []
    store(application, transition, "credit_check", "mode", "green_channel")
    if application.number and not answer.case_number:  # asked before there was a number to put it on the timeline
        note_credit_check(application, by=by)
    else:
        audit.record("application.check_credit", by=by, target=application, detail={"check": answer.number})
    if stopped or (application.accepted_on and answer.outcome in _SHUTTING):
        _warn(application, answer, stopped, by=by)
    return application


def _stop_conveniences(application: Application) -> list[str]:
    """Takes back what the new answer no longer allows; tolerated papers stay due by their date. Names what stopped."""
    stopped = []
    if application.green_channel and not policies.green_channel(application.credit_check).allowed:
        application.green_channel = False
        stopped.append("绿色通道")
    modes = policies.allowed_modes(application.item, application.credit_check)
    if application.mode == Mode.TOLERANCE and not modes[Mode.TOLERANCE].allowed:
        application.mode = Mode.STANDARD
        stopped.append(Mode.TOLERANCE.label)
    return stopped


def _warn(application: Application, answer: CreditCheck, stopped: list[str], *, by: Actor) -> None:
    """Tells the office head, and the supervisors by way of the journal."""
    effect = f"，已停止{'、'.join(stopped)}" if stopped else ""
    text = f"补充核查结论为“{answer.get_outcome_display()}”{effect}"
    for head in heads_of(application):
        notify.tell(
            head,
            kind="credit.worsened",
            title=f"办件 {application.number} 信用核查结果变化",
            body=f"{text}。请复核办理方式。",
            url=application_url(application.number),
            case_number=application.number or "",
            urgent=True,
        )
    payload = {
        "application_id": application.pk,
        "item_code": application.item.code,
        "subject_id": application.subject_id,
        "check_number": answer.number,
        "outcome": answer.outcome,
        "credit_flag": answer.push_flag,
    }
    events.record(
        "credit.changed",
        by=by,
        case_number=application.number or "",
        summary=f"{text}，请监管部门留意。",
        payload=payload,
        department=application.department,
        subject_id=application.subject_id,
    )


def retry_unchecked() -> int:
    """Asks again for every open case the source could not answer for; returns how many now have an answer.

    While the source stays silent nothing is stored beyond the log of the first question.
    """
    answered = 0
    by = Actor.system("credit-retry")
    waiting = Application.objects.open().filter(credit_check__outcome=CreditCheck.Outcome.UNCHECKED)
    for application in waiting.select_related("credit_check").order_by("id"):
        asked = application.credit_check
        if asked is None:
            continue
        answer = checks.recheck(asked, by=by)
        if answer.outcome != CreditCheck.Outcome.UNCHECKED:
            attach(application, answer, by=by)
            answered += 1
    return answered
