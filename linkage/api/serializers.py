"""Shapes of the linkage calls (CONTRACT §3). No ID number and no phone leaves by them."""

from typing import Any

from rest_framework import serializers

from approvals.models import Commitment
from linkage import policies
from linkage.models import DutyObjection, LinkageEntry, Push, PushNote
from shenguan.events.models import Event
from shenguan.org.models import Department


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    """A department by code and name."""

    class Meta:
        model = Department
        fields = ["code", "name"]


class CodedSerializer(serializers.Serializer[Any]):
    """Anything with a code and a name."""

    code = serializers.CharField()
    name = serializers.CharField()


class PartySerializer(serializers.Serializer[Any]):
    """A party by name and, for organisations, 统一社会信用代码."""

    name = serializers.CharField()
    code = serializers.CharField(source="uscc", allow_null=True)


class PushSerializer(serializers.ModelSerializer[Push]):
    """A line of the department's inbox."""

    department = DepartmentSerializer()
    sender = DepartmentSerializer()
    supervision_item = CodedSerializer(allow_null=True)
    approval_item = serializers.SerializerMethodField()
    subject = PartySerializer(allow_null=True)
    status_text = serializers.CharField(source="get_status_display")
    next_step_text = serializers.CharField(source="get_next_step_display")
    owner = serializers.CharField(source="owner.name")
    assignee = serializers.CharField(source="assignee.name", allow_null=True, default=None)
    list_version = serializers.CharField(source="list_version.label", allow_null=True, default=None)
    event_id = serializers.UUIDField(source="event.event_id")

    class Meta:
        model = Push
        fields = [
            "number",
            "sequence",
            "event_id",
            "direction",
            "kind",
            "case_number",
            "department",
            "sender",
            "approval_item",
            "supervision_item",
            "subject",
            "status",
            "status_text",
            "next_step",
            "next_step_text",
            "is_open",
            "due_on",
            "owner",
            "assignee",
            "by_commitment",
            "credit_flag",
            "list_version",
            "version",
            "pushed_at",
            "claimed_at",
            "answered_at",
            "closed_at",
        ]

    def get_approval_item(self, push: Push) -> dict[str, str]:
        """The item as it was called when the push went out."""
        return {"code": push.payload.get("item_code", ""), "name": push.payload.get("item_name", "")}


class NoteSerializer(serializers.ModelSerializer[PushNote]):
    """A remark beside a push."""

    author = serializers.CharField(source="author_name")

    class Meta:
        model = PushNote
        fields = ["text", "is_late", "status_then", "author", "at"]


class CommitmentSerializer(serializers.ModelSerializer[Commitment]):
    """What the applicant promised, word by word, and until when it is checked (RULES R2.09)."""

    check_due_on = serializers.DateField(source="check_deadline.due_on", allow_null=True, default=None)

    class Meta:
        model = Commitment
        fields = ["text", "text_sha256", "template_version", "signed_on", "check_days", "check_due_on", "result"]


class PushDetailSerializer(PushSerializer):
    """One push with what may be done now, what was said, and what it answers."""

    commitment = CommitmentSerializer(source="application.commitment", allow_null=True, default=None)
    allowed_actions = serializers.SerializerMethodField()
    notes = NoteSerializer(many=True)
    answers_push = serializers.CharField(source="answers_push.number", allow_null=True, default=None)

    class Meta(PushSerializer.Meta):
        fields = [
            *PushSerializer.Meta.fields,
            "allowed_actions",
            "commitment",
            "message",
            "answer_outcome",
            "answer_text",
            "answers_push",
            "payload",
            "notes",
        ]

    def get_allowed_actions(self, push: Push) -> list[str]:
        """Names of the calls this push accepts now."""
        return policies.allowed(push)


class ReturnSerializer(serializers.Serializer[Any]):
    """Why a push is not ours, and whose it may be."""

    reason_code = serializers.ChoiceField(choices=DutyObjection.ReasonCode.choices)
    reason = serializers.CharField(max_length=500)
    suggested_department = serializers.SlugRelatedField(
        slug_field="code", queryset=Department.objects.filter(is_active=True), required=False, allow_null=True
    )


class FeedbackSerializer(serializers.Serializer[Any]):
    """What was found, and what the permit should undergo."""

    text = serializers.CharField(max_length=4000)
    proposal = serializers.ChoiceField(choices=list(policies.PROPOSALS.items()), required=False, default="")


class AnswerSerializer(serializers.Serializer[Any]):
    """The decision on what supervision reported."""

    outcome = serializers.ChoiceField(choices=list(policies.ANSWER_OUTCOMES.items()))
    text = serializers.CharField(max_length=4000)
    legal_basis = serializers.CharField(max_length=300, required=False, default="")
    document_number = serializers.CharField(max_length=100, required=False, default="")


class NoteRequestSerializer(serializers.Serializer[Any]):
    """A remark."""

    text = serializers.CharField(max_length=2000)


class VersionSerializer(serializers.Serializer[Any]):
    """`expected_version`: refuse with 409 when the push has changed since it was read."""

    expected_version = serializers.IntegerField(required=False, default=None, allow_null=True)


class LinkageItemSerializer(serializers.ModelSerializer[LinkageEntry]):
    """A row of the published list, with the people both sides can call on."""

    list_version = serializers.CharField(source="version.label")
    approval_item = CodedSerializer()
    approval_department = DepartmentSerializer(source="approval_item.implementing_department")
    approval_office = serializers.CharField(source="approval_office.name")
    approval_liaison = serializers.CharField(source="approval_liaison.name")
    supervision_item = CodedSerializer()
    department = DepartmentSerializer()
    office = serializers.CharField(source="office.name")
    liaison = serializers.CharField(source="liaison.name")

    class Meta:
        model = LinkageEntry
        fields = [
            "list_version",
            "sequence",
            "approval_item",
            "approval_department",
            "approval_office",
            "approval_liaison",
            "supervision_item",
            "department",
            "office",
            "liaison",
            "condition",
            "stages",
            "claim_mode",
            "claim_days",
            "first_check_days",
            "feedback_days",
            "feedback_scope",
            "contents",
            "basis",
        ]


class TimelineSerializer(serializers.ModelSerializer[Event]):
    """One fact of a case."""

    actor = serializers.CharField(source="actor_name")

    class Meta:
        model = Event
        fields = ["event_id", "kind", "summary", "actor", "department_code", "recorded_at"]
