"""What must hold after a storm, each as a number that should be nought (DESIGN §3, RULES §10)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min

from approvals.models import Application
from linkage.bench.callers import Callers
from linkage.models import Attempt, Delivery, Push, Routing
from shenguan.audit.actions.sealing import seal_pending
from shenguan.audit.verification import verify_chain
from shenguan.events import ROUTABLE_KINDS
from shenguan.events.models import Event, PendingEvent


@dataclass(frozen=True)
class Before:
    """Where the tables ended when the storm began."""

    event: int
    push: int

    @classmethod
    def now(cls) -> "Before":
        """As of this moment."""
        return cls(*(int(model.objects.aggregate(last=Max("pk"))["last"] or 0) for model in (Event, Push)))


def violations(before: Before, sinks: Iterable[dict[str, Any]], callers: Callers) -> dict[str, int]:
    """Every promise that was broken and how often; all nought when nothing was lost."""
    return {**_journal(before), **_arrived(before, sinks), **_books(before), **_reported(callers), **_audit()}


def _journal(before: Before) -> dict[str, int]:
    """Every event has its one routing and as many pushes as the routing says."""
    events = Event.objects.filter(pk__gt=before.event, kind__in=ROUTABLE_KINDS)
    routed = Routing.objects.filter(event__in=events)
    counted = routed.annotate(n=Count("event__pushes"))
    return {
        "events_unrouted": events.filter(routing__isnull=True).count() + PendingEvent.objects.count(),
        "events_unmapped": routed.exclude(outcome=Routing.Outcome.PUSHED).count(),
        "pushes_lost": sum(max(row.push_count - row.n, 0) for row in counted.exclude(n=F("push_count"))),
        "pushes_doubled": sum(max(row.n - row.push_count, 0) for row in counted.exclude(n=F("push_count"))),
        "sequence_gaps": _gaps(before),
    }


def _gaps(before: Before) -> int:
    """Missing places between the first and the last new push of each recipient; those before it count too."""
    new = Push.objects.filter(pk__gt=before.push).values("department").order_by()
    spans = new.annotate(low=Min("sequence"), high=Max("sequence"), n=Count("pk"))
    old = Push.objects.filter(pk__lte=before.push).values("department").order_by()
    ends = {row["department"]: row["high"] for row in old.annotate(high=Max("sequence"))}
    return sum(abs(row["high"] - ends.get(row["department"], 0) - row["n"]) for row in spans)


def _arrived(before: Before, sinks: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Every push came to its recipient's system and had one effect there, in the order of its case."""
    due = Push.objects.filter(pk__gt=before.push, department__endpoint__is_active=True)
    wanted = set(due.values_list("department__code", "number", "sequence"))
    got: Counter[tuple[str, str, int]] = Counter()
    out_of_order = 0
    for sink in sinks:
        got.update((recipient, number, sequence) for recipient, number, sequence in sink["effects"])
        out_of_order += sink.get("out_of_order", 0)
    return {
        "lost": len(wanted - got.keys()),
        "unknown": len(got.keys() - wanted),
        "second_effects": sum(got.values()) - len(got),
        "out_of_order": out_of_order,
    }


def _books(before: Before) -> dict[str, int]:
    """What is written down is what happened: finished once, with as many attempts as counted."""
    rows = Delivery.objects.filter(push__gt=before.push)
    taken = Attempt.objects.filter(delivery__push__gt=before.push, outcome=Attempt.Outcome.DELIVERED)
    twice = taken.values("delivery").order_by().annotate(n=Count("pk")).filter(n__gt=1)
    return {
        "still_waiting": rows.filter(status=Delivery.Status.PENDING).count(),
        "given_up": rows.filter(status=Delivery.Status.DEAD).count(),
        "delivered_without_proof": rows.filter(status=Delivery.Status.DELIVERED).count() - taken.count(),
        "finished_twice": twice.count(),
    }


def _reported(callers: Callers) -> dict[str, int]:
    """Every reported case is there once, with both of its events once, under the one number its system was told."""
    cases = Application.objects.filter(source_case_id__startswith=f"{callers.mark}-")
    numbers = dict(cases.values_list("source_case_id", "number"))
    facts = Counter(
        Event.objects.filter(case_number__in=numbers.values(), kind__startswith="approval.").values_list(
            "case_number", "kind"
        )
    )
    wanted = {(number, kind) for number in numbers.values() for kind in ("approval.accepted", "approval.concluded")}
    return {
        "reports_refused": len(callers.refused),
        "cases_lost": len(callers.numbers.keys() - numbers.keys()),
        "cases_renumbered": sum(told != {numbers.get(case)} for case, told in callers.numbers.items()),
        "case_events_lost": len(wanted - facts.keys()),
        "case_events_doubled": sum(facts.values()) - len(facts),
    }


def _audit() -> dict[str, int]:
    """The chain holds, up to the last row."""
    while seal_pending():
        pass
    verdict = verify_chain()
    return {"audit_breaks": int(verdict.broken is not None), "audit_unsealed": verdict.unsealed}
