"""`manage.py reconcile [--date D | --month M]`: scan and close days, print a day, make statements (CONTRACT §2)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linkage.actions import day_sheets, gap_scan, statements
from linkage.models import DaySheet, Discrepancy
from shenguan.refusals import Refusal


class Command(BaseCommand):
    """Safe at any time, any number of times, beside running workers."""

    help = "对账：扫描缺口，结清已过去的日子；--date 打印某日各部门的条数、序号、摘要与对方报数。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which day to print."""
        parser.add_argument("--date", metavar="D", help="日期，如 2026-11-19")
        parser.add_argument("--month", metavar="M", help="月份，如 2026-10：生成该月对账单，内容没有变化的不重复生成")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prints what is new and what is open. Raises CommandError for a day that is unreadable or not over."""
        if options["date"] is not None:
            self._print_day(_day(options["date"]))
            return
        if options["month"] is not None:
            self._make_statements(_day(f"{options['month']}-01"))
            return
        closed = day_sheets.close_due_days()
        new = gap_scan.scan()
        for kind, number in sorted(new.items()):
            self.stdout.write(f"新发现：{Discrepancy.Kind(kind).label} {number} 处")
        self.stdout.write(
            f"缺口扫描完成，新发现 {new.total()} 处，待处理 {Discrepancy.objects.open().count()} 处；"
            f"新结日对账单 {closed} 份。"
        )

    def _make_statements(self, month: date) -> None:
        try:
            made = statements.make_all(month, by=statements.MAKER)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{month:%Y-%m} 新生成对账单 {made} 份。")

    def _print_day(self, day: date) -> None:
        try:
            day_sheets.close_day(day)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        sheets = DaySheet.objects.filter(day=day).select_related("department").order_by("department__code", "direction")
        for sheet in sheets:
            report = sheet.reports.first()
            span = f"{sheet.first_sequence}–{sheet.last_sequence}" if sheet.count else "无"
            self.stdout.write(
                f"{sheet.department.code} {sheet.get_direction_display()} {sheet.count} 条 序号 {span} {sheet.digest} "
                + (report.get_result_display() if report else "对方未报")
            )
        if not sheets:
            self.stdout.write(f"{day} 没有使用接口的部门。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"日期“{text}”无法识别，请写成 2026-11-19。") from None
