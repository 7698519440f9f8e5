"""踏勘: checking facts on site (RULES R1.12)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from approvals import policies
from approvals.actions.cases import note, open_case, store
from approvals.actions.examination import check_opinion
from approvals.models import Application, ApplicationStep
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.refusals import Invalid

LEAST_SURVEYORS = 2  # 行政许可法 34


@transaction.atomic
def record(
    application: Application,
    *,
    by: Actor,
    surveyors: Sequence[Staff],
    conclusion: str,
    opinion: str,
    expected_version: int | None = None,
) -> Application:
    """录入踏勘意见 of at least two different surveyors of the department; `conclusion` is pass or fail.

    Raises Invalid for fewer, for people without the post or without an opinion; NotAllowed when one of them did
    another stage of this case.
    """
    transition = open_case(
        application, "survey", by=by, permission=Permission.APPLICATION_SURVEY, expected_version=expected_version
    )
    verdict = check_opinion(conclusion, opinion)
    _check_surveyors(application, surveyors)
    now = timezone.now()
    ApplicationStep.objects.bulk_create(
        ApplicationStep(
            application=application,
            stage=ApplicationStep.Stage.SURVEY,
            staff_key=person.username,
            staff_name=person.name,
            conclusion=verdict,
            opinion=opinion.strip(),
            done_at=now,
        )
        for person in surveyors
    )
    store(application, transition)
    names = "、".join(person.name for person in surveyors)
    note(
        application,
        "survey",
        "application.surveyed",
        by=by,
        summary=f"踏勘{verdict.label}（{names}）：{opinion.strip()}",
        payload={"conclusion": verdict.value},
        detail={"surveyors": [person.username for person in surveyors], "conclusion": verdict.value},
    )
    return application


def _check_surveyors(application: Application, surveyors: Sequence[Staff]) -> None:
    if len({person.pk for person in surveyors}) < LEAST_SURVEYORS:
        text = f"现场核查应当由 {LEAST_SURVEYORS} 名以上工作人员进行。"
        raise Invalid(text, {"surveyors": [text]})
    for person in surveyors:
        if person.department_id != application.department_id or not person.may(Permission.APPLICATION_SURVEY):
            text = f"{person.name}不是本部门的踏勘员。"
            raise Invalid(text, {"surveyors": [text]})
        policies.check_person_apart(application, person.username, person.name, ApplicationStep.Stage.SURVEY)
