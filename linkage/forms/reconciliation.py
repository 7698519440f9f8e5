"""Filters of the reconciliation pages."""

from typing import Any

from django import forms

from linkage.models import Discrepancy
from linkage.selectors.reconciliation import OPEN, Asked
from shenguan.access import scope
from shenguan.org.models import Department, Staff

STATES = [
    (OPEN, "待处理"),
    ("repaired", "已修复待核"),
    ("explained", "已说明"),
    ("vanished", "已消除"),
    ("all", "全部"),
]


class DiscrepancyForm(forms.Form):
    """Filters of the list; values nobody knows are read over."""

    state = forms.ChoiceField(label="状态", choices=STATES, required=False)
    kind = forms.ChoiceField(label="类型", choices=[("", "全部类型"), *Discrepancy.Kind.choices], required=False)
    department = forms.ModelChoiceField(
        label="部门", queryset=Department.objects.none(), to_field_name="code", required=False, empty_label="全部部门"
    )
    mine = forms.BooleanField(label="我负责的", required=False)

    def __init__(self, staff: Staff, data: Any = None) -> None:
        super().__init__(data or None, auto_id="id_gaps_%s")
        departments: Any = self.fields["department"]
        if scope.sees_all(staff):
            departments.queryset = Department.objects.filter(discrepancies__isnull=False).distinct().order_by("code")
        else:
            del self.fields["department"]

    def asked(self) -> Asked:
        """The filters that could be read."""
        self.full_clean()
        values = self.cleaned_data if self.is_bound else {}
        return Asked(
            values.get("state") or OPEN,
            values.get("kind", ""),
            values.get("department"),
            values.get("mine", False),
        )
