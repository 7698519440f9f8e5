"""What the calls on a push take (CONTRACT §3): the same as the forms of the pages. Rules are the actions'."""

from dataclasses import fields
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from linkage import policies
from linkage.actions.measures import MEASURE_CHOICES, Measure
from linkage.models import DutyObjection, Push
from shenguan.access.api import machine_department
from shenguan.org.models import Department, Office, Staff

MOST_YUAN: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "min_value": 0}


class OwnField(serializers.SlugRelatedField[Any]):
    """Something of the calling department, by code, login name or number; others' do not exist for it."""

    default_error_messages = {"does_not_exist": "本部门没有“{value}”；可选的见 choices/。"}

    def get_queryset(self) -> "QuerySet[Any]":
        """The rows of the caller's department."""
        rows = super().get_queryset()
        if rows is None:
            raise TypeError("names rows to choose from")
        return rows.filter(department=machine_department(self.context["request"]))


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


class AssignSerializer(serializers.Serializer[Any]):
    """A colleague, by login name; `choices/` names those who may be given the push."""

    assignee = OwnField(slug_field="username", queryset=Staff.objects.all())


class TransferSerializer(serializers.Serializer[Any]):
    """Another office of the department; without `owner` its head takes the push."""

    office = OwnField(slug_field="code", queryset=Office.objects.all())
    owner = OwnField(slug_field="username", queryset=Staff.objects.all(), required=False, default=None, allow_null=True)
    reason = serializers.CharField(max_length=300)


class MergeSerializer(serializers.Serializer[Any]):
    """The push that stays, by number, and why the two are one."""

    survivor = OwnField(slug_field="number", queryset=Push.objects.all())
    reason = serializers.CharField(max_length=300)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=300)


class RefusalSerializer(serializers.Serializer[Any]):
    """Why the push stays."""

    decision = serializers.CharField(max_length=300)


class MeasureSerializer(serializers.Serializer[Any]):
    """A measure the department took, by its paper; a penalty or an entry on a list becomes a credit record."""

    kind = serializers.ChoiceField(choices=MEASURE_CHOICES)
    document_name = serializers.CharField(max_length=100)
    document_number = serializers.CharField(max_length=100)
    decided_on = serializers.DateField()
    facts = serializers.CharField(max_length=2000)
    result = serializers.CharField(max_length=1000)
    legal_basis = serializers.CharField(max_length=300)
    fine_yuan = serializers.DecimalField(**MOST_YUAN, required=False, default=None, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The measure as the action takes it."""
        names = {field.name for field in fields(Measure)}
        return {"measure": Measure(**{name: attrs[name] for name in names})} | {
            name: value for name, value in attrs.items() if name not in names
        }


class UploadSerializer(serializers.Serializer[Any]):
    """A paper, in a multipart body. What a file may be is checked where it is taken in (R11.08)."""

    file = serializers.FileField(
        source="uploaded", required=False, default=None, allow_null=True, allow_empty_file=True
    )


class FeedbackUploadSerializer(UploadSerializer, FeedbackSerializer):
    """Feedback with a paper."""


class MeasureUploadSerializer(UploadSerializer, MeasureSerializer):
    """A measure with its paper."""


class NoteUploadSerializer(UploadSerializer, NoteRequestSerializer):
    """A remark with a paper."""
