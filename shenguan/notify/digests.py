"""Numbers for the daily digest. Apps that give people work register their own from AppConfig.ready."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Workload:
    """What one person has to do: everything open, and of it what ends today and what is late."""

    open: int = 0
    due_today: int = 0
    overdue: int = 0

    def __add__(self, other: "Workload") -> "Workload":
        """Both together."""
        return Workload(self.open + other.open, self.due_today + other.due_today, self.overdue + other.overdue)


Supplier = Callable[[date], dict[int, Workload]]

_suppliers: dict[str, Supplier] = {}


def register(name: str, supplier: Supplier) -> None:
    """Joins the digest. `supplier(today)` answers for everybody at once, by the key of Staff, in a query or two."""
    _suppliers[name] = supplier


def workloads(today: date) -> dict[int, Workload]:
    """What everybody has to do today, from all suppliers; people without work are absent."""
    total: dict[int, Workload] = {}
    for supplier in _suppliers.values():
        for staff_id, workload in supplier(today).items():
            total[staff_id] = total.get(staff_id, Workload()) + workload
    return {staff_id: workload for staff_id, workload in total.items() if workload.open}
