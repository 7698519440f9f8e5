"""The demo city's people and a case of theirs, as the measurements need them."""

from approvals.actions import credit_checks, decisions, drafts, examination, materials, receipt, surveys
from approvals.actions.acceptance import accept
from approvals.models import Application, ItemVariant
from credit.models import Subject
from shenguan.access.actors import Actor
from shenguan.org.models import Staff

FOOD = "439901010040"  # 食品经营许可 of the demo city
SITUATION = "经营项目含餐饮服务"


def actor(username: str) -> Actor:
    """Somebody of the demo city."""
    return Actor.of_staff(Staff.objects.select_related("department", "office").get(username=username))


def case_before_issue(subject: Subject) -> Application:
    """A granted case that only waits for its permit; each stage was done by somebody else."""
    clerk = actor("yejiayi")
    variant = ItemVariant.objects.get(item__code=FOOD, kind=ItemVariant.Kind.NEW)
    case = drafts.create(
        by=clerk,
        variant=variant,
        subject=subject,
        agent_name="经办人",
        agent_phone="13800001001",
        address="云州市临江区",
        situations=[SITUATION],
    )
    for row in case.materials.all():
        materials.receive(row, by=clerk)
    case = receipt.receive(Application.objects.get(pk=case.pk), by=clerk)
    case = accept(credit_checks.check(case, by=clerk), by=clerk)
    if variant.needs_survey:
        surveyors = list(Staff.objects.filter(username__in=["xiehongyuan", "jinhongxia"]))
        case = surveys.record(
            case, by=actor("xiehongyuan"), surveyors=surveyors, conclusion="pass", opinion="布局符合要求"
        )
    case = examination.examine(case, by=actor("cengyanan"), conclusion="pass", opinion="符合条件")
    return decisions.decide(case, by=actor("tangzhenhua"), result="granted")
