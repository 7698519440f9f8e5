"""The supervision-item catalogue for departments' own systems (CONTRACT §3)."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from shenguan.access.api import needs
from shenguan.access.scopes import Scope
from supervision.models import ChecklistElement, SupervisionItem


class ElementSerializer(serializers.ModelSerializer[ChecklistElement]):
    """One line of a checklist."""

    class Meta:
        model = ChecklistElement
        fields = ["sequence", "dimension", "content", "method", "verdicts", "basis", "severity"]


class SupervisionItemSerializer(serializers.ModelSerializer[SupervisionItem]):
    """A supervision item with its checklist."""

    department = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    elements = ElementSerializer(many=True, read_only=True)

    class Meta:
        model = SupervisionItem
        fields = [
            "code",
            "main_name",
            "name",
            "action_type",
            "department",
            "object_types",
            "methods",
            "forms",
            "legal_basis",
            "levels",
            "yearly_frequency",
            "is_key_field",
            "elements",
        ]


class SupervisionItemFilter(filters.FilterSet):
    """By code, department and text."""

    code = filters.CharFilter(label="监管事项编码")
    department = filters.CharFilter(field_name="department__code", label="监管部门编码")
    text = filters.CharFilter(method="find", label="名称或拼音首字母")

    class Meta:
        model = SupervisionItem
        fields = ["code", "department", "text"]

    def find(self, queryset: QuerySet[SupervisionItem], _name: str, value: str) -> QuerySet[SupervisionItem]:
        """By either name or the initials."""
        return queryset.filter(
            Q(name__icontains=value) | Q(main_name__icontains=value) | Q(name_initials__icontains=value)
        )


@extend_schema(summary="监管事项目录")
class SupervisionItemsView(ListAPIView[SupervisionItem]):
    """现行监管事项及检查要素。"""

    permission_classes = [needs(Scope.CATALOGUE_READ)]
    serializer_class = SupervisionItemSerializer
    filterset_class = SupervisionItemFilter
    ordering = "code"
    queryset = (
        SupervisionItem.objects.filter(is_active=True)
        .select_related("department")
        .prefetch_related("elements")
        .order_by("code")
    )
