"""What people fill in to act on a push. Rules are the actions'; forms only know shape and words."""

from collections.abc import Callable
from typing import Any

from django import forms

from linkage import policies
from linkage.actions.measures import MEASURES
from linkage.forms.choices import offer
from linkage.models import DutyObjection, Push
from linkage.selectors.pushes import assignable, twins_of
from shenguan.org.absences import away_on
from shenguan.org.models import Department, Office, Staff
from shenguan.ui.widgets import DayInput


def words_for(push: Push) -> Callable[[Staff], str]:
    """How a colleague reads in a select: office, name, 备岗 for the deputy, 暂不在岗 for the absent."""
    away = away_on()
    deputy = (push.entry.deputy_id if push.is_forward else push.entry.approval_deputy_id) if push.entry else None

    def words(person: Staff) -> str:
        marks = [mark for mark, holds in (("备岗", person.pk == deputy), ("暂不在岗", person.pk in away)) if holds]
        office = f"{person.office}　" if person.office else ""
        return f"{office}{person.name}" + (f"（{'、'.join(marks)}）" if marks else "")

    return words


class DeedForm(forms.Form):
    """Carries the version the page was opened with, and where to go back to."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        initial = {"version": push.version} | options.pop("initial", {})
        super().__init__(data, files, initial=initial, auto_id="id_deed_%s", **options)
        self.push = push


class ConfirmForm(DeedForm):
    """Nothing but a confirmation: 认领, 签阅."""


class AssignForm(DeedForm):
    """Whom to give the push to."""

    assignee = forms.ModelChoiceField(
        label="指派给", queryset=Staff.objects.none(), to_field_name="username", empty_label="请选择人员"
    )

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(push, data, files, **options)
        offer(self, "assignee", assignable(push).select_related("office"))
        self.fields["assignee"].label_from_instance = words_for(push)  # type: ignore[attr-defined]
        if push.assignee_id:
            self.initial["assignee"] = push.handler.username


class TransferForm(DeedForm):
    """Which office of the department takes the push, and why."""

    office = forms.ModelChoiceField(
        label="改办科室", queryset=Office.objects.none(), to_field_name="code", empty_label="请选择科室"
    )
    owner = forms.ModelChoiceField(
        label="责任人",
        queryset=Staff.objects.none(),
        to_field_name="username",
        required=False,
        empty_label="由该科室负责人承接",
    )
    reason = forms.CharField(
        label="改办理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="只在本部门内改办；计时不变，检查任务一并转移。",
    )

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(push, data, files, **options)
        offer(self, "office", Office.objects.filter(department=push.department_id).exclude(pk=push.office_id or 0))
        offer(self, "owner", assignable(push).select_related("office"))


class ManyTransferForm(TransferForm):
    """The same for several pushes of one department, the first of which is given; their offices differ."""

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(push, data, files, **options)
        offer(self, "office", Office.objects.filter(department=push.department_id))


class MergeForm(DeedForm):
    """Into which push a duplicate is merged, and why."""

    survivor = forms.ModelChoiceField(
        label="并入", queryset=Push.objects.none(), to_field_name="number", empty_label="请选择保留的推送"
    )
    reason = forms.CharField(
        label="并入理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="本推送结束并指向保留的推送，其检查任务取消；保留的推送未有新办理前可以撤销。",
    )

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(push, data, files, **options)
        offer(self, "survivor", twins_of(push))
        label = "label_from_instance"
        setattr(self.fields["survivor"], label, lambda one: f"{one.number}（办件 {one.case_number}，{one.owner}）")


class ReasonForm(DeedForm):
    """Why: 撤回推送, 撤销并入."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawForm(ReasonForm):
    """Why the approver takes a push back."""

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(push, data, files, **options)
        self.fields["reason"].help_text = (
            "监管部门已开展工作，须经其同意后撤回。"
            if policies.has_begun(push)
            else "监管部门尚未开展工作，提交后即时撤回。"
        )


class RefuseWithdrawalForm(DeedForm):
    """Why the supervisor keeps a push."""

    decision = forms.CharField(label="不同意的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ObjectionForm(DeedForm):
    """Why this duty is not the department's (职责异议)."""

    reason_code = forms.ChoiceField(
        label="理由类别", choices=DutyObjection.ReasonCode.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明职责划分的依据，供统筹协调员裁定；裁定前仍由本部门负责。",
    )
    suggested_department = forms.ModelChoiceField(
        label="建议承接部门", queryset=Department.objects.none(), required=False, empty_label="不确定，由统筹协调员裁定"
    )

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(push, data, files, **options)
        offer(self, "suggested_department", Department.objects.filter(is_active=True).exclude(pk=push.department_id))


class ManyReturnForm(ObjectionForm):
    """The same reason for several pushes of one department, the first of which is given."""

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(push, data, files, **options)
        self.fields["reason"].help_text = "每条推送各提出一件异议，由统筹协调员一并裁定；裁定前仍由本部门负责。"


class FeedbackForm(DeedForm):
    """What supervision found, and what it proposes to do with the permit."""

    text = forms.CharField(
        label="反馈内容",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="发现了什么、采取了什么措施。提交后立即推送审批部门，并写入办件时间线。",
    )
    proposal = forms.ChoiceField(
        label="对许可的处理建议", choices=list(policies.PROPOSALS.items()), required=False, widget=forms.RadioSelect
    )
    uploaded = forms.FileField(label="附件", required=False, help_text="现场照片、笔录或通知书：PDF、图片、Word、OFD。")


class MeasureForm(DeedForm):
    """A measure the department took, with its paper."""

    kind = forms.ChoiceField(label="措施种类", choices=[("", "请选择措施种类"), *MEASURES.items()])
    document_name = forms.CharField(label="文书名称", max_length=100, help_text="例如 行政处罚决定书。")
    document_number = forms.CharField(label="文书文号", max_length=100)
    decided_on = forms.DateField(label="决定日期", widget=DayInput())
    facts = forms.CharField(label="违法事实或事由", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    result = forms.CharField(label="处理结果", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    legal_basis = forms.CharField(label="法律依据", max_length=300)
    fine_yuan = forms.DecimalField(
        label="罚款金额（元）", required=False, min_value=0, max_digits=14, decimal_places=2, help_text="仅罚款填写。"
    )
    uploaded = forms.FileField(label="文书", required=False, help_text="PDF、图片、Word、OFD；随反馈送审批部门。")


class AnswerForm(DeedForm):
    """The decision on what supervision reported."""

    outcome = forms.ChoiceField(label="答复结果", widget=forms.RadioSelect)
    text = forms.CharField(
        label="答复理由", widget=forms.Textarea(attrs={"rows": 4}), help_text="认定的事实和作出这一处理的依据。"
    )
    legal_basis = forms.CharField(
        label="法律依据", required=False, max_length=300, help_text="撤销、撤回、变更、注销时必填。"
    )
    document_number = forms.CharField(label="决定文书文号", required=False, max_length=100)

    def __init__(self, push: Push, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(push, data, files, **options)
        outcome = self.fields["outcome"]
        if isinstance(outcome, forms.ChoiceField):
            outcome.choices = list(policies.outcomes(push).items())
            if len(policies.outcomes(push)) == 1:  # nothing to choose
                outcome.widget = forms.HiddenInput()
                self.initial["outcome"] = next(iter(policies.outcomes(push)))
        if not policies.PERMIT_OUTCOMES & set(policies.outcomes(push)):
            del self.fields["legal_basis"], self.fields["document_number"]


class NoteForm(DeedForm):
    """A remark beside the push."""

    text = forms.CharField(label="备注内容", widget=forms.Textarea(attrs={"rows": 3}))
    uploaded = forms.FileField(label="附件", required=False)
