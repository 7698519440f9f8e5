"""Forms of the list editor. Choices follow the department, so that a select never holds the whole city."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from approvals.models import ApprovalItem
from credit.models import Subject
from linkage.forms.choices import offer
from linkage.imports.linkage_list import CONTENTS
from linkage.models import Basis, BasisPaper, EscalationLadder, LinkageEntry, ListVersion
from shenguan.access.roles import Permission
from shenguan.org.models import Department, Office, Staff
from shenguan.org.selectors import staff_who_may
from shenguan.ui.widgets import DayInput
from supervision.models import SupervisionItem

PLAIN = ("condition", "basis", "claim_mode", "claim_days", "first_check_days", "feedback_days", "feedback_scope")
KEPT = ("approval_office", "approval_liaison", "approval_deputy", "ladder", "version")


class EntryForm(forms.Form):
    """One row: who approves, who supervises, when is pushed, and which clocks run."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    department = forms.ModelChoiceField(
        label="监管部门", queryset=Department.objects.none(), to_field_name="code", empty_label="请选择"
    )
    supervision_item = forms.ModelChoiceField(
        label="监管事项", queryset=SupervisionItem.objects.none(), to_field_name="code", empty_label="请选择"
    )
    office = forms.ModelChoiceField(
        label="监管责任科室", queryset=Office.objects.none(), to_field_name="code", empty_label="请选择"
    )
    liaison = forms.ModelChoiceField(
        label="监管联络人", queryset=Staff.objects.none(), to_field_name="username", empty_label="请选择"
    )
    deputy = forms.ModelChoiceField(
        label="监管备岗联络人",
        queryset=Staff.objects.none(),
        to_field_name="username",
        required=False,
        empty_label="不设",
    )
    approval_office = forms.ModelChoiceField(
        label="审批责任科室", queryset=Office.objects.none(), to_field_name="code", empty_label="请选择"
    )
    approval_liaison = forms.ModelChoiceField(
        label="审批联络人", queryset=Staff.objects.none(), to_field_name="username", empty_label="请选择"
    )
    approval_deputy = forms.ModelChoiceField(
        label="审批备岗联络人",
        queryset=Staff.objects.none(),
        to_field_name="username",
        required=False,
        empty_label="不设",
    )
    condition = forms.CharField(label="适用情形", max_length=100, initial=LinkageEntry.ALWAYS)
    basis = forms.ChoiceField(label="权责依据", choices=Basis.choices)
    paper = forms.ModelChoiceField(
        label="依据文书",
        queryset=BasisPaper.objects.none(),
        to_field_name="number",
        required=False,
        empty_label="未附文书",
    )
    claim_mode = forms.ChoiceField(label="认领方式", choices=LinkageEntry.ClaimMode.choices)
    claim_days = forms.IntegerField(label="认领时限（工作日）", min_value=0, max_value=99, initial=0)
    first_check_days = forms.IntegerField(label="首查时限（工作日）", min_value=1, max_value=999, required=False)
    feedback_days = forms.IntegerField(label="反馈时限（工作日）", min_value=1, max_value=99, initial=3)
    feedback_scope = forms.ChoiceField(label="反馈范围", choices=LinkageEntry.FeedbackScope.choices)
    ladder = forms.ModelChoiceField(
        label="催办规则", queryset=EscalationLadder.objects.none(), required=False, empty_label="默认规则"
    )
    stages = forms.MultipleChoiceField(
        label="推送环节", choices=LinkageEntry.Stage.choices, widget=forms.CheckboxSelectMultiple
    )
    contents = forms.MultipleChoiceField(
        label="推送内容", choices=[(word, word) for word in CONTENTS], widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, item: ApprovalItem, department: Department | None, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id="id_entry_%s", **options)
        approving = item.implementing_department
        offer(self, "department", Department.objects.filter(is_active=True))
        offer(self, "supervision_item", SupervisionItem.objects.filter(department=department, is_active=True))
        offer(self, "office", Office.objects.filter(department=department))
        offer(self, "liaison", _people(department, Permission.PUSH_CLAIM))
        offer(self, "deputy", _people(department, Permission.PUSH_CLAIM))
        offer(self, "paper", BasisPaper.objects.filter(department=department, approval_department=approving))
        offer(self, "approval_office", Office.objects.filter(department=approving))
        offer(self, "approval_liaison", _people(approving, Permission.PUSH_ANSWER))
        offer(self, "approval_deputy", _people(approving, Permission.PUSH_ANSWER))
        offer(self, "ladder", EscalationLadder.objects.filter(purpose=EscalationLadder.Purpose.PUSH))

    def values(self) -> dict[str, Any]:
        """The fields of the row, without the version it was opened with."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _people(department: Department | None, permission: Permission) -> Any:
    if department is None:
        return Staff.objects.none()
    return staff_who_may(permission, department=department)


def initial_of(entry: LinkageEntry, row_version: int) -> dict[str, Any]:
    """What the form of a row starts with."""
    return {name: getattr(entry, name) for name in (*PLAIN, "stages", "contents")} | {
        "version": row_version,
        "department": entry.department.code,
        "supervision_item": entry.supervision_item.code,
        "office": entry.office.code,
        "liaison": entry.liaison.username,
        "approval_office": entry.approval_office.code,
        "approval_liaison": entry.approval_liaison.username,
        "approval_deputy": entry.approval_deputy.username if entry.approval_deputy else "",
        "deputy": entry.deputy.username if entry.deputy else "",
        "paper": entry.paper.number if entry.paper else "",
        "ladder": entry.ladder_id,
    }


def typed(wanted: QueryDict) -> dict[str, Any]:
    """What was already filled in when another department was chosen and the form is drawn anew."""
    several = {name: wanted.getlist(name) for name in ("stages", "contents") if name in wanted}
    return {name: wanted[name] for name in (*PLAIN, *KEPT) if name in wanted} | several


class PublishForm(forms.Form):
    """From when the draft is in force."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    effective_from = forms.DateField(
        label="生效日期",
        widget=DayInput(),
        help_text="不能早于今天；现行清单用到前一日。已推送的办件沿用原清单。",
    )

    def __init__(
        self, draft: ListVersion, data: Any = None, *, wanted: dict[str, str] | None = None, **options: Any
    ) -> None:
        first = max(draft.effective_from or timezone.localdate(), timezone.localdate())
        initial = {"version": draft.row_version, "effective_from": first.isoformat()} | (wanted or {})
        super().__init__(data, initial=initial, **options)


class RollBackForm(forms.Form):
    """From when an older version is in force again, and why. `current` is the version the page showed as published."""

    current = forms.IntegerField(required=False, widget=forms.HiddenInput)
    effective_from = forms.DateField(label="生效日期", widget=DayInput())
    reason = forms.CharField(
        label="恢复理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入审计，并在版本历史中显示。",
    )

    def __init__(self, published: ListVersion | None, data: Any = None, **options: Any) -> None:
        first = timezone.localdate()
        if published is not None and published.effective_from is not None:
            first = max(first, published.effective_from + timedelta(days=1))
        initial = {"current": published.pk if published else None, "effective_from": first.isoformat()}
        super().__init__(data, initial=initial, auto_id="id_rollback_%s", **options)


class ReasonForm(forms.Form):
    """Why a version to come is taken back."""

    reason = forms.CharField(label="撤回理由", max_length=300)


class ImportForm(forms.Form):
    """The workbook to compare with the draft."""

    uploaded = forms.FileField(
        label="Excel 或 CSV 文件",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text="与“导出”的列相同，列序不限；.csv 用 UTF-8 或 GB18030 编码；清单版本和生效日期以草稿为准。",
    )


class DryRunForm(forms.Form):
    """Which case to imagine."""

    item = forms.CharField(label="审批事项编码或名称", max_length=300)
    mode = forms.ChoiceField(label="受理方式", choices=[("", "标准受理"), ("commitment", "告知承诺")], required=False)
    kind = forms.ChoiceField(label="相对人类型", choices=[("", "不限"), *Subject.Kind.choices], required=False)
