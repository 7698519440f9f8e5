"""The form of one absence. It offers only people the viewer may record."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from shenguan.access.roles import Permission
from shenguan.org.models import Absence, Staff
from shenguan.ui.widgets import DayInput


def recordable(viewer: Staff) -> QuerySet[Staff]:
    """People on duty whose absence this person may record: of the own department, for a system administrator all."""
    people = Staff.objects.filter(status=Staff.Status.ON_DUTY).select_related("department", "office")
    if not viewer.may(Permission.SYSTEM_MANAGE):
        people = people.filter(department=viewer.department_id)
    return people.order_by("department__code", "username")


class PersonField(forms.ModelChoiceField):
    """A person with the place they work at, because names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        """江伯年（市行政审批局 综合科）."""
        return f"{obj.name}（{obj.department}{f' {obj.office}' if obj.office else ''}）"


class AbsenceForm(forms.Form):
    """Who is away, from when to when, and who stands in."""

    staff = PersonField(label="离岗人员", queryset=Staff.objects.none(), to_field_name="username", empty_label="请选择")
    reason = forms.ChoiceField(label="原因", choices=Absence.Reason.choices)
    starts_on = forms.DateField(label="开始日期", widget=DayInput())
    ends_on = forms.DateField(label="结束日期", widget=DayInput(), help_text="含当日，次日起恢复承接推送。")
    deputy = PersonField(
        label="代办人",
        queryset=Staff.objects.none(),
        to_field_name="username",
        required=False,
        empty_label="不指定，按清单备岗联络人、科室负责人顺序承接",
    )

    def __init__(self, viewer: Staff, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id="id_absence_%s", **options)
        for name in ("staff", "deputy"):
            field = self.fields[name]
            if isinstance(field, PersonField):
                field.queryset = recordable(viewer)
