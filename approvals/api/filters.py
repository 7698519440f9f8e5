"""Filters of the approval lists."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from approvals.models import ApprovalItem
from approvals.selectors import items


class ItemFilter(filters.FilterSet):
    """By code, implementing department and text (name, pinyin, initials, alias)."""

    code = filters.CharFilter(label="事项编码")
    department = filters.CharFilter(field_name="implementing_department__code", label="实施部门编码")
    text = filters.CharFilter(method="find", label="名称、拼音或首字母")

    class Meta:
        model = ApprovalItem
        fields = ["code", "department", "text"]

    def find(self, queryset: QuerySet[ApprovalItem], _name: str, value: str) -> QuerySet[ApprovalItem]:
        """What the clerks' search finds as well."""
        return items.matching(queryset, value)
