"""The linkage list: draft, diff, publishing, coverage, dry run."""

from datetime import date, timedelta

import pytest

from linkage.actions import lists
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists as selectors
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from tests.factories.approvals import ApprovalItemFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory, ListVersionFactory
from tests.linkage.conftest import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TOMORROW = date(2026, 11, 21)


@pytest.fixture
def editor(db) -> Staff:
    """A list administrator."""
    return StaffFactory(roles=[Role.LIST_ADMIN])


@pytest.fixture
def publisher(db) -> Staff:
    """A coordinator."""
    return StaffFactory(roles=[Role.COORDINATOR])


@pytest.fixture
def published(db) -> LinkageEntry:
    """The only row of the list in force, 2026-3."""
    return LinkageEntryFactory(version__label="2026-3")


@pytest.fixture
def draft(published: LinkageEntry, editor: Staff) -> ListVersion:
    """A draft of it."""
    return lists.create_draft(by=acting(editor))


def test_it_copies_the_published_rows_into_a_draft(draft: ListVersion, published: LinkageEntry):
    copy = draft.entries.get()

    assert (draft.label, draft.based_on, copy.liaison) == ("2026-4", published.version, published.liaison)
    assert copy.pk != published.pk


def test_it_refuses_a_second_draft(draft: ListVersion, editor: Staff):
    with pytest.raises(Refusal) as refusal:
        lists.create_draft(by=acting(editor))

    assert refusal.value.code == "draft_exists"


def test_it_refuses_a_draft_by_somebody_else(published: LinkageEntry):
    with pytest.raises(NotAllowed):
        lists.create_draft(by=acting(StaffFactory(roles=[Role.COORDINATOR])))


def test_it_edits_a_row_of_the_draft_only(draft: ListVersion, editor: Staff, published: LinkageEntry):
    lists.edit_entry(draft.entries.get(), by=acting(editor), first_check_days=10)

    published.refresh_from_db()
    assert (draft.entries.get().first_check_days, published.first_check_days) == (10, 20)


def test_it_refuses_editing_the_published_list(published: LinkageEntry, editor: Staff):
    with pytest.raises(StateForbids):
        lists.edit_entry(published, by=acting(editor), first_check_days=10)


def test_it_refuses_an_edit_from_a_stale_form(draft: ListVersion, editor: Staff):
    lists.edit_entry(draft.entries.get(), by=acting(editor), first_check_days=10)

    with pytest.raises(StaleVersion):
        lists.edit_entry(draft.entries.get(), by=acting(editor), expected_version=draft.row_version, first_check_days=5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stages", []),
        ("stages", ["examined"]),
        ("claim_days", 3),  # 推送即认领 has none
        ("feedback_days", 0),
        ("first_check_days", 0),
        ("condition", " "),
    ],
)
def test_it_refuses_a_row_that_cannot_work(draft: ListVersion, editor: Staff, field, value):
    with pytest.raises(Invalid) as refusal:
        lists.edit_entry(draft.entries.get(), by=acting(editor), **{field: value})

    assert field in refusal.value.errors


def test_it_refuses_a_claim_without_a_limit(draft: ListVersion, editor: Staff):
    with pytest.raises(Invalid) as refusal:
        lists.edit_entry(draft.entries.get(), by=acting(editor), claim_mode="manual")

    assert "claim_days" in refusal.value.errors


def test_it_refuses_a_liaison_of_another_department(draft: ListVersion, editor: Staff):
    with pytest.raises(Invalid) as refusal:
        lists.edit_entry(draft.entries.get(), by=acting(editor), liaison=StaffFactory(roles=[Role.LIAISON]))

    assert "liaison" in refusal.value.errors


def test_it_adds_a_row_at_the_end(draft: ListVersion, editor: Staff):
    older = ListVersionFactory(status="retired", effective_from=date(2026, 1, 1), effective_to=date(2026, 6, 30))
    model = LinkageEntryFactory(version=older)
    last = draft.entries.get().sequence

    entry = lists.add_entry(draft, by=acting(editor), **{name: getattr(model, name) for name in lists.EDITABLE})

    assert (entry.version, entry.sequence, entry.liaison) == (draft, last + 1, model.liaison)


def test_it_refuses_the_same_pair_twice(draft: ListVersion, editor: Staff):
    row = draft.entries.get()

    with pytest.raises(Refusal) as refusal:
        lists.add_entry(draft, by=acting(editor), **{name: getattr(row, name) for name in lists.EDITABLE})

    assert refusal.value.code == "already_listed"


def test_it_removes_and_restores_a_row(draft: ListVersion, editor: Staff, published: LinkageEntry):
    lists.remove_entry(draft.entries.get(), by=acting(editor))
    assert not draft.entries.exists()

    lists.restore_entry(draft, by=acting(editor), removed=published)

    assert draft.entries.get().supervision_item == published.supervision_item


def test_it_shows_what_a_draft_changes(draft: ListVersion, editor: Staff, published: LinkageEntry):
    lists.edit_entry(draft.entries.get(), by=acting(editor), first_check_days=10)
    added = LinkageEntryFactory(version=draft)

    found = selectors.diff(draft, published.version)

    change = found.changed[0].fields[0]
    assert (change.name, change.label, change.old, change.new) == ("first_check_days", "首查时限(工作日)", 20, 10)
    assert (found.added, found.removed, found.is_empty) == ([added], [], False)


def test_it_shows_removed_rows(draft: ListVersion, editor: Staff, published: LinkageEntry):
    lists.remove_entry(draft.entries.get(), by=acting(editor))

    assert selectors.diff(draft, published.version).removed == [published]


def test_it_finds_a_fresh_draft_unchanged(draft: ListVersion, published: LinkageEntry):
    assert selectors.diff(draft, published.version).is_empty


def test_it_publishes_and_ends_the_version_before(draft: ListVersion, publisher: Staff, published: LinkageEntry):
    lists.publish(draft, by=acting(publisher), effective_from=TOMORROW)

    assert selectors.in_force(date(2026, 11, 20)) == published.version
    assert selectors.in_force(TOMORROW) == draft
    published.version.refresh_from_db()
    assert published.version.effective_to == TOMORROW - timedelta(days=1)


def test_it_refuses_publishing_by_the_editor(draft: ListVersion):
    both = StaffFactory(roles=[Role.LIST_ADMIN, Role.COORDINATOR])
    lists.edit_entry(draft.entries.get(), by=acting(both), first_check_days=10)

    with pytest.raises(NotAllowed) as refusal:
        lists.publish(draft, by=acting(both), effective_from=TOMORROW)

    assert refusal.value.code == "editor_publishes"


def test_it_refuses_publishing_without_the_right(draft: ListVersion):
    with pytest.raises(NotAllowed):
        lists.publish(draft, by=acting(StaffFactory(roles=[Role.LIST_ADMIN])), effective_from=TOMORROW)


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 7, 1)])
def test_it_refuses_a_date_in_the_past(draft: ListVersion, publisher: Staff, day):
    with pytest.raises(Invalid) as refusal:
        lists.publish(draft, by=acting(publisher), effective_from=day)

    assert "effective_from" in refusal.value.errors


def test_it_refuses_two_versions_from_one_day_on(draft, publisher, editor, published):
    lists.publish(draft, by=acting(publisher), effective_from=TOMORROW)
    next_draft = lists.create_draft(by=acting(editor))

    with pytest.raises(Invalid) as refusal:
        lists.publish(next_draft, by=acting(publisher), effective_from=TOMORROW)

    assert "不得重叠" in refusal.value.errors["effective_from"][0]


def test_it_refuses_publishing_a_liaison_who_left(draft: ListVersion, publisher: Staff):
    entry = draft.entries.get()
    entry.liaison.status = "away"
    entry.liaison.save(update_fields=["status"])

    with pytest.raises(Invalid) as refusal:
        lists.publish(draft, by=acting(publisher), effective_from=TOMORROW)

    assert f"entry.{entry.sequence}.liaison" in refusal.value.errors
    draft.refresh_from_db()
    assert draft.status == ListVersion.Status.DRAFT


def test_it_refuses_an_empty_list(draft: ListVersion, publisher: Staff, editor: Staff):
    lists.remove_entry(draft.entries.get(), by=acting(editor))

    with pytest.raises(Invalid) as refusal:
        lists.publish(draft, by=acting(publisher), effective_from=TOMORROW)

    assert "entries" in refusal.value.errors


def test_it_names_items_without_a_supervisor(published: LinkageEntry):
    lonely = ApprovalItemFactory(name="无人监管的事项")
    unified = ApprovalItemFactory(linkage_state="unified")

    found = selectors.coverage(published.version)

    assert (found.without_supervisor, found.unified) == ([lonely], [unified])
    assert (found.item_count, found.covered_count, found.broken) == (2, 1, {})


def test_it_names_items_covered_in_some_situations_only(published: LinkageEntry):
    LinkageEntry.objects.update(condition="设有食堂")

    assert selectors.coverage(published.version).only_in_situations == [published.approval_item]


def test_it_covers_a_long_list_in_few_queries(published: LinkageEntry, django_assert_max_num_queries):
    LinkageEntryFactory.create_batch(5, version=published.version)

    with django_assert_max_num_queries(6):
        selectors.coverage(published.version)


def test_it_says_who_would_receive_a_decision_today(published: LinkageEntry):
    match, receivers = selectors.dry_run(published.approval_item, [], "granted")

    assert (match.outcome, [receiver.owner for receiver in receivers]) == ("pushed", [published.liaison])
    assert (receivers[0].next_step, receivers[0].due_on) == ("first_check", date(2026, 12, 18))


def test_it_says_that_nobody_would(published: LinkageEntry):
    match, receivers = selectors.dry_run(ApprovalItemFactory(), [], "granted")

    assert (match.outcome, receivers) == ("unmapped", [])


def test_it_says_who_would_hear_of_an_acceptance(published: LinkageEntry):
    match, _ = selectors.dry_run(published.approval_item, [], "")

    assert match.outcome == "not_applicable"
