"""`beat_age [--at-most SECONDS]`: the health check of the timer's container (see docker-compose.yml)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shenguan.ui import health


class Command(BaseCommand):
    """Exit 0 and the age while the timer is heard, exit 1 when it is late or was never heard."""

    help = "定时器消息最近一次走完“定时器、消息队列、工作进程”距今的秒数；超过上限则以 1 退出。"
    requires_system_checks: list[str] = []  # it runs every half minute

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--at-most SECONDS."""
        parser.add_argument(
            "--at-most", type=int, default=health.BEAT_LATE_SECONDS, metavar="SECONDS", help="上限（秒）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when it is too old or there is none."""
        found = health.check_beat(options["at_most"])
        if not found.ok:
            raise CommandError(
                f"定时器未按时运行：{found.value}（上限 {options['at_most']} 秒）。请查看 beat 与 worker 的日志。"
            )
        self.stdout.write(f"{found.value}")
