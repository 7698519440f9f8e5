"""Parties, records, measures and checks. A bare record is 一般, published and in force on 2026-11-20."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from credit.models import CreditCheck, CreditRecord, Freeze, JointMeasure, Measure, Subject
from shenguan.identifiers.checksums import mod_11_2, uscc_check
from shenguan.privacy.cipher import keyed_hash
from tests.factories.ground import DepartmentFactory

Level = CreditRecord.Level
Category = CreditRecord.Category


def uscc_number(n: int) -> str:
    """The n-th valid code of an invented enterprise."""
    body = f"91439901{n:09d}"
    return body + uscc_check(body)


def id_number(n: int) -> str:
    """The n-th valid number of somebody born in 1901."""
    body = f"43990119010101{n % 1000:03d}"
    return body + mod_11_2(body)


class SubjectFactory(DjangoModelFactory):
    """An enterprise; `SubjectFactory(person=True)` is a natural person."""

    class Meta:
        model = Subject

    class Params:
        person = factory.Trait(
            kind=Subject.Kind.PERSON,
            name="郑启明",
            name_initials="ZQM",
            uscc=None,
            id_number=factory.Sequence(id_number),
            id_hash=factory.LazyAttribute(lambda subject: keyed_hash(subject.id_number)),
        )

    kind = Subject.Kind.ENTERPRISE
    name = factory.Sequence(lambda n: f"云州第{n}餐饮有限公司")
    name_initials = factory.Sequence(lambda n: f"YZD{n}CYYXGS")
    uscc = factory.Sequence(uscc_number)
    contact = "秦晓燕"
    phone = "13800001001"


class CreditRecordFactory(DjangoModelFactory):
    """A fine of 2026-08-20 under Order 36: 一般 until 2027-08-20."""

    class Meta:
        model = CreditRecord

    class Params:
        minor = factory.Trait(
            level=Level.MINOR,
            result="警告",
            visibility=CreditRecord.Visibility.GOVERNMENT,
            published_on=None,
            minimum_until=None,
            publicity_until=None,
        )
        severe = factory.Trait(level=Level.SEVERE, minimum_until=date(2027, 8, 20), publicity_until=date(2029, 8, 20))
        severe_list = factory.Trait(
            level=Level.SEVERE,
            category=Category.SEVERE_LIST,
            minimum_until=date(2027, 8, 20),
            publicity_until=date(2029, 8, 20),
        )
        broken_promise = factory.Trait(category=Category.COMMITMENT_UNMET)
        commended = factory.Trait(
            level=Level.POSITIVE,
            category=Category.COMMENDATION,
            rule_version="守信激励",
            count_from="—",
            repair_state=CreditRecord.Repair.NOT_APPLICABLE,
            published_on=None,
            minimum_until=None,
            publicity_until=None,
        )
        repaired = factory.Trait(repair_state=CreditRecord.Repair.REPAIRED, repaired_on=date(2026, 11, 20))
        expired = factory.Trait(publicity_until=date(2026, 11, 19))
        revoked = factory.Trait(revoked_on=date(2026, 11, 20))
        disputed = factory.Trait(objection=CreditRecord.Objection.RUNNING, objection_on=date(2026, 11, 18))
        banned = factory.Trait(
            level=Level.SEVERE,
            category=Category.PERMIT_BY_FRAUD,
            related_item_code="439901010060",
            ban_until=date(2028, 8, 29),
            ban_basis="《中华人民共和国行政许可法》第七十九条（三年内不得再次申请该行政许可）",
        )

    subject = factory.SubFactory(SubjectFactory)
    authority = factory.SubFactory(DepartmentFactory)
    number = factory.Sequence(lambda n: f"XY2026{n + 9000:04d}")
    level = Level.GENERAL
    category = Category.PENALTY
    document_name = "行政处罚决定书"
    document_number = factory.Sequence(lambda n: f"云州市监处罚〔2026〕{n + 1}号")
    facts = "经营超过保质期的食品"
    result = "罚款"
    legal_basis = ["《中华人民共和国食品安全法》第一百二十四条"]
    rule_version = "NDRC36-2026"
    count_from = "决定日"
    visibility = CreditRecord.Visibility.PUBLIC
    decided_on = date(2026, 8, 20)
    published_on = date(2026, 8, 27)
    minimum_until = date(2026, 11, 20)
    publicity_until = date(2027, 8, 20)


class MeasureFactory(DjangoModelFactory):
    """A published measure in force since Order 36; `withdrawn` and `announced` ones must not be used."""

    class Meta:
        model = Measure
        django_get_or_create = ("code",)

    class Params:
        withdrawn = factory.Trait(is_active=False)
        announced = factory.Trait(effective_on=date(2026, 11, 21))

    code = factory.Sequence(lambda n: f"CS{n + 50}")
    name = "不适用告知承诺制"
    group = "B"
    category = "限制享受优惠政策和便利措施"
    content = "不适用告知承诺制"
    target = "失信主体"
    implementers = ["行政审批部门"]
    legal_basis = ["国办发〔2020〕42号"]
    basis_level = "国务院文件"
    term = "修复前"
    effective_on = date(2026, 4, 1)


class JointMeasureFactory(DjangoModelFactory):
    """The measure as applied for one record, without an end."""

    class Meta:
        model = JointMeasure

    class Params:
        lifted = factory.Trait(state=JointMeasure.State.LIFTED, ends_on=date(2026, 11, 19))
        of_person = factory.Trait(target_kind="责任人员", person_name="汪静怡")

    record = factory.SubFactory(CreditRecordFactory)
    subject = factory.SelfAttribute("record.subject")
    measure = factory.SubFactory(MeasureFactory)
    proposed_by = factory.SubFactory(DepartmentFactory)
    implemented_by = factory.SubFactory(DepartmentFactory)
    number = factory.Sequence(lambda n: f"CJ2026{n + 9000:04d}")
    target_kind = "单位"
    legal_basis = ["国办发〔2020〕42号"]
    term = "修复前"
    starts_on = date(2026, 8, 20)


class CreditCheckFactory(DjangoModelFactory):
    """A check without record; `unanswered` is one the source was silent on."""

    class Meta:
        model = CreditCheck

    class Params:
        unanswered = factory.Trait(
            outcome=CreditCheck.Outcome.UNCHECKED,
            tolerance=CreditCheck.Answer.NO,
            green_channel=CreditCheck.Answer.NO,
            push_flag=CreditCheck.PushFlag.RECHECK,
            source_reachable=False,
            source_error="连接超时",
        )

    subject = factory.SubFactory(SubjectFactory)
    department = factory.SubFactory(DepartmentFactory)
    number = factory.Sequence(lambda n: f"XC20261101-{n + 1:04d}")
    case_number = factory.Sequence(lambda n: f"YZ20261120-{n + 1:04d}")
    item_code = "439901010040"
    item_name = "食品经营许可"
    purpose = "行政许可受理"
    operator_key = "chenjing"
    operator_name = "陈静"
    source = "本平台信用库"
    source_reachable = True
    terms = factory.Dict({"item_code": "439901010040", "item_name": "食品经营许可", "tolerance_allowed": True})
    outcome = CreditCheck.Outcome.NO_RECORD
    acceptance = CreditCheck.Answer.YES
    commitment = CreditCheck.Answer.NOT_APPLICABLE
    tolerance = CreditCheck.Answer.YES
    green_channel = CreditCheck.Answer.YES
    push_flag = CreditCheck.PushFlag.NONE
    reasons = factory.List(["未查到公共信用记录。"])
    checked_at = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


class FreezeFactory(DjangoModelFactory):
    """A request that waits for an answer; `active=True` is one in force."""

    class Meta:
        model = Freeze

    class Params:
        active = factory.Trait(
            status=Freeze.Status.ACTIVE,
            answered_by="阮世安",
            answered_at=factory.LazyFunction(timezone.now),
            answer_text="情况属实",
        )

    subject = factory.SubFactory(SubjectFactory)
    department = factory.SubFactory("tests.factories.ground.DepartmentFactory")
    approving_department = factory.SubFactory("tests.factories.ground.DepartmentFactory", approving=True)
    number = factory.Sequence(lambda n: f"DJ2026{n + 5001:05d}")
    enforcement_case = factory.Sequence(lambda n: f"云市监案〔2026〕{n + 1}号")
    legal_basis = "行政强制法第十八条"
    reason = "涉嫌无证经营"
    requested_by = "韩国栋"
    requested_by_key = "hanguodong"
    requested_at = factory.LazyFunction(timezone.now)
    until_on = date(2026, 12, 20)
