"""Forms of the coordinators' desk."""

from typing import Any

from django import forms

from linkage.forms.choices import offer
from linkage.models import DutyObjection
from shenguan.access.roles import Permission
from shenguan.org.models import Department, Office, Staff
from shenguan.org.selectors import staff_who_may

UPHOLD, REJECT = "uphold", "reject"


class DismissForm(forms.Form):
    """Why nobody needs to supervise this."""

    remedy = forms.CharField(label="无需推送的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class DecisionForm(forms.Form):
    """The decision on a duty objection; a recipient is needed only when it is upheld."""

    outcome = forms.ChoiceField(
        label="裁定结论",
        choices=[(UPHOLD, "异议成立，改派其他部门"), (REJECT, "异议不成立，仍由原部门承担")],
        widget=forms.RadioSelect,
    )
    department = forms.ModelChoiceField(
        label="改派部门", queryset=Department.objects.none(), required=False, to_field_name="code", empty_label="请选择"
    )
    office = forms.ModelChoiceField(
        label="责任科室", queryset=Office.objects.none(), required=False, to_field_name="code", empty_label="请选择"
    )
    owner = forms.ModelChoiceField(
        label="责任人", queryset=Staff.objects.none(), required=False, to_field_name="username", empty_label="请选择"
    )
    decision = forms.CharField(label="裁定意见", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, objection: DutyObjection, department: Department | None, data: Any = None, **options: Any
    ) -> None:
        super().__init__(data, auto_id=f"id_decide{objection.pk}_%s", **options)
        departments = Department.objects.filter(is_active=True, kind__in=["supervision", "enforcement"])
        people = staff_who_may(Permission.PUSH_CLAIM, department=department) if department else Staff.objects.none()
        offer(self, "department", departments.exclude(pk=objection.push.department_id))
        offer(self, "office", Office.objects.filter(department=department))
        offer(self, "owner", people)

    def clean(self) -> dict[str, Any]:
        """An upheld objection names department, office and person."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("outcome") == UPHOLD:
            for name, words in (("department", "改派部门"), ("office", "责任科室"), ("owner", "责任人")):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, f"异议成立的，请选择{words}。")
        return values
