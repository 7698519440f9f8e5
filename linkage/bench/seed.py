"""A full house: many applications and pushes, written in bulk. Only for databases that exist for measuring."""

from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from approvals.models import Application, ItemVariant
from credit.models import Subject
from linkage.models import LinkageEntry, ListVersion, Push, Routing
from shenguan.events.models import Event
from shenguan.identifiers import series
from shenguan.identifiers.checksums import uscc_check
from shenguan.org.models import Department, Region
from shenguan.refusals import Refusal

CHUNK = 2000
OPEN_EVERY = 10  # one push in ten is still open, as in a city that keeps up
MARK = "bench"


def check_scratch() -> None:
    """Raises Refusal unless the database's name says that it is for measuring."""
    name = str(settings.DATABASES["default"]["NAME"])
    if MARK not in name:
        raise Refusal("not_scratch", f"数据库 {name} 的名称中没有“{MARK}”，为免混入真实数据，不写入测量数据。")


def fill(applications: int, pushes_each: int) -> None:
    """Brings the house to `applications` cases with `pushes_each` pushes each; what is there is kept."""
    check_scratch()
    missing = applications - Application.objects.count()
    if missing > 0:
        _subjects(max(applications // 10, 1))
        _cases(missing, pushes_each)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def busy_day(pushes: int, pushes_each: int, moment: datetime) -> None:
    """Another `pushes` routed pushes, pushed at `moment`: a day on top of the history of as many pushes a case."""
    check_scratch()
    last = Push.objects.aggregate(last=models.Max("pk"))["last"] or 0
    _cases(pushes // pushes_each, pushes_each)
    made = Push.objects.filter(pk__gt=last)
    made.update(pushed_at=moment)
    events = made.values_list("event__pk", flat=True)
    write(
        Routing,
        [Routing(event_id=pk, outcome=Routing.Outcome.PUSHED, push_count=1, routed_at=moment) for pk in events],
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _subjects(wanted: int) -> None:
    region = Region.objects.earliest("pk")
    start = Subject.objects.count()
    rows = []
    for number in range(start, wanted):
        body = f"91439900MB{number:07d}"[:17]
        rows.append(
            Subject(
                kind=Subject.Kind.ENTERPRISE,
                name=f"云州第{number}商贸有限公司",
                name_initials=f"YZD{number}SMYXGS",
                uscc=body + uscc_check(body),
                region=region,
            )
        )
    write(Subject, rows)


def _cases(count: int, pushes_each: int) -> None:
    version = ListVersion.objects.filter(status=ListVersion.Status.PUBLISHED).latest("pk")
    entries = list(LinkageEntry.objects.filter(version=version).select_related("approval_item", "department"))
    variants = {row.item_id: row for row in ItemVariant.objects.filter(kind=ItemVariant.Kind.NEW)}
    entries = [entry for entry in entries if entry.approval_item_id in variants]
    subjects = list(Subject.objects.exclude(kind="person").values_list("pk", flat=True))
    places: dict[int, int] = dict(
        Department.objects.annotate(last=models.Max("pushes__sequence")).values_list("pk", "last")
    )
    before = dict(places)
    first = Application.objects.count()
    for begin in range(first, first + count, CHUNK):
        numbers = range(begin, min(begin + CHUNK, first + count))
        cases = write(Application, [_case(n, entries[n % len(entries)], variants, subjects) for n in numbers])
        facts = write(Event, [_event(case) for case in cases for _ in range(pushes_each)])
        pairs = [(case, begin + n, k) for n, case in enumerate(cases) for k in range(pushes_each)]
        write(
            Push,
            [
                _push(case, fact, entries[(n + k) % len(entries)], places, n * pushes_each + k)
                for (case, n, k), fact in zip(pairs, facts, strict=True)
            ],
        )
    with transaction.atomic():  # the series go on behind what was written past them
        codes = Department.objects.values_list("pk", "code")
        added = {f"seq:{code}": (places[pk] or 0) - (before[pk] or 0) for pk, code in codes}
        series.take_many({key: count for key, count in added.items() if count}, 0)


def _case(n: int, entry: LinkageEntry, variants: dict[int, ItemVariant], subjects: list[int]) -> Application:
    day = timezone.localdate() - timedelta(days=n % 700)
    now = timezone.now() - timedelta(days=n % 700)
    return Application(
        department_id=entry.approval_item.implementing_department_id,
        item_id=entry.approval_item_id,
        variant=variants[entry.approval_item_id],
        subject_id=subjects[n % len(subjects)],
        number=f"CL{n:09d}",
        status=Application.Status.CONCLUDED if n % OPEN_EVERY else Application.Status.ACCEPTED,
        result="granted" if n % OPEN_EVERY else "",
        decided_on=day if n % OPEN_EVERY else None,
        created_by=MARK,
        created_by_name=MARK,
        received_at=now,
        received_on=day,
        accepted_at=now,
        accepted_on=day,
    )


def _event(case: Application) -> Event:
    return Event(
        kind="approval.concluded",
        case_number=case.number or "",
        subject_id=case.subject_id,
        summary="办结",
        payload={},
        actor_kind="system",
        actor_key=MARK,
        actor_name=MARK,
    )


def _push(case: Application, fact: Event, entry: LinkageEntry, places: dict[int, Any], n: int) -> Push:
    places[entry.department_id] = (places[entry.department_id] or 0) + 1
    is_open = n % OPEN_EVERY == 0
    due: date = timezone.localdate() + timedelta(days=n % 60 - 15)
    return Push(
        event=fact,
        application=case,
        subject_id=case.subject_id,
        department_id=entry.department_id,
        sender_id=case.department_id,
        office_id=entry.office_id,
        owner_id=entry.liaison_id,
        entry=entry,
        list_version_id=entry.version_id,
        supervision_item_id=entry.supervision_item_id,
        number=f"TSCL{n:09d}",
        sequence=places[entry.department_id],
        direction=Push.Direction.FORWARD,
        kind="approval.concluded",
        case_number=case.number or "",
        status=Push.Status.CLAIMED if is_open else Push.Status.CLOSED,
        next_step=Push.NextStep.FIRST_CHECK if is_open else Push.NextStep.NONE,
        is_open=is_open,
        claim_mode=entry.claim_mode,
        payload={
            "result": "granted",
            "item_code": entry.approval_item.code,
            "item_name": entry.approval_item.name,
            "subject_name": f"云州第{case.subject_id}商贸有限公司",
            "subject_code": "91439902MAYX000174",
            "permit_number": "",
            "situations": [],
        },
        due_on=due,
        pushed_at=timezone.now(),
        claimed_by=MARK,
        claimed_at=case.accepted_at,
    )


def write(model: type[Any], rows: list[Any]) -> list[Any]:
    """Rows with their keys, in chunks that fit one statement."""
    source = iter(rows)
    written: list[Any] = []
    while chunk := list(islice(source, CHUNK)):
        written += model._default_manager.bulk_create(chunk, batch_size=CHUNK)
    return written
