"""告知承诺书."""

from datetime import date
from hashlib import sha256

import pytest

from approvals.actions import commitments
from approvals.models import Application, Commitment, Document, ItemVariant
from credit.models import CreditCheck
from shenguan.access.actors import Actor
from shenguan.org.models import Department
from shenguan.refusals import Invalid, NotAllowed, Refusal
from shenguan.workdays.models import Deadline
from tests.factories.approvals import (
    ApplicationFactory,
    ApplicationMaterialFactory,
    CommitmentFactory,
    ItemVariantFactory,
)
from tests.factories.credit import CreditCheckFactory
from tests.factories.workdays import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def committing_variant(office: Department) -> ItemVariant:
    """A variant of an item that commitments are open to."""
    return ItemVariantFactory(item__implementing_department=office, item__by_commitment=True)


@pytest.fixture
def received(committing_variant: ItemVariant) -> Application:
    """Received today, checked without record."""
    return ApplicationFactory(received=True, variant=committing_variant)


def test_it_tells_and_promises_what_the_rules_ask_for(received: Application, clerk: Actor) -> None:
    paper = ApplicationMaterialFactory(application=received, material__name="卫生检测报告")

    commitments.sign(received, by=clerk, signed_by="苏子衡")

    text = received.commitment.text
    told = ["事项名称：", "设定依据：", "条件、标准和技术要求", "承诺方式", "不实承诺的责任", "核查：", "公开："]
    promised = ["基本信息真实", "已经知晓", "已经符合", "补交", "愿意承担", "真实意思", "签署人：苏子衡", "2026-11-20"]
    assert [words for words in told + promised if words not in text] == []
    assert f"1. {paper.material.name}（以承诺代替" in text
    assert "40 个工作日内核查" in text


def test_it_keeps_digest_and_version(received: Application, clerk: Actor) -> None:
    commitments.sign(received, by=clerk, signed_by="苏子衡")

    commitment = received.commitment
    assert commitment.text_sha256 == sha256(commitment.text.encode()).hexdigest()
    assert commitment.template_version == "2026-1"
    assert commitment.signed_on == date(2026, 11, 20)
    assert received.documents.get(kind=Document.Kind.COMMITMENT).body["sha256"] == commitment.text_sha256


def test_it_is_not_for_items_without_commitment(variant: ItemVariant, clerk: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        commitments.sign(ApplicationFactory(received=True, variant=variant), by=clerk, signed_by="苏子衡")

    assert refusal.value.code == "mode_not_allowed"


def test_it_is_not_for_people_who_broke_a_promise(received: Application, clerk: Actor) -> None:
    received.credit_check = CreditCheckFactory(
        outcome="broken_promise", commitment=CreditCheck.Answer.NO, number="XC20261118-0001"
    )
    received.save(update_fields=["credit_check"])

    with pytest.raises(Invalid) as refusal:
        commitments.sign(received, by=clerk, signed_by="苏子衡")

    assert refusal.value.code == "mode_not_allowed"


def test_it_is_open_again_with_a_warning(received: Application, clerk: Actor) -> None:
    received.credit_check = CreditCheckFactory(
        outcome="general", commitment=CreditCheck.Answer.YES_WITH_WARNING, number="XC20261118-0001"
    )
    received.save(update_fields=["credit_check"])

    commitments.sign(received, by=clerk, signed_by="苏子衡")

    assert Commitment.objects.filter(application=received).exists()


def test_it_has_no_catch_all_condition(received: Application, clerk: Actor) -> None:
    ApplicationMaterialFactory(application=received, material__name="法律法规规定的其他材料")

    with pytest.raises(Invalid) as refusal:
        commitments.sign(received, by=clerk, signed_by="苏子衡")

    assert refusal.value.code == "catch_all"


def test_it_needs_a_name(received: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        commitments.sign(received, by=clerk, signed_by=" ")

    assert refusal.value.errors.keys() == {"signed_by"}


def test_it_is_signed_once(received: Application, clerk: Actor) -> None:
    commitments.sign(received, by=clerk, signed_by="苏子衡")

    with pytest.raises(Refusal) as refusal:
        commitments.sign(received, by=clerk, signed_by="苏子衡")

    assert refusal.value.code == "signed_before"


def test_it_stops_the_clock_with_the_result_of_the_check(committing_variant: ItemVariant, system: Actor) -> None:
    deadline = DeadlineFactory(kind="commitment_check")
    commitment = CommitmentFactory(
        application=ApplicationFactory(concluded=True, variant=committing_variant), check_deadline=deadline
    )

    commitments.record_result(commitment.application, by=system, result=Commitment.Result.FALSE)

    commitment.refresh_from_db()
    deadline.refresh_from_db()
    assert (commitment.result, deadline.state) == (Commitment.Result.FALSE, Deadline.State.MET)


def test_it_takes_no_result_from_another_department(committing_variant: ItemVariant, stranger: Actor) -> None:
    commitment = CommitmentFactory(application=ApplicationFactory(concluded=True, variant=committing_variant))

    with pytest.raises(NotAllowed):
        commitments.record_result(commitment.application, by=stranger, result=Commitment.Result.FALSE)
