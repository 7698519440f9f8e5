"""`manage.py workdays add` (CONTRACT §2)."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ("2026-02-11 20", "2026-03-17\n"),
        ("2026-12-21 20", "2027-01-19 暂定\n"),
        ("2026-02-11 20 --pause 2026-02-24:2026-03-03 2026-03-02:2026-03-06", "2026-03-31\n"),
        ("2026-02-11 20 --pause 2026-02-24:2026-03-03 --pause 2026-03-02:2026-03-06", "2026-03-31\n"),
        ("2026-07-05 90 --unit cd", "2026-10-08\n未顺延：2026-10-03\n"),
        ("2026-11-02 5 --unit cd --pause 2026-11-04:2026-11-05", "2026-11-09\n"),
        ("2026-11-20 0", "2026-11-20\n"),
    ],
)
def test_it_prints_the_due_date(arguments, printed, capsys):
    call_command("workdays", "add", *arguments.split())
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("order", ["add 2026-11-19 2 {} -v 2", "-v 2 add 2026-11-19 2 {}"])
def test_it_prints_the_skipped_days_when_asked(order, capsys):
    call_command("workdays", *order.format("--pause 2026-11-23:2026-11-23").split())
    assert capsys.readouterr().out.splitlines() == [
        "2026-11-24",
        "跳过 2026-11-21 周六",
        "跳过 2026-11-22 周日",
        "跳过 2026-11-23 不计入期限",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        "2026-02-30 5",
        "2026-11-20 -5",
        "2026-11-20 五",
        "2026-11-20 5 --unit h",
        "2026-11-20 5 --pause 2026-11-23",
        "2026-11-20 5 --pause 2026-11-24:2026-11-23",
    ],
)
def test_it_refuses_what_it_cannot_read(arguments):
    with pytest.raises(CommandError):
        call_command("workdays", "add", *arguments.split())
