"""`import_catalogue KIND FILE`: brings a list from CSV or Excel into the catalogue."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linkage.imports.catalogue import KINDS, import_file
from linkage.imports.kinds import Outcome
from linkage.imports.problems import FileRefused
from shenguan.access.actors import Actor


class Command(BaseCommand):
    """Prints what was created, updated, unchanged and rejected; exit 1 and nothing written when a row is rejected."""

    help = "导入目录清单（.csv 或 .xlsx）。种类：" + "、".join(f"{kind.name} {kind.title}" for kind in KINDS.values())

    def add_arguments(self, parser: CommandParser) -> None:
        """The arguments of CONTRACT §2."""
        parser.add_argument("kind", choices=list(KINDS), metavar="KIND", help="清单种类")
        parser.add_argument("file", type=Path, metavar="FILE", help=".csv（UTF-8 或 GB18030）或 .xlsx 文件")
        parser.add_argument("--dry-run", action="store_true", help="只检查并报告，不写入")
        parser.add_argument("--partial", action="store_true", help="有拒绝的行时，仍写入其余各行")
        parser.add_argument(
            "--create-departments",
            metavar="REGION",
            default="",
            help="清单中出现而系统没有的部门，建在该行政区划（编码或名称）下；行内写有区划的以行内为准",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Imports the file and prints the report."""
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"无法读取文件 {path}：{error.strerror}。") from error
        try:
            report = import_file(
                KINDS[options["kind"]],
                path.name,
                data,
                by=Actor.system("import_catalogue"),
                dry_run=options["dry_run"],
                partial=options["partial"],
                departments_in=options["create_departments"],
            )
        except FileRefused as error:
            raise CommandError(f"{path.name}：{error}") from error
        for line in report.lines():
            self.stdout.write(line)
        rejected = report.counts[Outcome.REJECTED]
        if rejected and not options["partial"]:
            raise CommandError(f"有 {rejected} 行被拒绝，请改正后重新导入；只导入其余各行请加 --partial。")
