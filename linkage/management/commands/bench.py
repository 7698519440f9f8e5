"""`manage.py bench NAME …`: measures the system and prints one JSON line per name (CONTRACT §2)."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from linkage.bench import assistant, chaos, imports, ingest, pages, push, reconcile, routes
from shenguan.refusals import Refusal


class Command(BaseCommand):
    """push: commit → inbox; route: journal → pushes; pages: server time over a full house; import: a catalogue."""

    help = (
        "测量：push（决定到待办、投递，见 --mode）、route（事件分流）、ingest（自建系统报送办件）、"
        "pages（大量数据下的页面）、import（目录导入）、"
        "assistant（清单编制建议的命中率）、reconcile（对账，--rows 为一天的推送数）；"
        "pages、import、ingest、route、reconcile 需要名称含 bench 的数据库。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which measurements, and how large."""
        parser.add_argument(
            "names",
            nargs="+",
            choices=["chaos", "push", "pages", "import", "ingest", "route", "assistant", "reconcile"],
        )
        parser.add_argument("--seed", type=int, default=1, help="chaos：同一个数重现同一串故障。")
        parser.add_argument("--pushes", type=int, default=6000, help="chaos：推送数。")
        parser.add_argument(
            "--restart-database", default="", metavar="CMD", help="chaos：重启数据库的命令；不给则切断连接。"
        )
        parser.add_argument(
            "--restart-redis", default="", metavar="CMD", help="chaos：重启 Redis 的命令；不给则切断连接。"
        )
        parser.add_argument("--mode", choices=list(push.MODES), default="inbox", help="push：量什么。")
        parser.add_argument("--cases", type=int, default=40)
        parser.add_argument("--clients", type=int, default=8, help="ingest：同时报送的系统数。")
        parser.add_argument("--deliver", action="store_true", help="ingest：同时投递推送。")
        parser.add_argument("--applications", type=int, default=100_000)
        parser.add_argument("--pushes-each", type=int, default=3)
        parser.add_argument("--rows", type=int, default=5000)
        parser.add_argument("--workers", type=int, default=0, help="route：分流进程数，0 为本进程。")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Runs them one after the other."""
        known: dict[str, Callable[[], dict[str, object]]] = {
            "chaos": lambda: chaos.run(
                options["pushes"], options["seed"], options["restart_database"], options["restart_redis"]
            ),
            "push": lambda: push.run(options["mode"], options["cases"]),
            "pages": lambda: pages.run(options["applications"], options["pushes_each"]),
            "import": lambda: imports.run(options["rows"]),
            "reconcile": lambda: reconcile.run(options["applications"], options["pushes_each"], options["rows"]),
            "ingest": lambda: ingest.run(options["cases"], options["clients"], options["deliver"]),
            "route": lambda: routes.run(options["cases"], options["workers"]),
            "assistant": assistant.run,
        }
        for name in options["names"]:
            try:
                found = known[name]()
                self.stdout.write(json.dumps(found, ensure_ascii=False))
                if found.get("holds") is False:
                    raise CommandError("有承诺没有守住，见 violations。")
            except Refusal as refusal:
                raise CommandError(refusal.message) from refusal
