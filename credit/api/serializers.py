"""Shapes of the credit calls (CONTRACT §3)."""

from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from credit.models import CreditCheck, CreditRecord, Subject
from credit.policies import PURPOSES
from shenguan.identifiers import uscc as codes

MOST_RECORDS = 1000
KIND_OF_PREFIX = {
    "企业": Subject.Kind.ENTERPRISE,
    "个体工商户": Subject.Kind.INDIVIDUAL_BUSINESS,
    "农民专业合作社": Subject.Kind.COOPERATIVE,
    "民办非企业单位": Subject.Kind.PRIVATE_NONPROFIT,
    "社会团体": Subject.Kind.ASSOCIATION,
    "事业单位": Subject.Kind.PUBLIC_INSTITUTION,
    "机关": Subject.Kind.STATE_ORGAN,
}


class LabelledChoiceField(serializers.ChoiceField):
    """A choice given by its code or by its Chinese name; answered as code."""

    def __init__(self, choices: type[TextChoices], **kwargs: Any) -> None:
        super().__init__(choices=choices.choices, **kwargs)
        self._codes = {label: value for value, label in choices.choices}

    def to_internal_value(self, data: Any) -> str:
        """The code. Fails like any choice field."""
        code: str = super().to_internal_value(self._codes.get(data, data) if isinstance(data, str) else data)
        return code


class SubjectSerializer(serializers.Serializer[Any]):
    """A party by its number. Without `kind`, a person has an ID number and a code tells the kind of an organisation."""

    kind = LabelledChoiceField(Subject.Kind, required=False)
    name = serializers.CharField(max_length=200, required=False, default="")
    uscc = serializers.CharField(max_length=40, required=False, default="", help_text="统一社会信用代码")
    id_number = serializers.CharField(max_length=40, required=False, default="", help_text="公民身份号码")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fills in the kind; refuses two numbers at once."""
        if attrs["uscc"] and attrs["id_number"]:
            raise serializers.ValidationError("统一社会信用代码与公民身份号码只能填写一个。")
        if "kind" not in attrs:
            attrs["kind"] = Subject.Kind.PERSON if attrs["id_number"] else _kind_of(attrs["uscc"])
        return attrs


class IdentifiedSubjectSerializer(SubjectSerializer):
    """A party that must be known by number, for writing about it."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuses a name without number."""
        if not attrs["uscc"] and not attrs["id_number"]:
            raise serializers.ValidationError("请填写统一社会信用代码或公民身份号码；仅凭名称不能认定主体。")
        return super().validate(attrs)


class CheckRequestSerializer(serializers.Serializer[Any]):
    """Who is asked about, for which item, why and for which case (R6.07)."""

    subject = SubjectSerializer()
    item_code = serializers.CharField(max_length=40)
    purpose = serializers.ChoiceField(choices=list(PURPOSES))
    case_number = serializers.CharField(max_length=40)


class ConvenienceSerializer(serializers.Serializer[Any]):
    """Whether one convenience may be used, and why."""

    answer = serializers.ChoiceField(choices=CreditCheck.Answer.choices)
    text = serializers.CharField()
    reason = serializers.CharField()


class CheckSerializer(serializers.ModelSerializer[CreditCheck]):
    """The answer of a check, as it was logged."""

    check_number = serializers.CharField(source="number")
    outcome_text = serializers.CharField(source="get_outcome_display")
    acceptance_text = serializers.CharField(source="get_acceptance_display")
    push_flag_text = serializers.CharField(source="get_push_flag_display")
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = CreditCheck
        fields = [
            "check_number",
            "checked_at",
            "case_number",
            "item_code",
            "purpose",
            "source_reachable",
            "data_version",
            "outcome",
            "outcome_text",
            "acceptance",
            "acceptance_text",
            "allowed",
            "push_flag",
            "push_flag_text",
            "ban_until",
            "reasons",
            "hits",
            "measures",
        ]

    def get_allowed(self, check: CreditCheck) -> dict[str, dict[str, str]]:
        """commitment (告知承诺), tolerance (容缺受理), green_channel (绿色通道): answer, its name and the reason."""
        return {
            name: {
                "answer": getattr(check, name),
                "text": str(CreditCheck.Answer(getattr(check, name)).label),
                "reason": check.convenience_reasons.get(name, ""),
            }
            for name in ("commitment", "tolerance", "green_channel")
        }


class RecordSerializer(serializers.Serializer[Any]):
    """One decided fact of the calling department."""

    subject = IdentifiedSubjectSerializer()
    level = LabelledChoiceField(CreditRecord.Level)
    category = LabelledChoiceField(CreditRecord.Category)
    document_name = serializers.CharField(max_length=100)
    document_number = serializers.CharField(max_length=100)
    decided_on = serializers.DateField()
    facts = serializers.CharField(max_length=2000)
    result = serializers.CharField(max_length=2000)
    legal_basis = serializers.ListField(child=serializers.CharField(max_length=300), allow_empty=False, max_length=20)
    fine_yuan = serializers.DecimalField(max_digits=16, decimal_places=2, min_value=0, required=False, allow_null=True)
    published_on = serializers.DateField(required=False, allow_null=True)
    visibility = LabelledChoiceField(CreditRecord.Visibility, required=False)
    related_item_code = serializers.CharField(max_length=40, required=False, allow_blank=True)
    ban_until = serializers.DateField(required=False, allow_null=True)
    ban_basis = serializers.CharField(max_length=300, required=False, allow_blank=True)


class RecordBatchSerializer(serializers.Serializer[Any]):
    """Up to 1,000 rows. Rows are read one by one, so that one bad row does not hide the others."""

    records = serializers.ListField(child=serializers.DictField(), allow_empty=False, max_length=MOST_RECORDS)
    atomic = serializers.BooleanField(required=False, default=False)


class RecordBatchDescription(serializers.Serializer[Any]):
    """For the published description: what the rows of a batch look like."""

    records = RecordSerializer(many=True)
    atomic = serializers.BooleanField(required=False, default=False)


class RowErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one field of a row."""

    field = serializers.CharField()
    message = serializers.CharField()


class RowResultSerializer(serializers.Serializer[Any]):
    """What became of one row."""

    index = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["created", "unchanged", "rejected"])
    number = serializers.CharField()
    errors: Any = RowErrorSerializer(many=True)  # the base class keeps its own errors under this name


class BatchResultSerializer(serializers.Serializer[Any]):
    """Counts and one result per row, in the order sent."""

    created = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = RowResultSerializer(many=True)


def _kind_of(code: str) -> str:
    """The kind a code was given to; other organisations for what the list of kinds does not name, or a bad code."""
    try:
        return KIND_OF_PREFIX.get(codes.kind(code), Subject.Kind.OTHER_ORGANISATION)
    except ValueError:  # the code itself is refused where it is used, with its own sentence
        return Subject.Kind.OTHER_ORGANISATION
