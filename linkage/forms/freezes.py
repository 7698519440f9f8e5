"""Asking for a freeze, and ending, extending or overriding one. Rules are the actions'."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q

from approvals.models import Application, ApprovalItem, Permit
from credit.actions.freezes import LONGEST_DAYS
from credit.models import Freeze, Subject
from linkage.forms.choices import offer
from linkage.models import LinkageEntry
from linkage.selectors.lists import in_force
from shenguan.org.models import Department
from shenguan.ui.widgets import DayInput, SelectMany
from shenguan.workdays import calendar

REASON = forms.Textarea(attrs={"rows": 3})
DAY = DayInput()


class FreezeForm(forms.Form):
    """What an enforcing department asks of an approving one."""

    approving_department = forms.ModelChoiceField(
        label="审批部门", queryset=Department.objects.none(), to_field_name="code", empty_label="请选择审批部门"
    )
    items = forms.ModelMultipleChoiceField(
        label="审批事项",
        queryset=ApprovalItem.objects.none(),
        to_field_name="code",
        required=False,
        help_text="可选多项；不选表示该部门办理的全部审批事项。请只选与本案有关的事项。",
        widget=SelectMany(),
    )
    enforcement_case = forms.CharField(label="立案文号", max_length=100, help_text="没有立案的不能请求冻结。")
    until_on = forms.DateField(label="冻结至", widget=DAY, help_text=f"最长 {LONGEST_DAYS} 日，到期自动结束。")
    legal_basis = forms.CharField(label="法律依据", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(
        label="事由", max_length=1000, widget=REASON, help_text="涉嫌违法的事实，与暂停审批的关系。"
    )
    uploaded = forms.FileField(label="附件", required=False, help_text="立案审批表、协查函等：PDF、图片、Word、OFD。")

    def __init__(self, subject: Subject, department: Department, data: Any = None, files: Any = None) -> None:
        initial = {"until_on": calendar.today() + timedelta(LONGEST_DAYS)}
        super().__init__(data, files, initial=initial)
        found = _items_about(subject, department)
        approving = found.exclude(implementing_department=department).values("implementing_department")
        offer(self, "approving_department", Department.objects.filter(pk__in=approving, is_active=True))
        offer(self, "items", found.exclude(implementing_department=department))

    def clean(self) -> dict[str, Any]:
        """The items belong to the department that is asked."""
        values = super().clean() or {}
        department = values.get("approving_department")
        strangers = [item.name for item in values.get("items") or () if item.implementing_department != department]
        if department and strangers:
            self.add_error("items", f"{'、'.join(strangers)}不由{department}审批，请去掉或改选审批部门。")
        return values


def _items_about(subject: Subject, department: Department) -> Any:
    """Items the party applied for or holds, and those the list gives this department to supervise."""
    version = in_force()
    listed = LinkageEntry.objects.filter(version=version, department=department) if version else None
    asked = Application.objects.filter(subject=subject).values("item")
    wanted = Q(pk__in=asked)
    if listed is not None:
        wanted |= Q(pk__in=listed.values("approval_item"))
    items = ApprovalItem.objects.filter(wanted, is_active=True).select_related("implementing_department")
    return items.order_by("implementing_department", "code")


class EndForm(forms.Form):
    """撤回请求, 解除冻结: one reason."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label="理由", max_length=500, widget=REASON)

    def __init__(self, freeze: Freeze, data: Any = None) -> None:
        super().__init__(data, initial={"version": freeze.version}, auto_id=f"id_{self.prefix_of()}_%s")
        self.freeze = freeze

    @classmethod
    def prefix_of(cls) -> str:
        """Keeps the controls of several forms on one page apart."""
        return cls.__name__.lower()


class ExtendForm(EndForm):
    """A later day, once."""

    until_on = forms.DateField(label="延长至", widget=DAY, help_text=f"只能延长一次，最长 {LONGEST_DAYS} 日。")
    field_order = ["version", "until_on", "reason"]


class OverrideForm(EndForm):
    """Which running case of the party goes on all the same."""

    case_number = forms.ChoiceField(label="放行的办件")
    field_order = ["version", "case_number", "reason"]

    def __init__(self, freeze: Freeze, data: Any = None) -> None:
        super().__init__(freeze, data)
        field = self.fields["case_number"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "请选择办件"), *held_cases(freeze)]


def held_cases(freeze: Freeze) -> list[tuple[str, str]]:
    """(number, words) of what the freeze holds and nobody let through: the party's running cases, and the cases of
    its permits, for a change or renewal outside a case."""
    running = Application.objects.filter(
        Q(concluded_at__isnull=True) | Q(permit__status__in=[Permit.Status.VALID, Permit.Status.EXPIRED]),
        subject=freeze.subject_id,
        department=freeze.approving_department_id,
        number__isnull=False,
    ).select_related("item", "variant")
    passed = set(freeze.overrides.values_list("case_number", flat=True))
    return [
        (row.number or "", f"{row.number}　{row.variant}")
        for row in running.order_by("id")
        if freeze.covers(row.item.code) and row.number not in passed
    ]
