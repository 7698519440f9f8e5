"""Shapes of the reports of departments' own supervision systems (CONTRACT §3)."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from credit.api.serializers import IdentifiedSubjectSerializer, LabelledChoiceField, SubjectSerializer
from credit.models import CreditRecord
from shenguan.org.models import Region
from supervision.actions.findings import SEVERITIES, Problem
from supervision.actions.reported_inspections import Inspector
from supervision.models import Clue, Finding, Inspection, InspectionElement, Penalty, SupervisionItem

FIRST_YEAR, LAST_YEAR = 1900, 2200
REPORTED_LEVELS = [one for one in CreditRecord.Level.choices if one[0] != CreditRecord.Level.POSITIVE]
SOURCE_ID: dict[str, Any] = {"max_length": 80, "help_text": "本部门系统中的编号；同一编号只登记一次"}


class MomentField(serializers.DateTimeField):
    """A moment of our century: the ends of the calendar cannot be turned into office time."""

    def to_internal_value(self, value: Any) -> datetime:
        """The moment. Fails like any other that is not one."""
        try:
            moment: datetime = super().to_internal_value(value)
        except OverflowError:
            self.fail("overflow", timezone="Asia/Shanghai")
        if not FIRST_YEAR <= moment.year < LAST_YEAR:
            self.fail("overflow", timezone="Asia/Shanghai")
        return moment


class WhereSerializer(serializers.Serializer[Any]):
    """Which supervised object: by push, by case or by party; the item narrows it."""

    push_number = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    case_number = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    supervision_item_code = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)


class InspectorSerializer(serializers.Serializer[Any]):
    """A person who checked."""

    name = serializers.CharField(max_length=60)
    certificate = serializers.CharField(max_length=60, help_text="行政执法证号")

    def validate(self, attrs: dict[str, Any]) -> Inspector:
        """The value the action takes."""
        return Inspector(**attrs)


class InspectionProblemSerializer(serializers.Serializer[Any]):
    """One problem found, and what was ordered."""

    description = serializers.CharField(max_length=1000)
    severity = serializers.ChoiceField(choices=list(SEVERITIES), required=False, default=SEVERITIES[0])
    measure = LabelledChoiceField(InspectionElement.Measure)
    rectify_by = serializers.DateField(required=False, default=None, allow_null=True)
    requirement = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    legal_basis = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    order_number = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> Problem:
        """The value the action takes."""
        return Problem(**attrs)


class InspectionReportSerializer(WhereSerializer):
    """One finished inspection."""

    source_inspection_id = serializers.CharField(**SOURCE_ID)
    subject = IdentifiedSubjectSerializer(required=False, default=None, allow_null=True)
    form = LabelledChoiceField(Inspection.Form, required=False, default=Inspection.Form.ROUTINE)
    checked_on = serializers.DateField()
    inspectors = InspectorSerializer(many=True, allow_empty=False, max_length=20)  # type: ignore[call-arg]  # of its list
    result_codes = serializers.ListField(
        child=serializers.ChoiceField(choices=Inspection.ResultCode.choices), allow_empty=False, max_length=13
    )
    commitment_result = serializers.ChoiceField(
        choices=Inspection.CommitmentResult.choices, required=False, default="", allow_blank=True
    )
    summary = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    problems = InspectionProblemSerializer(many=True, required=False, default=list, max_length=100)  # type: ignore[call-arg]  # same


class ReportedFindingSerializer(serializers.ModelSerializer[Finding]):
    """A problem as it stands on the desk of the department."""

    class Meta:
        model = Finding
        fields = ["number", "status", "severity", "description", "measure", "order_number"]


class InspectionSerializer(serializers.ModelSerializer[Inspection]):
    """An inspection as it was taken in; `is_abnormal` says whether the approver was told."""

    case_number = serializers.CharField(source="object.case_number")
    supervision_item_code = serializers.CharField(source="object.item.code")
    subject_name = serializers.CharField(source="object.subject.name")
    task_kind = serializers.CharField(source="task.kind", allow_null=True, default=None)
    findings = ReportedFindingSerializer(many=True)

    class Meta:
        model = Inspection
        fields = [
            "number",
            "source_inspection_id",
            "case_number",
            "supervision_item_code",
            "subject_name",
            "form",
            "checked_on",
            "result_codes",
            "commitment_result",
            "is_abnormal",
            "task_kind",
            "findings",
            "submitted_at",
        ]


class WithdrawalSerializer(serializers.Serializer[Any]):
    """The decision was quashed: when and why."""

    on = serializers.DateField()
    reason = serializers.CharField(max_length=300)


class PenaltyReportSerializer(WhereSerializer):
    """One penalty decision; with `withdrawn` a decision reported before is withdrawn."""

    source_penalty_id = serializers.CharField(**SOURCE_ID)
    subject = IdentifiedSubjectSerializer()
    document_name = serializers.CharField(max_length=100, required=False, default="行政处罚决定书")
    document_number = serializers.CharField(max_length=100)
    kinds = serializers.ListField(child=LabelledChoiceField(Penalty.Kind), allow_empty=False, max_length=11)
    facts = serializers.CharField(max_length=2000)
    result = serializers.CharField(max_length=2000)
    legal_basis = serializers.ListField(child=serializers.CharField(max_length=300), allow_empty=False, max_length=20)
    decided_on = serializers.DateField()
    fine_yuan = serializers.DecimalField(
        max_digits=16, decimal_places=2, min_value=0, required=False, default=None, allow_null=True
    )
    credit_level = serializers.ChoiceField(choices=REPORTED_LEVELS, required=False, default="", allow_blank=True)
    published_on = serializers.DateField(required=False, default=None, allow_null=True)
    withdrawn = WithdrawalSerializer(required=False, default=None, allow_null=True)


class PenaltySerializer(serializers.ModelSerializer[Penalty]):
    """A penalty as it was taken in, with the credit record it led to and the cases whose approvers were told."""

    subject_name = serializers.CharField(source="subject.name")
    credit_record = serializers.CharField(source="credit_record.number", allow_null=True, default=None)

    class Meta:
        model = Penalty
        fields = [
            "number",
            "source_penalty_id",
            "status",
            "subject_name",
            "document_number",
            "kinds",
            "decided_on",
            "fine_yuan",
            "case_numbers",
            "credit_record",
            "withdrawn_on",
            "reported_at",
        ]


class ConclusionSerializer(serializers.Serializer[Any]):
    """What looking into a clue showed."""

    outcome = LabelledChoiceField(Clue.Outcome)
    handling = serializers.CharField(max_length=4000)
    handled_on = serializers.DateField()


class ClueReportSerializer(serializers.Serializer[Any]):
    """One clue; with `conclusion` a clue this department handles is concluded."""

    source: Any = serializers.ChoiceField(choices=list(Clue.SOURCES))  # the base class keeps its own under this name
    source_number = serializers.CharField(max_length=60, help_text="来源单号；本部门同一单号只登记一次")
    received_at = MomentField()
    supervision_item_code = serializers.SlugRelatedField(
        slug_field="code", queryset=SupervisionItem.objects.filter(is_active=True).select_related("department")
    )
    region_code = serializers.SlugRelatedField(
        slug_field="code", queryset=Region.objects.all(), required=False, default=None, allow_null=True
    )
    subject = SubjectSerializer(required=False, default=None, allow_null=True)
    named_party = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    address = serializers.CharField(max_length=300)
    title = serializers.CharField(max_length=200)
    content = serializers.CharField(max_length=4000)
    reporter = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    reporter_phone = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    is_anonymous = serializers.BooleanField(required=False, default=False)
    urgency = LabelledChoiceField(Clue.Urgency, required=False, default=Clue.Urgency.NORMAL)
    handling_days = serializers.IntegerField(min_value=1, max_value=365, required=False, default=5)
    conclusion = ConclusionSerializer(required=False, default=None, allow_null=True)


class ClueSerializer(serializers.ModelSerializer[Clue]):
    """A clue as it was taken in; no reporter, no phone."""

    department = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    supervision_item_code = serializers.CharField(source="item.code")

    class Meta:
        model = Clue
        fields = [
            "number",
            "source",
            "source_number",
            "department",
            "supervision_item_code",
            "title",
            "status",
            "outcome",
            "handled_on",
            "received_at",
        ]
