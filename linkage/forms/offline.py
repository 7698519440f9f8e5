"""Recording a hand-over that happened outside the portal."""

from typing import Any

from django import forms

from approvals.actions.reported import ACCEPTED, CONCLUDED, ReportedCase, ReportedPermit
from approvals.models import Application
from credit.models import Subject
from linkage.actions.offline import HandOver
from linkage.models import OfflineRecord
from shenguan.ui.widgets import DayInput

DAY = DayInput()
NEW_CASE = ("item_code", "source_case_id", "subject_name", "subject_code")


class OfflineForm(forms.Form):
    """About a case known here by its number, or about one of a department's own system, which comes in by this."""

    kind = forms.ChoiceField(label="方式", choices=OfflineRecord.Kind.choices)
    happened_on = forms.DateField(label="日期", widget=DAY)
    counterpart = forms.CharField(label="对方单位或人员", max_length=120)
    content = forms.CharField(label="内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label="附件", required=False, help_text="来函、会议纪要等的扫描件，不超过 20 MB。")
    case_number = forms.CharField(
        label="办件编号", max_length=60, required=False, help_text="平台已有的办件填这里；没有的在下面登记。"
    )
    item_code = forms.CharField(label="事项编码", max_length=40, required=False)
    source_case_id = forms.CharField(label="来源办件号", max_length=80, required=False)
    subject_kind = forms.ChoiceField(label="主体类型", choices=Subject.Kind.choices, required=False)
    subject_name = forms.CharField(label="申请人名称", max_length=200, required=False)
    subject_code = forms.CharField(
        label="统一社会信用代码", max_length=18, required=False, help_text="自然人填公民身份号码。"
    )
    stage = forms.ChoiceField(label="阶段", choices=[(ACCEPTED, "受理"), (CONCLUDED, "办结")], required=False)
    result = forms.ChoiceField(label="结果", choices=[("", "——"), *Application.Result.choices], required=False)
    decided_on = forms.DateField(label="决定日期", widget=DAY, required=False)
    permit_number = forms.CharField(label="证照编号", max_length=100, required=False)

    @property
    def is_new_case(self) -> bool:
        """Whether a case is to be taken in."""
        return not self.cleaned_data["case_number"]

    def clean(self) -> dict[str, Any]:
        """Either a number, or everything a case needs."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not values.get("case_number"):
            for name in NEW_CASE:
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, f"没有办件编号的，请填写{self.fields[name].label}。")
        elif any(values.get(name) for name in NEW_CASE):
            self.add_error("case_number", "办件编号与新登记办件只能填一样。")
        return values

    def hand_over(self) -> HandOver:
        """What happened."""
        said = self.cleaned_data
        return HandOver(said["kind"], said["counterpart"], said["happened_on"], said["content"], said["file"])

    def case(self) -> ReportedCase:
        """The case it tells of."""
        said = self.cleaned_data
        return ReportedCase(
            source_case_id=said["source_case_id"],
            item_code=said["item_code"],
            stage=said["stage"],
            result=said["result"] if said["stage"] == CONCLUDED else "",
            decided_on=said["decided_on"],
            permit=ReportedPermit(said["permit_number"]) if said["permit_number"] else None,
        )
