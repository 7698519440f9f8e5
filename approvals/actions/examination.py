"""审查: the examiner's opinion, and sending a case back to him."""

from django.db import transaction
from django.utils import timezone

from approvals import policies
from approvals.actions.cases import add_step, note, open_case, store
from approvals.models import Application, ApplicationStep
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid

Conclusion = ApplicationStep.Conclusion
Stage = ApplicationStep.Stage


@transaction.atomic
def examine(
    application: Application, *, by: Actor, conclusion: str, opinion: str, expected_version: int | None = None
) -> Application:
    """提交审查意见: `conclusion` is pass or fail. Raises Invalid without an opinion; NotAllowed when the same person
    did another stage of this case."""
    transition = open_case(
        application, "examine", by=by, permission=Permission.APPLICATION_EXAMINE, expected_version=expected_version
    )
    policies.check_posts_apart(application, by, Stage.EXAMINE)
    verdict = check_opinion(conclusion, opinion)
    add_step(application, Stage.EXAMINE, by=by, at=timezone.now(), conclusion=verdict, opinion=opinion.strip())
    store(application, transition)
    note(
        application,
        "examine",
        "application.examined",
        by=by,
        summary=f"审查{verdict.label}：{opinion.strip()}",
        payload={"conclusion": verdict.value},
        detail={"conclusion": verdict.value},
    )
    return application


@transaction.atomic
def send_back(application: Application, *, by: Actor, reason: str, expected_version: int | None = None) -> Application:
    """退回审查: whoever decides wants another opinion. The clocks go on. Raises Invalid without a reason."""
    transition = open_case(
        application,
        "return_to_examination",
        by=by,
        permission=Permission.APPLICATION_DECIDE,
        expected_version=expected_version,
    )
    policies.check_posts_apart(application, by, Stage.DECIDE)
    if not reason.strip():
        raise Invalid("请填写退回理由。", {"reason": ["请填写退回理由。"]})
    add_step(application, Stage.DECIDE, by=by, at=timezone.now(), conclusion=Conclusion.RETURN, opinion=reason.strip())
    store(application, transition)
    note(
        application,
        "return_to_examination",
        "application.returned",
        by=by,
        summary=f"退回审查：{reason.strip()}",
        detail={"reason": reason.strip()},
    )
    return application


def check_opinion(conclusion: str, opinion: str) -> Conclusion:
    """The conclusion as pass or fail. Raises Invalid for anything else or without an opinion."""
    if conclusion not in (Conclusion.PASS, Conclusion.FAIL):
        raise Invalid("请选择通过或者不通过。", {"conclusion": ["请选择通过或者不通过。"]})
    if not opinion.strip():
        raise Invalid("请填写意见。", {"opinion": ["请填写意见。"]})
    return Conclusion(conclusion)
