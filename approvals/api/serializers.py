"""Shapes of the approval calls (CONTRACT §3)."""

from typing import Any

from rest_framework import serializers

from approvals.actions.permit_reports import REPORTABLE
from approvals.actions.reported import ACCEPTED, CONCLUDED
from approvals.models import Application, ApprovalItem, ItemMaterial, ItemVariant, Permit, PermitEvent
from approvals.models.permit import FOREVER
from credit.api.serializers import IdentifiedSubjectSerializer
from shenguan.workdays.models import Deadline


class MaterialSerializer(serializers.ModelSerializer[ItemMaterial]):
    """One paper an item asks for."""

    class Meta:
        model = ItemMaterial
        fields = ["sequence", "name", "source", "necessity", "form", "copies", "basis"]


class VariantSerializer(serializers.ModelSerializer[ItemVariant]):
    """One 业务办理项 with its clocks (工作日)."""

    class Meta:
        model = ItemVariant
        fields = ["code", "kind", "name", "handling", "statutory_days", "promised_days", "needs_survey"]


class ItemSerializer(serializers.ModelSerializer[ApprovalItem]):
    """A published approval item."""

    implementing_department = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    competent_department = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    variants = VariantSerializer(many=True, read_only=True)
    materials = MaterialSerializer(many=True, read_only=True)

    class Meta:
        model = ApprovalItem
        fields = [
            "code",
            "implement_code",
            "name",
            "item_type",
            "implementing_department",
            "competent_department",
            "legal_basis",
            "handling",
            "statutory_days",
            "statutory_basis",
            "promised_days",
            "commitment_allowed",
            "commitment_check_days",
            "tolerance_allowed",
            "is_safety_critical",
            "permit_name",
            "permit_months",
            "linkage_state",
            "variants",
            "materials",
        ]


class CaseSubjectSerializer(IdentifiedSubjectSerializer):
    """The applicant, known by number, and how to reach them."""

    contact = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    phone = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    address = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class ReportedPermitSerializer(serializers.Serializer[Any]):
    """The permit of a granted case; without `valid_to` it is 长期."""

    number = serializers.CharField(max_length=100)
    name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    valid_from = serializers.DateField(required=False, default=None, allow_null=True)
    valid_to = serializers.DateField(required=False, default=None, allow_null=True)


class ReportedDocumentSerializer(serializers.Serializer[Any]):
    """A paper the department issued itself."""

    name = serializers.CharField(max_length=200)
    number = serializers.CharField(max_length=100)


class CaseReportSerializer(serializers.Serializer[Any]):
    """One stage of one case of a department's own system."""

    source_case_id = serializers.CharField(max_length=80)
    item_code = serializers.CharField(max_length=40)
    subject = CaseSubjectSerializer()
    stage = serializers.ChoiceField(choices=[(ACCEPTED, "受理"), (CONCLUDED, "办结")])
    result = serializers.ChoiceField(choices=Application.Result.choices, required=False, default="", allow_blank=True)
    decided_on = serializers.DateField(required=False, default=None, allow_null=True)
    by_commitment = serializers.BooleanField(required=False, default=False)
    commitment_text = serializers.CharField(required=False, default="", allow_blank=True, max_length=20000)
    situations = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list, max_length=20
    )
    permit = ReportedPermitSerializer(required=False, default=None, allow_null=True)
    documents = ReportedDocumentSerializer(many=True, required=False, default=list)


class DueSerializer(serializers.ModelSerializer[Deadline]):
    """One clock: the due day, whether it is 暂定, whether it stands still."""

    class Meta:
        model = Deadline
        fields = ["start_on", "amount", "unit", "law", "due_on", "provisional", "is_paused", "state", "met_on"]


class PermitSerializer(serializers.ModelSerializer[Permit]):
    """A permit; `is_permanent` stands for 2099-12-31."""

    is_permanent = serializers.SerializerMethodField()

    class Meta:
        model = Permit
        fields = ["number", "name", "status", "valid_from", "valid_to", "is_permanent"]

    def get_is_permanent(self, permit: Permit) -> bool:
        """Whether the permit is 长期."""
        return permit.valid_to == FOREVER


class CaseSerializer(serializers.ModelSerializer[Application]):
    """State of one case. The subject by name and code; no ID number, no phone."""

    item_code = serializers.CharField(source="item.code")
    item_name = serializers.CharField(source="item.name")
    subject_name = serializers.CharField(source="subject.name")
    subject_uscc = serializers.CharField(source="subject.uscc", allow_null=True)
    status_text = serializers.CharField(source="get_status_display")
    statutory_deadline = DueSerializer()
    promised_deadline = DueSerializer()
    permit = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = [
            "number",
            "source",
            "source_case_id",
            "item_code",
            "item_name",
            "subject_name",
            "subject_uscc",
            "status",
            "status_text",
            "mode",
            "result",
            "received_on",
            "accepted_on",
            "decided_on",
            "concluded_at",
            "statutory_deadline",
            "promised_deadline",
            "permit",
            "version",
        ]

    def get_permit(self, application: Application) -> dict[str, Any] | None:
        """The permit the case led to, if any."""
        if application.result != Application.Result.GRANTED:
            return None
        permit = getattr(application, "permit", None)
        return PermitSerializer(permit).data if permit is not None else None


class DocumentNumberField(serializers.CharField):
    """A 文号, given as text or as {"number": …, "name": …}."""

    def to_internal_value(self, data: Any) -> str:
        """The number. Fails for a document without one."""
        number = super().to_internal_value(data.get("number", "") if isinstance(data, dict) else data)
        if not number:
            self.fail("blank")
        return number


class PermitReportSerializer(serializers.Serializer[Any]):
    """What happened to a permit, by which document and when; `valid_to` goes with renewed."""

    event = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in REPORTABLE])
    document = DocumentNumberField(max_length=100, help_text="文号")
    date = serializers.DateField()
    reason = serializers.CharField(max_length=500, required=False, default="")
    legal_basis = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    valid_to = serializers.DateField(required=False, default=None, allow_null=True)


class PermitEventSerializer(serializers.ModelSerializer[PermitEvent]):
    """A kept fact about a permit."""

    event = serializers.CharField(source="kind")
    document = serializers.CharField(source="document_number")
    date = serializers.DateField(source="happened_on")
    permit = PermitSerializer()

    class Meta:
        model = PermitEvent
        fields = ["event", "document", "date", "reason", "legal_basis", "permit"]
