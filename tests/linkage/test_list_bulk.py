"""Many rows of the draft at once: all or none, and never a row that cannot work."""

import pytest

from linkage.actions import list_bulk, lists
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import list_bulk as selectors
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.factories.linkage import LinkageEntryFactory
from tests.factories.supervision import SupervisionItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def editor(db) -> Actor:
    return Actor.of_staff(StaffFactory(roles=[Role.LIST_ADMIN]))


@pytest.fixture
def first(db) -> LinkageEntry:
    return LinkageEntryFactory(version__draft=True)


@pytest.fixture
def second(first) -> LinkageEntry:
    """Another supervision item of the same approval item, department and people."""
    return LinkageEntryFactory(
        version=first.version,
        approval_item=first.approval_item,
        approval_office=first.approval_office,
        approval_liaison=first.approval_liaison,
        supervision_item=SupervisionItemFactory(department=first.department),
        office=first.office,
        liaison=first.liaison,
    )


@pytest.fixture
def stranger(first) -> LinkageEntry:
    """A row of other departments."""
    return LinkageEntryFactory(version=first.version)


@pytest.fixture
def newcomer(first) -> Staff:
    """A liaison of the same department in another office."""
    office = OfficeFactory(department=first.department)
    return StaffFactory(department=first.department, office=office, roles=[Role.LIAISON])


def edit(version: ListVersion, editor: Actor, rows: list[LinkageEntry], **fields) -> int:
    return list_bulk.edit_entries(version, by=editor, entries=[row.pk for row in rows], **fields)


def values(field: str) -> list[object]:
    return [getattr(row, field) for row in LinkageEntry.objects.order_by("pk")]


def test_it_changes_the_rows_named_and_no_other(first, second, stranger, editor):
    assert edit(first.version, editor, [first, second], feedback_days=5) == 2

    assert values("feedback_days") == [5, 5, 3]
    assert AuditEntry.objects.get(action="list.edit_entries").detail["fields"] == ["feedback_days"]


def test_it_counts_as_one_edit(first, second, editor):
    before = first.version.row_version
    edit(first.version, editor, [first, second], feedback_days=5)

    first.version.refresh_from_db()
    assert first.version.row_version == before + 1


def test_a_row_that_is_like_that_already_does_not_count(first, second, editor):
    edit(first.version, editor, [first], feedback_days=5)

    assert edit(first.version, editor, [first, second], feedback_days=5) == 1


def test_one_wrong_row_keeps_all_from_being_written(first, stranger, editor):
    with pytest.raises(Invalid) as refusal:
        edit(first.version, editor, [first, stranger], liaison=first.liaison, feedback_days=5)

    assert f"entry.{stranger.sequence}.liaison" in refusal.value.errors
    assert values("feedback_days") == [3, 3]


def test_nothing_to_change_is_said(first, editor):
    with pytest.raises(Refusal) as refusal:
        edit(first.version, editor, [first], feedback_days=first.feedback_days)

    assert refusal.value.code == "nothing_changes"


@pytest.mark.parametrize("field", ["supervision_item", "department", "condition", "approval_item"])
def test_what_identifies_a_row_is_not_changed_in_bulk(first, editor, field):
    with pytest.raises(TypeError):
        edit(first.version, editor, [first], **{field: getattr(first, field)})


def test_a_stale_page_changes_nothing(first, editor):
    with pytest.raises(StaleVersion):
        list_bulk.edit_entries(first.version, by=editor, entries=[first.pk], expected_version=99, feedback_days=5)


def test_a_published_list_is_not_changed(editor):
    row = LinkageEntryFactory()

    with pytest.raises(StateForbids):
        edit(row.version, editor, [row], feedback_days=5)


def test_rows_of_another_version_stay(first, editor):
    other = LinkageEntryFactory()

    with pytest.raises(Refusal):
        edit(first.version, editor, [other], feedback_days=5)
    assert values("feedback_days") == [3, 3]


def replace(first: LinkageEntry, editor: Actor, new: Staff, **fields) -> int:
    return list_bulk.replace_person(first.version, by=editor, old=first.liaison, new=new, **fields)


def test_a_person_is_replaced_everywhere(first, second, stranger, newcomer, editor):
    assert replace(first, editor, newcomer) == 2

    assert values("liaison") == [newcomer, newcomer, stranger.liaison]
    assert values("office") == [first.office, first.office, stranger.office]
    detail = AuditEntry.objects.get(action="list.replace_person").detail
    assert (detail["old"], detail["new"]) == (first.liaison.username, newcomer.username)


def test_the_office_follows_when_asked(first, newcomer, editor):
    replace(first, editor, newcomer, with_office=True)

    assert values("office") == [newcomer.office]


def test_a_deputy_is_replaced_too(first, second, newcomer, editor):
    second.liaison, second.deputy = StaffFactory(department=first.department, roles=[Role.LIAISON]), first.liaison
    second.save()

    replace(first, editor, newcomer)

    assert values("deputy") == [None, newcomer]


def test_a_deputy_who_becomes_the_liaison_leaves_the_deputys_place(first, newcomer, editor):
    first.deputy = newcomer
    first.save()

    replace(first, editor, newcomer)

    assert (values("liaison"), values("deputy")) == ([newcomer], [None])


@pytest.mark.parametrize("why", ["stranger", "left", "no right"])
def test_somebody_who_cannot_do_the_work_replaces_nobody(first, editor, why):
    new = {
        "stranger": lambda: StaffFactory(roles=[Role.LIAISON]),
        "left": lambda: StaffFactory(department=first.department, roles=[Role.LIAISON], status="away"),
        "no right": lambda: StaffFactory(department=first.department, roles=[Role.SYSTEM_ADMIN]),
    }[why]()

    with pytest.raises(Invalid):
        replace(first, editor, new)
    assert values("liaison") == [first.liaison]


def test_the_same_person_is_no_replacement(first, editor):
    with pytest.raises(Invalid):
        replace(first, editor, first.liaison)


def test_a_coordinator_replaces_nobody(first, newcomer):
    with pytest.raises(NotAllowed):
        replace(first, Actor.of_staff(StaffFactory(roles=[Role.COORDINATOR])), newcomer)


def test_people_who_left_come_first(first, stranger):
    stranger.liaison.status = "away"
    stranger.liaison.save(update_fields=["status"])

    assert selectors.people_of(first.version)[0] == (stranger.liaison, 1)


def group(first: LinkageEntry, editor: Actor, **changed) -> int:
    fields = {name: getattr(first, name) for name in lists.EDITABLE if name != "approval_item"} | changed
    return list_bulk.edit_group(first, by=editor, **fields)


def test_an_edit_reaches_the_rows_of_its_group(first, second, stranger, editor):
    assert group(first, editor, feedback_days=5) == 1

    assert values("feedback_days") == [5, 5, 3]


def test_what_was_not_touched_stays_different_in_the_group(first, second, editor):
    second.first_check_days = 7
    second.save()

    group(first, editor, feedback_days=5, condition="设有食堂")

    assert values("first_check_days") == [20, 7]
    assert values("condition") == ["设有食堂", "全部"]


def test_a_group_that_cannot_follow_undoes_the_edit(first, second, newcomer, editor):
    second.deputy = newcomer
    second.save()

    with pytest.raises(Invalid):
        group(first, editor, liaison=newcomer)
    assert values("liaison") == [first.liaison, first.liaison]
