"""Shapes of the linkage calls (CONTRACT §3). No ID number and no phone leaves by them."""

from typing import Any

from rest_framework import serializers

from approvals.models import Commitment
from linkage import policies
from linkage.models import Push, PushAttachment, PushNote
from linkage.selectors.timelines import Fact
from shenguan.access.api import machine_actor
from shenguan.events.models import Event
from shenguan.files.models import StoredFile
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


class FileSerializer(serializers.ModelSerializer[StoredFile]):
    """What is known of a stored file."""

    class Meta:
        model = StoredFile
        fields = ["uuid", "name", "content_type", "size", "sha256"]


class NoteSerializer(serializers.ModelSerializer[PushNote]):
    """A remark beside a push."""

    author = serializers.CharField(source="author_name")
    file = FileSerializer(allow_null=True)

    class Meta:
        model = PushNote
        fields = ["text", "is_late", "status_then", "author", "at", "file"]


class AttachmentSerializer(serializers.ModelSerializer[PushAttachment]):
    """A paper that came with a push; its content is at `files/{uuid}/` below the push."""

    uuid = serializers.UUIDField(source="file.uuid")
    name = serializers.CharField(source="file.name")
    content_type = serializers.CharField(source="file.content_type")
    size = serializers.IntegerField(source="file.size")
    sha256 = serializers.CharField(source="file.sha256")

    class Meta:
        model = PushAttachment
        fields = ["uuid", "name", "content_type", "size", "sha256", "at"]


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
    attachments = AttachmentSerializer(many=True)
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
            "attachments",
        ]

    def get_allowed_actions(self, push: Push) -> list[str]:
        """Names of the calls this push accepts now from the caller: the last part of their addresses."""
        return policies.allowed_for(push, machine_actor(self.context["request"]))


class PersonSerializer(serializers.Serializer[Any]):
    """A colleague by login name."""

    username = serializers.CharField()
    name = serializers.CharField()
    office = serializers.CharField(source="office.name", allow_null=True, default=None)


class ChoicesSerializer(serializers.Serializer[Any]):
    """What the calls on one push may name: colleagues, offices, duplicates to merge into, outcomes of an answer."""

    assignees = PersonSerializer(many=True)
    offices = CodedSerializer(many=True)
    survivors = serializers.ListField(child=serializers.CharField())
    outcomes = CodedSerializer(many=True)


class TimelineSerializer(serializers.Serializer[Event | Fact]):
    """One fact of a case: an event of the journal, or a delivery that ended (`push.delivered`, `push.undelivered`)."""

    event_id = serializers.UUIDField(allow_null=True, default=None)
    kind = serializers.CharField()
    summary = serializers.CharField()
    actor = serializers.CharField(source="actor_name")
    department_code = serializers.CharField(help_text="经办部门；投递为接收部门")
    push_number = serializers.SerializerMethodField(help_text="所涉推送；没有为空")
    channel = serializers.CharField(default="", help_text="投递方式；不是投递的为空")
    recorded_at = serializers.DateTimeField()

    def get_push_number(self, line: Event | Fact) -> str:
        """The push a line is about."""
        return line.push_number if isinstance(line, Fact) else str(line.payload.get("push_number", ""))


class TimelinePageSerializer(serializers.Serializer[Any]):
    """A page of the timeline."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = TimelineSerializer(many=True)
