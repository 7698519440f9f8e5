"""What can be done to a numbered case, as data: the buttons, the forms and the one POST view read this table.

The state table says when (lifecycle.py), permissions say who, policies say who of them may not (五分设); the actions
check all three again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form

from approvals import policies
from approvals.actions import decisions, endings, examination, extensions, pauses, permits, surveys, tolerance
from approvals.forms import case as forms
from approvals.lifecycle import table_of
from approvals.models import Application, ApplicationStep
from approvals.selectors.people import surveyors_of
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.refusals import NotAllowed
from shenguan.workdays import calendar
from shenguan.workdays.models import Deadline

P = Permission
Stage = ApplicationStep.Stage
Values = Mapping[str, Any]
Build = Callable[[Application, Any], Form]
Run = Callable[[Application, Actor, Values], Application]


@dataclass(frozen=True)
class Operation:
    """One thing a person may do. `effects` say what follows, in the words the page shows before the button."""

    action: str  # row of the state table
    label: str
    icon: str
    permission: Permission
    build: Build
    run: Run
    done: str
    effects: tuple[str, ...] = ()
    stage: Stage | None = None
    is_task: bool = False  # a stage of the case, not a special procedure


@dataclass(frozen=True)
class Offer:
    """An operation this person sees; `blocked` says which rule keeps it from this very person."""

    key: str
    operation: Operation
    blocked: str = ""


def simple(form: type[forms.CaseForm], **initial: Callable[[Application], object]) -> Build:
    """A form that needs the case only for its initial values."""

    def build(application: Application, data: Any) -> Form:
        values = {name: value(application) for name, value in initial.items()}
        return form(data, initial={"version": application.version, **values})

    return build


def _survey_form(application: Application, data: Any) -> Form:
    people = surveyors_of(application.department_id)
    return forms.SurveyForm(data, initial={"version": application.version}, people=people)


def _expire(application: Application, by: Actor, values: Values) -> Application:
    return tolerance.expire(application, by=by)


def _keyed(action: Callable[..., Application], *names: str) -> Run:
    """Calls the action with these values of the form; blanks that mean "as usual" are left out."""

    def run(application: Application, by: Actor, values: Values) -> Application:
        given = {name: values[name] for name in names if values[name] not in (None, [])}
        return action(application, by=by, expected_version=values["version"], **given)

    return run


def _survey(application: Application, by: Actor, values: Values) -> Application:
    return surveys.record(
        application,
        by=by,
        surveyors=list(values["surveyors"]),
        conclusion=values["conclusion"],
        opinion=values["opinion"],
        expected_version=values["version"],
    )


OPERATIONS: dict[str, Operation] = {
    "survey": Operation(
        "survey",
        "录入踏勘意见",
        "map-pin",
        P.APPLICATION_SURVEY,
        _survey_form,
        _survey,
        "踏勘意见已录入。",
        ("踏勘意见进入办理过程，供审查和决定参考", "结论为不通过的，不能准予许可"),
        Stage.SURVEY,
        is_task=True,
    ),
    "examine": Operation(
        "examine",
        "提交审查意见",
        "pencil",
        P.APPLICATION_EXAMINE,
        simple(forms.OpinionForm),
        _keyed(examination.examine, "conclusion", "opinion"),
        "审查意见已提交，等待作出决定。",
        ("转审批决定人作出决定",),
        Stage.EXAMINE,
        is_task=True,
    ),
    "decide": Operation(
        "decide",
        "作出决定",
        "scale",
        P.APPLICATION_DECIDE,
        simple(forms.DecisionForm),
        _keyed(decisions.decide, "result", "reason", "remedy"),
        "决定已作出，决定书已出具。",
        ("准予：出具准予许可决定书，10 个工作日内制证送达", "不予：出具不予许可决定书，本件办结并告知监管部门"),
        Stage.DECIDE,
        is_task=True,
    ),
    "issue": Operation(
        "issue",
        "制证送达",
        "certificate",
        P.APPLICATION_ISSUE,
        simple(forms.IssueForm, valid_from=lambda case: case.decided_on),
        _keyed(permits.issue, "valid_from"),
        "证照已制发，本件办结，办结信息已推送监管部门。",
        ("生成证照编号和查验码", "本件办结，立即推送监管部门并生成监管对象"),
        Stage.ISSUE,
        is_task=True,
    ),
    "return": Operation(
        "return_to_examination",
        "退回审查",
        "arrow-back-up",
        P.APPLICATION_DECIDE,
        simple(forms.ReasonForm),
        _keyed(examination.send_back, "reason"),
        "已退回审查。",
        ("审查人员重新提出意见", "审批时限继续计算"),
        Stage.DECIDE,
    ),
    "pause": Operation(
        "pause",
        "暂停计时（特别程序）",
        "player-pause",
        P.APPLICATION_EXAMINE,
        simple(forms.PauseForm, start_on=lambda case: calendar.today()),
        _keyed(pauses.start, "reason", "days", "start_on"),
        "已暂停计时，特别程序告知书已出具。",
        ("出具特别程序告知书，书面告知申请人所需时间", "法定和承诺时限暂停，结束后顺延"),
    ),
    "resume": Operation(
        "resume",
        "恢复计时",
        "clock",
        P.APPLICATION_EXAMINE,
        simple(forms.ResumeForm, end_on=lambda case: calendar.today()),
        _keyed(pauses.end, "end_on", "reason"),
        "已恢复计时。",
        ("法定和承诺时限从次日起继续计算",),
    ),
    "extend": Operation(
        "extend",
        "延长审批期限",
        "hourglass",
        P.APPLICATION_DECIDE,
        simple(forms.ReasonForm),
        _keyed(extensions.extend, "reason"),
        "已延长 10 个工作日，告知书已出具。",
        ("延长 10 个工作日，只能延长一次", "出具延长审批期限告知书，理由告知申请人"),
    ),
    "withdraw": Operation(
        "withdraw",
        "申请人撤回",
        "arrow-back-up",
        P.APPLICATION_INTAKE,
        simple(forms.ReasonForm),
        _keyed(endings.withdraw, "reason"),
        "已登记申请人撤回。",
        ("本件终止，不能恢复；申请人可以重新申请", "已推送的，同时告知监管部门"),
    ),
    "terminate": Operation(
        "terminate",
        "终止办理",
        "circle-x",
        P.APPLICATION_INTAKE,
        simple(forms.ReasonForm),
        _keyed(endings.terminate, "reason"),
        "已终止办理。",
        ("本件终止，不能恢复", "出具终止办理通知书，同时告知监管部门"),
    ),
    "expire": Operation(
        "terminate",
        "容缺逾期终止",
        "clock-exclamation",
        P.APPLICATION_INTAKE,
        simple(forms.ConfirmForm),
        _expire,
        "已终止办理，容缺逾期已记入信用记录。",
        ("本件终止，不能恢复", "容缺逾期未补交记入申请人信用记录", "同时告知监管部门"),
    ),
}


def offers(application: Application, staff: Staff) -> list[Offer]:
    """What this person sees on the page, in the order of the table."""
    if staff.department_id != application.department_id:
        return []
    by = Actor.of_staff(staff)
    table = table_of(application)
    found = []
    for key, operation in OPERATIONS.items():
        transition = table.get(operation.action)
        if transition is None or application.status not in transition.sources or not staff.may(operation.permission):
            continue
        if _makes_sense(key, application):
            found.append(Offer(key, operation, _blocked(application, operation, by)))
    return found


def _blocked(application: Application, operation: Operation, by: Actor) -> str:
    if operation.stage is None:
        return ""
    try:
        policies.check_posts_apart(application, by, operation.stage)
    except NotAllowed as refusal:
        return refusal.message
    return ""


def _makes_sense(key: str, application: Application) -> bool:
    """Leaves out what the action would only refuse: a second extension, resuming what runs, and the like."""
    clock = application.statutory_deadline
    if key == "resume":
        return clock is not None and clock.is_paused
    if key == "extend":
        return clock is not None and clock.state == Deadline.State.OPEN and clock.extension is None
    if key == "expire":
        return tolerance.is_overdue(application)
    if key == "survey":
        return policies.survey_needed(application)
    return True
