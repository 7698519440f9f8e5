"""The directory: reference data kept from pass to pass, and given up at once when anybody changes it."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.models import ApprovalItem, ItemVariant
from linkage.actions import routing
from linkage.models import Endpoint, ExchangeContract, LinkageEntry, ListVersion, Push
from linkage.selectors import directory
from shenguan.org.models import Absence, Department, Office, Region, Staff, StaffRole
from supervision.models import SupervisionItem
from tests.factories.approvals import ApplicationFactory
from tests.factories.contracts import ExchangeContractFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import EndpointFactory
from tests.linkage.conftest import City, build_city, happen, route_all
from tests.linkage.test_faults import in_threads, needs_postgresql

pytestmark = pytest.mark.django_db
MODELS = (
    Absence,
    ApprovalItem,
    Department,
    Endpoint,
    ExchangeContract,
    ItemVariant,
    LinkageEntry,
    ListVersion,
    Office,
    Region,
    Staff,
    StaffRole,
    SupervisionItem,
)


@pytest.fixture
def full(city: City) -> City:
    """A row in every table the directory watches."""
    EndpointFactory(department=city.entry.department)
    ExchangeContractFactory(department=city.entry.department)
    today = timezone.localdate()
    away = StaffFactory()
    Absence.objects.create(staff=away, starts_on=today, ends_on=today, recorded_by="张三")
    return city


def test_it_watches_every_table():
    assert {model._meta.db_table for model in MODELS} == set(directory.WATCHED)
    with connection.cursor() as cursor:
        cursor.execute(directory.COUNT_TRIGGERS[connection.vendor])
        assert cursor.fetchone() == (len(MODELS) * directory.TRIGGERS_EACH[connection.vendor],)


def test_it_is_kept_while_nothing_changes(full: City):
    assert directory.current() is directory.current()


@pytest.mark.parametrize("model", MODELS)
def test_any_change_ends_it(full: City, model):
    before = directory.current()
    column = next(iter(directory.WATCHED[model._meta.db_table]), "") or model._meta.pk.attname
    row = model._default_manager.earliest("pk")
    changed = model._meta.get_field(column.removesuffix("_id") if column.endswith("_id") else column).attname
    if changed == model._meta.pk.attname:
        changed = next(field.attname for field in model._meta.concrete_fields if not field.primary_key)
    model._default_manager.filter(pk=row.pk).update(**{changed: getattr(row, changed)})
    assert directory.current() is not before


def test_a_new_row_that_may_be_known_already_ends_it(full: City):
    before = directory.current()
    Region.objects.bulk_create([Region(code="439999", name="新区")], ignore_conflicts=True)
    assert directory.current() is not before


def test_a_deleted_row_ends_it(full: City):
    before = directory.current()
    StaffRole.objects.all().delete()
    assert directory.current() is not before


def test_signing_in_changes_nothing(full: City):
    before = directory.current()
    Staff.objects.update(last_login=timezone.now())
    assert directory.current() is before


def test_what_was_rolled_back_is_not_kept(full: City):
    department = Department.objects.filter(pk=full.entry.department_id)
    name = full.entry.department.name
    with transaction.atomic():
        department.update(name="未提交局")
        row = LinkageEntry.objects.get(pk=full.entry.pk)
        directory.current().name([row], "department")
        assert row.department.name == "未提交局"
        transaction.set_rollback(True)
    row = LinkageEntry.objects.get(pk=full.entry.pk)
    directory.current().name([row], "department")
    assert row.department.name == name


def test_nothing_is_kept_where_a_trigger_is_missing(full: City, monkeypatch):
    monkeypatch.setitem(directory.WATCHED, "org_law", ())
    monkeypatch.setitem(directory._kept, "has_triggers", None)
    assert directory.current() is not directory.current()


def test_rows_are_read_once(full: City, django_assert_num_queries):
    first, second = LinkageEntry.objects.all().first(), LinkageEntry.objects.all().first()
    known = directory.current()
    with django_assert_num_queries(2):
        known.name([first], "liaison", "department")
    with django_assert_num_queries(0):
        known.name([second], "liaison", "department", "deputy")
    assert second.liaison is first.liaison
    assert second.deputy is None


def test_the_next_event_finds_the_new_liaison(city: City):
    city.route("approval.accepted") if "accepted" in city.entry.stages else city.route()
    follower = StaffFactory(department=city.entry.department, office=city.entry.office)
    LinkageEntry.objects.filter(pk=city.entry.pk).update(liaison=follower)
    later = ApplicationFactory(concluded=True, variant=city.application.variant)
    happen(later, "approval.concluded")
    route_all()
    assert Push.objects.get(application=later).owner == follower


def test_the_next_event_passes_over_who_is_away_since(city: City):
    city.route()
    deputy, today = StaffFactory(department=city.entry.department), timezone.localdate()
    Absence.objects.create(staff=city.liaison, deputy=deputy, starts_on=today, ends_on=today, recorded_by="张三")
    later = ApplicationFactory(concluded=True, variant=city.application.variant)
    happen(later, "approval.concluded")
    route_all()
    assert Push.objects.get(application=later).owner == deputy


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_changes_that_commit_out_of_order_are_all_noticed():
    """The one that began first, and so has the smaller number, commits last."""
    region, other = (Region.objects.create(code=f"43990{n}", name="一") for n in range(2))
    seen = []

    with transaction.atomic():
        Region.objects.filter(pk=region.pk).update(name="先开始")
        in_threads(lambda: Region.objects.filter(pk=other.pk).update(name="后开始"), lambda: None)
        in_threads(lambda: seen.append(directory.current()), lambda: None)
    assert directory.current().stamp != seen[0].stamp


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_change_by_another_connection_is_noticed(nudges):
    city = build_city()
    city.route()
    follower = StaffFactory(department=city.entry.department, office=city.entry.office)
    in_threads(
        lambda: LinkageEntry.objects.filter(pk=city.entry.pk).update(liaison=follower),
        lambda: None,
    )
    later = ApplicationFactory(concluded=True, variant=city.application.variant)
    happen(later, "approval.concluded")
    route_all()
    assert Push.objects.get(application=later).owner == follower


@pytest.mark.parametrize(("kind", "most"), [("approval.accepted", 20), ("approval.concluded", 26)])
def test_a_lone_event_costs_few_statements(city: City, kind, most):
    """A case that was accepted before, or not; the second of its kind, so that the directory is warm."""
    LinkageEntry.objects.update(stages=["accepted", "concluded"])
    EndpointFactory(department=city.entry.department)
    cases = ApplicationFactory.create_batch(2, concluded=True, variant=city.application.variant)
    for case in cases:
        happen(case, "approval.accepted")
        if kind == "approval.concluded":
            routing.route_pending()
            happen(case, "approval.concluded")
        with CaptureQueriesContext(connection) as captured:
            assert routing.route_pending() == 1
    plain = [one["sql"] for one in captured if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(plain) <= most, "\n".join(sql[:90] for sql in plain)
