"""Filters of the linkage lists (CONTRACT §3)."""

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from linkage.models import LinkageEntry, Push


class PushFilter(filters.FilterSet):
    """`state` one or more states, `direction`, `since_sequence`: what came after a sequence already seen."""

    state = filters.MultipleChoiceFilter(field_name="status", choices=Push.Status.choices)
    direction = filters.ChoiceFilter(choices=Push.Direction.choices)
    since_sequence = filters.NumberFilter(field_name="sequence", lookup_expr="gt", min_value=0)
    kind = filters.CharFilter()
    case_number = filters.CharFilter()
    is_open = filters.BooleanFilter()

    class Meta:
        model = Push
        fields: list[str] = []


class LinkageItemFilter(filters.FilterSet):
    """`code` of the approval or supervision item, `department` either side's code, `q` part of a name."""

    code = filters.CharFilter(method="by_code")
    department = filters.CharFilter(method="by_department")
    q = filters.CharFilter(method="by_text")

    class Meta:
        model = LinkageEntry
        fields: list[str] = []

    def by_code(self, entries: "QuerySet[LinkageEntry]", name: str, value: str) -> "QuerySet[LinkageEntry]":
        """Rows of one item."""
        return entries.filter(Q(approval_item__code=value) | Q(supervision_item__code=value))

    def by_department(self, entries: "QuerySet[LinkageEntry]", name: str, value: str) -> "QuerySet[LinkageEntry]":
        """Rows that concern one department."""
        return entries.filter(Q(department__code=value) | Q(approval_item__implementing_department__code=value))

    def by_text(self, entries: "QuerySet[LinkageEntry]", name: str, value: str) -> "QuerySet[LinkageEntry]":
        """Rows whose item names contain the text."""
        return entries.filter(Q(approval_item__name__icontains=value) | Q(supervision_item__name__icontains=value))
