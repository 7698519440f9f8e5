"""`load_demo`: the demo city, as often as you like."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from linkage.imports import demo
from linkage.imports.kinds import Outcome
from shenguan.access.actors import Actor
from shenguan.workdays import calendar


class Command(BaseCommand):
    """Loads the fictitious city 云州市 with dates moved to the day of loading. Only with DEMO."""

    help = "载入示例城市（云州市）。只在 DEMO=1 时可用，可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """A day of one's own, for screenshots and tests."""
        parser.add_argument(
            "--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="把示例数据的日期移到这一天（默认今天）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads and prints the counts."""
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("示例数据只能载入演示环境：请设置 DEMO=1。生产环境请用 import_catalogue 导入本地清单。")
        try:
            reports = demo.load(by=Actor.system("load_demo"), password=settings.DEMO_PASSWORD, today=options["date"])
        except demo.DemoDataError as error:
            raise CommandError(str(error)) from error
        for report in reports:
            created, updated = report.counts[Outcome.CREATED], report.counts[Outcome.UPDATED]
            self.stdout.write(f"{report.title} {report.total} 行：新增 {created}，更新 {updated}")
        self.stdout.write(f"示例城市已就绪（今天 {calendar.today()}）。")
