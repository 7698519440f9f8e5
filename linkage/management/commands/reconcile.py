"""`manage.py reconcile`: one gap scan (CONTRACT §2)."""

from typing import Any

from django.core.management.base import BaseCommand

from linkage.actions import gap_scan
from linkage.models import Discrepancy


class Command(BaseCommand):
    """Safe at any time, any number of times, beside running workers."""

    help = "对账：扫描缺口。可随时、反复运行。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prints what is new and what is open."""
        new = gap_scan.scan()
        for kind, number in sorted(new.items()):
            self.stdout.write(f"新发现：{Discrepancy.Kind(kind).label} {number} 处")
        self.stdout.write(f"缺口扫描完成，新发现 {new.total()} 处，待处理 {Discrepancy.objects.open().count()} 处。")
