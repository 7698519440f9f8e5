"""Registering an application."""

import pytest

from approvals.actions import drafts
from approvals.models import ApplicationMaterial, ApprovalItem, ItemVariant
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid, NotAllowed
from tests.factories.approvals import ApplicationFactory, ItemMaterialFactory, ItemVariantFactory
from tests.factories.credit import CreditCheckFactory, SubjectFactory

pytestmark = pytest.mark.django_db
State = ApplicationMaterial.State


def test_it_lists_the_papers_of_the_item(variant: ItemVariant, item: ApprovalItem, clerk: Actor) -> None:
    ItemMaterialFactory(item=item, sequence=1)
    ItemMaterialFactory(item=item, sequence=2, waived=True)

    application = drafts.create(by=clerk, variant=variant, subject=SubjectFactory())

    assert [row.state for row in application.materials.all()] == [State.MISSING, State.WAIVED]
    assert application.number is None


def test_it_takes_the_address_of_the_subject(variant: ItemVariant, clerk: Actor) -> None:
    subject = SubjectFactory(business_address="云州市临江区望江路13号")

    assert drafts.create(by=clerk, variant=variant, subject=subject).address == "云州市临江区望江路13号"


def test_it_refuses_an_item_that_is_switched_off(variant: ItemVariant, item: ApprovalItem, clerk: Actor) -> None:
    item.is_active = False
    item.save(update_fields=["is_active"])

    with pytest.raises(Invalid):
        drafts.create(by=clerk, variant=variant, subject=SubjectFactory())


def test_it_refuses_items_of_another_department(variant: ItemVariant, stranger: Actor) -> None:
    with pytest.raises(NotAllowed):
        drafts.create(by=stranger, variant=variant, subject=SubjectFactory())


def test_it_refuses_people_without_the_right(variant: ItemVariant, examiner: Actor) -> None:
    with pytest.raises(NotAllowed):
        drafts.create(by=examiner, variant=variant, subject=SubjectFactory())


def test_it_forgets_the_credit_check_with_the_subject(variant: ItemVariant, clerk: Actor) -> None:
    application = ApplicationFactory(variant=variant, credit_check=CreditCheckFactory())

    drafts.update(application, by=clerk, subject=SubjectFactory())

    application.refresh_from_db()
    assert application.credit_check is None


def test_it_keeps_the_credit_check_with_other_changes(variant: ItemVariant, clerk: Actor) -> None:
    application = ApplicationFactory(variant=variant, credit_check=CreditCheckFactory())

    drafts.update(application, by=clerk, remark="代办", agent_phone="13800000000")

    application.refresh_from_db()
    assert application.credit_check is not None
    assert (application.remark, application.agent_phone) == ("代办", "13800000000")


def test_it_lists_the_papers_of_another_item(variant: ItemVariant, clerk: Actor) -> None:
    application = ApplicationFactory(variant=variant)
    other = ItemVariantFactory(item__implementing_department=variant.item.implementing_department)
    paper = ItemMaterialFactory(item=other.item)

    drafts.update(application, by=clerk, variant=other)

    application.refresh_from_db()
    assert application.item == other.item
    assert [row.material for row in application.materials.all()] == [paper]
