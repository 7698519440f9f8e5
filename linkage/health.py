"""What the linkage tells the operator on /readyz/ and /metrics."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from linkage.models import Discrepancy, Lane, ScanMark
from linkage.selectors import dead_letters
from shenguan.ui.health import Finding

BREAKERS: list[str] = [Lane.Breaker.CLOSED, Lane.Breaker.HALF_OPEN, Lane.Breaker.OPEN]


def oldest_undelivered() -> Finding:
    """Seconds the oldest delivery waits. A recipient that is down is not our trouble, so the check stays well."""
    return Finding(True, dead_letters.oldest_undelivered())


def gap_scan_age() -> Finding:
    """Seconds since the check that ran longest ago. A portal back from a long rest is ready before it has scanned."""
    return Finding(True, scan_age())


def open_discrepancies() -> Finding:
    """How many gaps wait for somebody; work for people, not a trouble of the portal."""
    return Finding(True, Discrepancy.objects.open().count())


def scan_age() -> int | None:
    """Seconds since the gap scan last finished all its checks; None before the first."""
    oldest = ScanMark.objects.aggregate(at=Min("scanned_at"))["at"]
    return round((timezone.now() - oldest).total_seconds()) if oldest else None


class ReconciliationMetrics(Collector):
    """Age of the gap scan and open discrepancies by kind, asked for when somebody scrapes."""

    def describe(self) -> list[Metric]:
        """Nothing ahead of time: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Two small queries over open work."""
        age = scan_age()
        if age is not None:
            yield GaugeMetricFamily("shenguan_gap_scan_age_seconds", "Seconds since the last gap scan", value=age)
        gauge = GaugeMetricFamily("shenguan_open_discrepancies", "Discrepancies nobody settled yet", labels=["kind"])
        numbers = dict(Discrepancy.objects.open().order_by().values_list("kind").annotate(Count("pk")))
        for kind in Discrepancy.Kind.values:
            gauge.add_metric([kind], numbers.get(kind, 0))
        yield gauge


class DeliveryMetrics(Collector):
    """What waits for each recipient's own system, what was given up, and its breaker (0 closed, 1 probing, 2 open)."""

    def describe(self) -> list[Metric]:
        """Nothing ahead of time: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Four queries over open work."""
        age = GaugeMetricFamily(
            "shenguan_oldest_undelivered_seconds", "Age of the oldest waiting delivery", labels=["department"]
        )
        waiting = GaugeMetricFamily("shenguan_waiting_deliveries", "Deliveries that wait", labels=["department"])
        dead = GaugeMetricFamily(
            "shenguan_dead_deliveries", "Deliveries given up and not replayed", labels=["department"]
        )
        breaker = GaugeMetricFamily("shenguan_breaker", "0 closed, 1 probing, 2 open", labels=["department"])
        now = timezone.now()
        for one in dead_letters.recipients():
            code = [one.endpoint.department.code]
            age.add_metric(code, (now - one.oldest_at).total_seconds() if one.oldest_at else 0)
            waiting.add_metric(code, one.waiting)
            dead.add_metric(code, one.dead)
            breaker.add_metric(code, BREAKERS.index(one.lane.breaker) if one.lane else 0)
        yield from (age, waiting, dead, breaker)
