"""Forms that change many rows of the draft at once."""

from collections.abc import Sequence
from typing import Any

from django import forms

from linkage.actions.list_bulk import BULK
from linkage.forms.lists import EntryForm
from linkage.models import LinkageEntry
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.org.selectors import staff_who_may

OF_SUPERVISOR = ("office", "liaison", "deputy", "paper")  # offered only where all rows share the department
OF_APPROVER = ("approval_office", "approval_liaison", "approval_deputy", "paper")
MAY_BE_EMPTY = ("deputy", "approval_deputy", "paper", "ladder", "first_check_days")


class BulkForm(EntryForm):
    """The fields of a row, each with a tick that says whether it is to be changed."""

    change = forms.MultipleChoiceField(
        label="要修改的列",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请勾选至少一项要修改的列。"},
    )

    def __init__(self, entries: Sequence[LinkageEntry], data: Any = None, **options: Any) -> None:
        departments = {entry.department_id for entry in entries}
        approvers = {entry.approval_item.implementing_department_id for entry in entries}
        first = entries[0]
        super().__init__(first.approval_item, first.department, data, **options)
        left_out = {name for name in self.fields if name not in (*BULK, "change", "version")}
        left_out |= set(OF_SUPERVISOR) if len(departments) > 1 else set()
        left_out |= set(OF_APPROVER) if len(approvers) > 1 else set()
        for name in left_out:
            del self.fields[name]
        offered = [name for name in self.fields if name in BULK]
        for name in offered:
            self.fields[name].required = False
        change = self.fields["change"]
        if isinstance(change, forms.MultipleChoiceField):
            change.choices = [(name, self.fields[name].label) for name in offered]

    @property
    def pairs(self) -> list[tuple[Any, bool]]:
        """Each field with whether it is ticked."""
        ticked = self["change"].value() or []
        return [(self[name], name in ticked) for name in self.fields if name in BULK]

    def clean(self) -> dict[str, Any]:
        """A ticked field that a row cannot do without must be filled in."""
        cleaned = super().clean() or {}
        for name in cleaned.get("change", []):
            if cleaned.get(name) in (None, "", []) and name not in MAY_BE_EMPTY and name not in self.errors:
                self.add_error(name, "已勾选修改，请填写新的值。")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What to write: the ticked fields only."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data["change"]}


class ReplaceForm(forms.Form):
    """Who is replaced by whom. `old` first; the people offered for `new` are of the same department."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    old = forms.ModelChoiceField(
        label="原人员", queryset=Staff.objects.none(), to_field_name="username", empty_label="请选择"
    )
    new = forms.ModelChoiceField(
        label="新人员", queryset=Staff.objects.none(), to_field_name="username", empty_label="请选择"
    )
    with_office = forms.BooleanField(label="责任科室同时改为新人员所在科室", required=False)

    def __init__(
        self, people: Sequence[tuple[Staff, int]], old: Staff | None, data: Any = None, **options: Any
    ) -> None:
        super().__init__(data, auto_id="id_replace_%s", **options)
        self._offer("old", people)
        if old is not None:
            can = staff_who_may(Permission.PUSH_CLAIM, department=old.department) | staff_who_may(
                Permission.PUSH_ANSWER, department=old.department
            )
            field = self.fields["new"]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = can.exclude(pk=old.pk).distinct()

    def _offer(self, name: str, people: Sequence[tuple[Staff, int]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Staff.objects.filter(pk__in=[person.pk for person, _ in people])
            words = [
                (one.username, f"{one.name}（{one.department}，{count} 条{'' if one.is_active else '，已离岗'}）")
                for one, count in people
            ]
            field.choices = [("", "请选择"), *words]
