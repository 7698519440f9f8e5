"""`workdays add DATE N`: counts a deadline from the command line."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shenguan.workdays import calendar


def iso_date(text: str) -> date:
    """A date written 2026-11-20."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2026-11-20。") from None


def period(text: str) -> calendar.Pause:
    """A pause written FROM:TO, both days inside."""
    first, colon, last = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"“{text}”不是起止日期，请写成 2026-03-02:2026-03-06。")
    dates = iso_date(first), iso_date(last)
    if dates[1] < dates[0]:
        raise argparse.ArgumentTypeError(f"“{text}”的结束日早于开始日。")
    return dates


def whole_number(text: str) -> int:
    """A number of days, zero or more."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"“{text}”不是天数，请写不小于 0 的整数。")
    return int(text)


class Command(BaseCommand):
    """Prints the due date, 暂定 when a year's calendar is not published, and with -v 2 the days that did not count."""

    help = "工作日推算：workdays add 2026-02-11 20"

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand, so that others can stand beside it."""
        commands = parser.add_subparsers(dest="command", required=True)
        add = commands.add_parser("add", help="从某日起推算到期日，当日不计")
        add.add_argument("date", type=iso_date, help="起算日，如 2026-02-11")
        add.add_argument("amount", type=whole_number, metavar="N", help="天数")
        add.add_argument("--unit", choices=["wd", "cd"], default="wd", help="wd 工作日（默认），cd 自然日")
        add.add_argument(
            "--pause", type=period, nargs="+", action="extend", default=[], metavar="FROM:TO", help="不计入期限的起止日"
        )
        # Also accepted behind the subcommand; without a default, so that it does not undo one given before it.
        add.add_argument("-v", "--verbosity", type=int, choices=range(4), default=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Counts and prints."""
        start, amount, pauses = options["date"], options["amount"], options["pause"]
        if options["unit"] == "wd":
            due = calendar.add_workdays(start, amount, pauses)
        else:
            due = calendar.add_calendar_days(start, amount, roll=True, pauses=pauses)
        self.stdout.write(f"{due.due_on}{' 暂定' if due.provisional else ''}")
        if due.raw_on != due.due_on:
            self.stdout.write(f"未顺延：{due.raw_on}")
        if options["verbosity"] >= 2:
            for day in due.skipped:
                reason = "不计入期限" if any(first <= day <= last for first, last in pauses) else calendar.describe(day)
                self.stdout.write(f"跳过 {day} {reason}")
