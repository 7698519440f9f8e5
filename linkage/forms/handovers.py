"""The form of a handover."""

from typing import Any

from django import forms

from linkage.forms.choices import offer
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.org.selectors import staff_who_may


class HandoverForm(forms.Form):
    """Who takes everything over, and why."""

    to = forms.ModelChoiceField(
        label="接收人", queryset=Staff.objects.none(), to_field_name="username", empty_label="请选择人员"
    )
    reason = forms.CharField(label="交接原因", max_length=200, help_text="如调离、退休、长期休假。")

    def __init__(self, person: Staff, data: Any = None) -> None:
        super().__init__(data, auto_id="id_handover_%s")
        people = staff_who_may(Permission.INBOX_VIEW, department=person.department)
        offer(self, "to", people.exclude(pk=person.pk).select_related("office"))
