"""How fast the router empties the journal: accepted and concluded events of many cases, three recipients each."""

import os
import subprocess
import sys
import time
from typing import Any

from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import payloads
from approvals.models import Application, ItemVariant
from credit.models import Subject
from linkage.actions import routing
from linkage.bench.seed import MARK, check_scratch, write
from linkage.models import Endpoint, LinkageEntry, ListVersion, Push
from shenguan import events
from shenguan.access.actors import Actor
from shenguan.events.models import PendingEvent

RECIPIENTS, ITEMS = 3, 40
CHUNK = 1000
SYSTEM = Actor.system(MARK)


def run(cases: int, workers: int) -> dict[str, object]:
    """Two events a case, each to three departments with systems of their own, routed by so many processes at once."""
    check_scratch()
    while routing.route_pending():
        pass
    seed(cases)
    with CaptureQueriesContext(connection) as captured:
        looked_at = routing.route_pending()
    waiting, before = PendingEvent.objects.count(), Push.objects.count()
    seconds = _drain(workers)
    pushes = Push.objects.count() - before
    return {
        "bench": "route",
        "engine": connection.vendor,
        "workers": workers,
        "events": waiting,
        "pushes": pushes,
        "seconds": round(seconds, 2),
        "pushes_per_second": round(pushes / seconds),
        "events_per_second": round(waiting / seconds),
        "queries_per_batch": len(captured),
        "events_per_batch": looked_at,
        "left_over": PendingEvent.objects.count(),
    }


def _drain(workers: int) -> float:
    """One pass of the command by so many processes; in this process, without start-up, for none."""
    begun = time.perf_counter()
    if not workers:
        while routing.route_pending():
            pass
        return time.perf_counter() - begun
    command = [sys.executable, "manage.py", "route_events"]
    running = [subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.DEVNULL) for _ in range(workers)]
    for process in running:
        process.wait()
    return time.perf_counter() - begun


def seed(cases: int) -> None:
    """Cases of items with three rows in the list, and their two events in the journal, none routed yet."""
    items = items_to_three()
    new = ItemVariant.objects.filter(item__in=items, kind=ItemVariant.Kind.NEW)
    variants = {row.item_id: row for row in new.select_related("item")}
    subjects = list(Subject.objects.exclude(kind="person")[:1000])
    first = Application.objects.filter(created_by=f"{MARK}-route").count()
    chosen = list(variants.values())
    for begin in range(first, first + cases, CHUNK):
        numbers = range(begin, min(begin + CHUNK, first + cases))
        rows = write(Application, [case_of(n, chosen[n % len(chosen)], subjects[n % len(subjects)]) for n in numbers])
        accepted = [fact_of(row, "accepted") for row in rows]
        concluded = [fact_of(row, "concluded", "granted") for row in rows]
        events.record_many((fact for pair in zip(accepted, concluded, strict=True) for fact in pair), by=SYSTEM)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def items_to_three() -> list[int]:
    """Items that the list in force sends to exactly three departments with systems, at both stages."""
    version = ListVersion.objects.filter(status=ListVersion.Status.PUBLISHED).latest("pk")
    rows = list(LinkageEntry.objects.filter(version=version).order_by("sequence"))
    items = list(dict.fromkeys(row.approval_item_id for row in rows))[:ITEMS]
    givers = {row.department_id: row for row in rows}  # one row of each department, to be copied
    missing = []
    for item in items:
        own = {row.department_id: row for row in rows if row.approval_item_id == item}
        others = [giver for department, giver in givers.items() if department not in own]
        missing += [_copy(giver, item, next(iter(own.values()))) for giver in others[: max(RECIPIENTS - len(own), 0)]]
    LinkageEntry.objects.bulk_create(missing)
    mine = LinkageEntry.objects.filter(version=version, approval_item__in=items)
    mine.update(stages=["accepted", "concluded"], condition=LinkageEntry.ALWAYS, claim_mode="auto", claim_days=0)
    for department in mine.values_list("department", flat=True).distinct():
        Endpoint.objects.get_or_create(
            department_id=department, defaults={"url": f"http://127.0.0.1:9/{department}", "secret": "x"}
        )
    counted = mine.values("approval_item").annotate(n=models.Count("pk"))
    return [row["approval_item"] for row in counted if row["n"] == RECIPIENTS]


def _copy(giver: LinkageEntry, item_id: int, host: LinkageEntry) -> LinkageEntry:
    columns = [field.attname for field in LinkageEntry._meta.concrete_fields if not field.primary_key]
    values: dict[str, Any] = {name: getattr(giver, name) for name in columns}
    approval = {name: getattr(host, name) for name in ("approval_office_id", "approval_liaison_id")}
    return LinkageEntry(**values | approval | {"approval_item_id": item_id, "condition": LinkageEntry.ALWAYS})


def case_of(n: int, variant: ItemVariant, subject: Subject) -> Application:
    now, today = timezone.now(), timezone.localdate()
    return Application(
        department_id=variant.item.implementing_department_id,
        item=variant.item,
        variant=variant,
        subject=subject,
        number=f"RT{n:09d}",
        status=Application.Status.CONCLUDED,
        result="granted",
        decided_on=today,
        created_by=f"{MARK}-route",
        created_by_name=MARK,
        received_at=now,
        received_on=today,
        accepted_at=now,
        accepted_on=today,
        address="云州市临江区",
    )


def fact_of(case: Application, stage: str, result: str = "") -> events.Fact:
    return events.Fact(
        f"approval.{stage}",
        f"办件{stage}",
        case_number=case.number or "",
        payload=payloads.approval(case, stage=stage, result=result),
        department=case.department,
        subject_id=case.subject_id,
    )
