"""Publishing a change of law or policy; opening, answering and closing a consultation."""

from typing import Any

from django import forms

from approvals.models import ApprovalItem
from linkage.actions.consultations import LONGEST_DAYS
from linkage.forms.choices import offer
from linkage.models import Consultation, LinkageEntry
from linkage.selectors.lists import in_force
from shenguan.access.roles import ROLE_PERMISSIONS, Permission
from shenguan.org.models import Department, Staff
from shenguan.ui.widgets import DayInput, SelectMany
from shenguan.workdays import calendar
from supervision.models import SupervisionItem

LINES = forms.Textarea(attrs={"rows": 5})
FILES = "PDF、图片、Word、OFD。"


class PolicyForm(forms.Form):
    """What changed, since when, and which items it concerns."""

    title = forms.CharField(label="标题", max_length=200)
    document_number = forms.CharField(label="文号", max_length=100, help_text="例如 市监发〔2026〕12 号。")
    effective_on = forms.DateField(label="施行日期", widget=DayInput())
    text = forms.CharField(
        label="变动内容", widget=LINES, max_length=4000, help_text="改了什么，对受理条件、材料和监管有什么影响。"
    )
    approval_items = forms.ModelMultipleChoiceField(
        label="受影响的审批事项",
        queryset=ApprovalItem.objects.none(),
        to_field_name="code",
        required=False,
        widget=SelectMany(),
    )
    supervision_items = forms.ModelMultipleChoiceField(
        label="受影响的监管事项",
        queryset=SupervisionItem.objects.none(),
        to_field_name="code",
        required=False,
        help_text="可选多项；两类事项至少选一个。按现行联动清单推送给与所选事项联动的全部部门。",
        widget=SelectMany(),
    )
    uploaded = forms.FileField(label="文件", required=False, help_text=FILES)

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"effective_on": calendar.today()})
        entries = LinkageEntry.objects.filter(version=in_force())
        offer(self, "approval_items", ApprovalItem.objects.filter(pk__in=entries.values("approval_item")))
        offer(self, "supervision_items", SupervisionItem.objects.filter(pk__in=entries.values("supervision_item")))


class PeopleField(forms.ModelMultipleChoiceField):
    """People of several departments."""

    def label_from_instance(self, obj: Staff) -> str:
        """Department and name."""
        return f"{obj.department}　{obj.name}"


class ConsultationForm(forms.Form):
    """The question, who is asked, and by when."""

    topic = forms.CharField(label="议题", max_length=200)
    text = forms.CharField(label="会商内容", widget=LINES, max_length=4000)
    departments = forms.ModelMultipleChoiceField(
        label="参加部门",
        queryset=Department.objects.none(),
        to_field_name="code",
        required=False,
        help_text="可选多项；由该部门的联络人回复。",
        widget=SelectMany(),
    )
    people = PeopleField(
        label="指定人员",
        queryset=Staff.objects.none(),
        to_field_name="username",
        required=False,
        help_text="需要某个人答复时选择；每个部门一人，其部门不必再选。",
        widget=SelectMany(),
    )
    reply_days = forms.IntegerField(
        label="回复时限（工作日）",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=3,
        help_text=f"1 至 {LONGEST_DAYS} 日。",
    )
    uploaded = forms.FileField(label="附件", required=False, help_text=FILES)

    def __init__(self, department: Department, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        others = Department.objects.filter(is_active=True).exclude(pk=department.pk)
        speakers = {Permission.PUSH_FEEDBACK, Permission.PUSH_ANSWER}
        roles = [role for role, held in ROLE_PERMISSIONS.items() if speakers & held]
        people = Staff.objects.filter(
            department__in=others, status=Staff.Status.ON_DUTY, roles__role__in=roles
        ).distinct()
        offer(self, "departments", others)
        offer(self, "people", people.select_related("department").order_by("department", "username"))

    def clean(self) -> dict[str, Any]:
        """One seat a department."""
        values = super().clean() or {}
        people: list[Staff] = list(values.get("people") or ())
        if len({person.department_id for person in people}) < len(people):
            self.add_error("people", "每个部门只能指定一人。")
        named = {person.department_id for person in people}
        rest = [row for row in values.get("departments") or () if row.pk not in named]
        values["parties"] = [(person.department, person) for person in people] + [(row, None) for row in rest]
        return values


class ReplyForm(forms.Form):
    """One contribution."""

    text = forms.CharField(label="意见", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    uploaded = forms.FileField(label="附件", required=False, help_text=FILES)


class CloseForm(forms.Form):
    """What came of it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conclusion = forms.CharField(label="会商结论", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, made: Consultation, data: Any = None) -> None:
        super().__init__(data, initial={"version": made.version}, auto_id="id_close_%s")
