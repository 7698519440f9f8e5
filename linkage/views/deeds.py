"""What may be done with a push: one row per action of the state table, with its form, its words and its call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linkage.actions import answers, feedback, measures, merges, objections, pushes, withdrawals
from linkage.forms.pushes import (
    AnswerForm,
    AssignForm,
    ConfirmForm,
    DeedForm,
    FeedbackForm,
    MeasureForm,
    MergeForm,
    NoteForm,
    ObjectionForm,
    ReasonForm,
    RefuseWithdrawalForm,
    TransferForm,
    WithdrawForm,
)
from linkage.models import Push
from shenguan.access.actors import Actor

Values = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    """One action: what its button says, the key on it, its form, and the call that answers with what was done."""

    title: str
    key: str
    form: type[DeedForm]
    run: Callable[[Push, Actor, Values], str]
    tone: str = "btn-2"

    @property
    def is_immediate(self) -> bool:
        """A press is enough; nothing to fill in."""
        return self.form is ConfirmForm


def _claim(push: Push, by: Actor, values: Values) -> str:
    pushes.claim(push, by=by, expected_version=values["version"])
    return f"已认领推送 {push.number}。"


def _read(push: Push, by: Actor, values: Values) -> str:
    pushes.read(push, by=by, expected_version=values["version"])
    return f"已签阅推送 {push.number}。"


def _assign(push: Push, by: Actor, values: Values) -> str:
    pushes.assign(push, by=by, assignee=values["assignee"], expected_version=values["version"])
    return f"推送 {push.number} 已指派给{values['assignee'].name}。"


def _transfer(push: Push, by: Actor, values: Values) -> str:
    moved = pushes.transfer(
        push,
        by=by,
        office=values["office"],
        owner=values["owner"],
        reason=values["reason"],
        expected_version=values["version"],
    )
    return f"推送 {push.number} 已改办至{moved.office}，责任人 {moved.owner.name}。"


def _return(push: Push, by: Actor, values: Values) -> str:
    objections.raise_objection(
        push,
        by=by,
        reason_code=values["reason_code"],
        reason=values["reason"],
        suggested_department=values["suggested_department"],
        expected_version=values["version"],
    )
    return f"已对推送 {push.number} 提出职责异议，等待统筹协调员裁定；裁定前仍由本部门负责。"


def _feedback(push: Push, by: Actor, values: Values) -> str:
    done = feedback.report(
        push,
        by=by,
        text=values["text"],
        proposal=values["proposal"],
        uploaded=values["uploaded"],
        expected_version=values["version"],
    )
    if done.note is not None:
        return f"推送 {push.number} 当前为“{done.push.get_status_display()}”，反馈已作为备注留存并告知审批部门。"
    return f"反馈已提交，推送 {push.sender}。"


def _measure(push: Push, by: Actor, values: Values) -> str:
    record = measures.report(
        push,
        by=by,
        measure=measures.Measure(**{name: values[name] for name in measures.Measure.__dataclass_fields__}),
        uploaded=values["uploaded"],
        expected_version=values["version"],
    )
    credit = f"，并形成信用记录 {record.number}" if record else ""
    return f"处理措施已报告{push.sender}{credit}。"


def _answer(push: Push, by: Actor, values: Values) -> str:
    answers.answer(
        push,
        by=by,
        outcome=values["outcome"],
        text=values["text"],
        legal_basis=values.get("legal_basis", ""),
        document_number=values.get("document_number", ""),
        expected_version=values["version"],
    )
    return f"已答复推送 {push.number}，结果推送 {push.sender}。"


def _merge(push: Push, by: Actor, values: Values) -> str:
    survivor = values["survivor"]
    merges.merge(push, by=by, survivor=survivor, reason=values["reason"], expected_version=values["version"])
    return f"推送 {push.number} 已并入 {survivor.number}。"


def _unmerge(push: Push, by: Actor, values: Values) -> str:
    merges.unmerge(push, by=by, reason=values["reason"], expected_version=values["version"])
    return f"已撤销并入，推送 {push.number} 恢复办理。"


def _withdraw(push: Push, by: Actor, values: Values) -> str:
    kept = withdrawals.withdraw(push, by=by, reason=values["reason"], expected_version=values["version"])
    if kept.deadline is None:
        return f"推送 {push.number} 已撤回，已通知{push.department}。"
    return f"已请求撤回推送 {push.number}，{push.department}须于 {kept.deadline.due_on} 前答复。"


def _agree(push: Push, by: Actor, values: Values) -> str:
    withdrawals.agree(push, by=by, expected_version=values["version"])
    return f"已同意撤回推送 {push.number}，无需继续办理。"


def _refuse(push: Push, by: Actor, values: Values) -> str:
    withdrawals.refuse(push, by=by, decision=values["decision"], expected_version=values["version"])
    return f"已答复不同意撤回推送 {push.number}，并告知{push.sender}。"


def _note(push: Push, by: Actor, values: Values) -> str:
    pushes.note(push, by=by, text=values["text"], uploaded=values["uploaded"])
    return "备注已保存。"


DEEDS = {
    "claim": Deed("认领", "E", ConfirmForm, _claim, "btn-sv"),
    "read": Deed("签阅", "E", ConfirmForm, _read, "btn-primary"),
    "answer": Deed("答复", "F", AnswerForm, _answer, "btn-primary"),
    "feedback": Deed("提交反馈", "F", FeedbackForm, _feedback),
    "measure": Deed("报告处理措施", "", MeasureForm, _measure, "btn-txt"),
    "assign": Deed("指派", "A", AssignForm, _assign),
    "transfer": Deed("改办科室", "", TransferForm, _transfer, "btn-txt"),
    "agree_withdrawal": Deed("同意撤回", "", ConfirmForm, _agree, "btn-primary"),
    "refuse_withdrawal": Deed("不同意撤回", "", RefuseWithdrawalForm, _refuse),
    "merge": Deed("并入重复推送", "", MergeForm, _merge, "btn-txt"),
    "unmerge": Deed("撤销并入", "", ReasonForm, _unmerge),
    "withdraw": Deed("撤回推送", "", WithdrawForm, _withdraw),
    "return": Deed("职责异议", "", ObjectionForm, _return, "btn-txt"),
    "note": Deed("备注", "", NoteForm, _note, "btn-txt"),
}
