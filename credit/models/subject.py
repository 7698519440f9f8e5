"""The party that applies, holds permits and is inspected (行政相对人)."""

from typing import Self

from django.db import models

from shenguan.privacy import masking
from shenguan.privacy.cipher import keyed_hash
from shenguan.privacy.fields import EncryptedTextField


class SubjectQuerySet(models.QuerySet["Subject"]):
    """Named questions about subjects."""

    def with_code(self, uscc: str) -> Self:
        """The organisation with this normalised 统一社会信用代码."""
        return self.filter(uscc=uscc)

    def with_id_number(self, id_number: str) -> Self:
        """The natural person with this normalised 公民身份号码, found by keyed hash."""
        return self.filter(id_hash=keyed_hash(id_number))

    def organisations(self) -> Self:
        """Everybody but natural persons, whose names may not be browsed (R6.07, R6.08)."""
        return self.exclude(kind=Subject.Kind.PERSON)


class Subject(models.Model):
    """One organisation (by 统一社会信用代码) or natural person (by ID number). Names repeat; codes do not."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", "企业"
        INDIVIDUAL_BUSINESS = "individual_business", "个体工商户"
        COOPERATIVE = "cooperative", "农民专业合作社"
        PRIVATE_NONPROFIT = "private_nonprofit", "民办非企业单位"
        ASSOCIATION = "association", "社会团体"
        PUBLIC_INSTITUTION = "public_institution", "事业单位"
        STATE_ORGAN = "state_organ", "机关"
        OTHER_ORGANISATION = "other_organisation", "其他组织"
        PERSON = "person", "自然人"

    class Status(models.TextChoices):
        ACTIVE = "active", "存续"
        CANCELLED = "cancelled", "注销"
        REVOKED = "revoked", "吊销"
        MOVED_OUT = "moved_out", "迁出"
        DORMANT = "dormant", "歇业"

    class RiskGrade(models.TextChoices):
        A = "A", "A（低）"
        B = "B", "B（一般）"
        C = "C", "C（较高）"
        D = "D", "D（高）"

    class PublicGrade(models.TextChoices):
        EXCELLENT = "excellent", "优"
        GOOD = "good", "良"
        MEDIUM = "medium", "中"
        POOR = "poor", "差"

    region = models.ForeignKey("org.Region", models.PROTECT, null=True, blank=True, related_name="+")

    source_code = models.CharField("主体编码", max_length=40, blank=True, db_index=True)  # key in the source's table
    kind = models.CharField("主体类型", max_length=30, choices=Kind.choices)
    name = models.CharField("名称", max_length=200, db_index=True)
    name_initials = models.CharField("拼音首字母", max_length=200, blank=True, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    id_number = EncryptedTextField("公民身份号码", blank=True)
    id_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)  # keyed hash of id_number
    legal_representative = models.CharField("法定代表人或经营者", max_length=60, blank=True)
    legal_representative_id = EncryptedTextField("法定代表人证件号码", blank=True)
    contact = models.CharField("联系人", max_length=60, blank=True)
    phone = EncryptedTextField("联系电话", blank=True)
    registered_address = models.CharField("注册地址", max_length=300, blank=True)
    business_address = models.CharField("经营地址", max_length=300, blank=True)
    industry = models.CharField("所属行业", max_length=100, blank=True)
    status = models.CharField("存续状态", max_length=20, choices=Status.choices, default=Status.ACTIVE)
    risk_grade = models.CharField("信用风险等级", max_length=1, choices=RiskGrade.choices, blank=True)  # R4.03, SAMR
    public_grade = models.CharField("公共信用综合评价", max_length=10, choices=PublicGrade.choices, blank=True)

    established_on = models.DateField("成立日期", null=True, blank=True)
    graded_on = models.DateField("评价日期", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            # A person has an ID number, an organisation has a code; neither has both (RULES 5.1).
            models.CheckConstraint(
                condition=(models.Q(kind="person", uscc__isnull=True) & models.Q(id_hash__isnull=False))
                | (~models.Q(kind="person") & models.Q(uscc__isnull=False, id_hash__isnull=True)),
                name="subject_has_exactly_one_identifier",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_person(self) -> bool:
        """Natural persons' records are never public (RULES R6.08)."""
        return self.kind == self.Kind.PERSON

    @property
    def shown_name(self) -> str:
        """The name as screens show it: a person's masked, an organisation's whole (R11 masks)."""
        return masking.mask_name(self.name) if self.is_person else self.name

    @property
    def shown_legal_representative(self) -> str:
        """Public for a company; the owner's name of a 个体工商户 is personal (R11 masks)."""
        is_owner = self.kind == self.Kind.INDIVIDUAL_BUSINESS
        return masking.mask_name(self.legal_representative) if is_owner else self.legal_representative

    @property
    def shown_contact(self) -> str:
        """The contact's name, masked."""
        return masking.mask_name(self.contact)

    @property
    def shown_registered_address(self) -> str:
        """Whole for organisations; a person's home down to the district (R11 masks)."""
        return masking.mask_address(self.registered_address) if self.is_person else self.registered_address

    @property
    def shown_business_address(self) -> str:
        """The same for the place of business, which is often a person's home."""
        return masking.mask_address(self.business_address) if self.is_person else self.business_address

    @property
    def shown_code(self) -> str:
        """The 统一社会信用代码, or a person's ID number masked."""
        return masking.mask_id_number(self.id_number) if self.is_person else self.uscc or ""
