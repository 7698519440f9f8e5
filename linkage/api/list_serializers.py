"""Shape of the published linkage list (CONTRACT §3): who is told, on which paper, and who hears of delay."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from linkage.api.serializers import CodedSerializer, DepartmentSerializer
from linkage.models import BasisPaper, LadderVersion, LinkageEntry
from shenguan.workdays import calendar


class PaperSerializer(serializers.ModelSerializer[BasisPaper]):
    """The signed paper behind a row; without `valid_to` it holds until it is replaced."""

    in_force = serializers.SerializerMethodField()

    class Meta:
        model = BasisPaper
        fields = ["kind", "number", "valid_from", "valid_to", "in_force"]

    def get_in_force(self, paper: BasisPaper) -> bool:
        """Whether the paper holds today."""
        return paper.holds_on(calendar.today())


class LadderSerializer(serializers.ModelSerializer[LadderVersion]):
    """The wording of 催办规则 that clocks started today keep; days are 工作日 before or after the due date."""

    name = serializers.CharField(source="ladder.name")

    class Meta:
        model = LadderVersion
        fields = [
            "name",
            "number",
            "remind_days",
            "remind_tells",
            "yellow_days",
            "yellow_tells",
            "red_days",
            "red_tells",
            "lift_days",
            "lift_tells",
        ]


class LinkageItemSerializer(serializers.ModelSerializer[LinkageEntry]):
    """A row of the published list, with the people both sides can call on."""

    list_version = serializers.CharField(source="version.label")
    approval_item = CodedSerializer()
    approval_department = DepartmentSerializer(source="approval_item.implementing_department")
    approval_office = serializers.CharField(source="approval_office.name")
    approval_liaison = serializers.CharField(source="approval_liaison.name")
    supervision_item = CodedSerializer()
    approval_deputy = serializers.CharField(source="approval_deputy.name", allow_null=True, default=None)
    department = DepartmentSerializer()
    office = serializers.CharField(source="office.name")
    liaison = serializers.CharField(source="liaison.name")
    deputy = serializers.CharField(source="deputy.name", allow_null=True, default=None)
    paper = PaperSerializer(allow_null=True)
    ladder = serializers.SerializerMethodField()

    class Meta:
        model = LinkageEntry
        fields = [
            "list_version",
            "sequence",
            "approval_item",
            "approval_department",
            "approval_office",
            "approval_liaison",
            "approval_deputy",
            "supervision_item",
            "department",
            "office",
            "liaison",
            "deputy",
            "condition",
            "stages",
            "claim_mode",
            "claim_days",
            "first_check_days",
            "feedback_days",
            "feedback_scope",
            "contents",
            "basis",
            "paper",
            "ladder",
        ]

    @extend_schema_field(LadderSerializer(allow_null=True))
    def get_ladder(self, entry: LinkageEntry) -> dict[str, Any] | None:
        """The reminders of the row, or the default ones; the view reads them once per page."""
        found = self.context["view"].ladders.get(entry.ladder_id)
        return dict(LadderSerializer(found).data) if found else None
