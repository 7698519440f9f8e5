"""The two commands: what they print and how they end."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shenguan.org.models import Law, Staff

GOOD = "法规名称,类别\n中华人民共和国消防法,法律\n"
BAD = GOOD + "中华人民共和国旅游法,\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def laws(tmp_path: Path) -> Path:
    path = tmp_path / "laws.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_it_prints_what_became_of_every_row(laws: Path) -> None:
    printed = run("import_catalogue", "laws", str(laws))
    assert "法规依据（laws.csv）：共 1 行" in printed
    assert "新增 created 1，更新 updated 0，未变 unchanged 0，拒绝 rejected 0；合计 1 行，与文件一致" in printed


def test_it_ends_with_an_error_and_writes_nothing_when_a_row_is_rejected(laws: Path) -> None:
    laws.write_text(BAD, encoding="utf-8")
    with pytest.raises(CommandError, match="有 1 行被拒绝") as raised:
        run("import_catalogue", "laws", str(laws))
    assert raised.value.returncode == 1
    assert not Law.objects.exists()


def test_it_prints_the_reason_before_it_ends(laws: Path) -> None:
    laws.write_text(BAD, encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_catalogue", "laws", str(laws), stdout=out)
    assert "拒绝：第 3 行，列“类别”：不能为空" in out.getvalue()


def test_it_ends_well_with_partial(laws: Path) -> None:
    laws.write_text(BAD, encoding="utf-8")
    assert "拒绝：第 3 行" in run("import_catalogue", "laws", str(laws), "--partial")
    assert Law.objects.count() == 1


def test_it_writes_nothing_with_dry_run(laws: Path) -> None:
    assert "未写入任何数据。" in run("import_catalogue", "laws", str(laws), "--dry-run")
    assert not Law.objects.exists()


def test_it_refuses_a_file_of_the_wrong_kind(laws: Path) -> None:
    wrong = laws.rename(laws.with_suffix(".docx"))
    with pytest.raises(CommandError, match="laws.docx：只能导入 .csv 或 .xlsx 文件"):
        run("import_catalogue", "laws", str(wrong))


def test_it_says_when_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="无法读取文件"):
        run("import_catalogue", "laws", str(tmp_path / "none.csv"))


def test_it_refuses_an_unknown_kind(laws: Path) -> None:
    with pytest.raises(CommandError, match="KIND"):
        run("import_catalogue", "rules", str(laws))


def test_it_loads_the_demo_city() -> None:
    printed = run("load_demo", "--date", "2026-11-20")
    assert "审批事项 108 行：新增 108，更新 0" in printed
    assert Staff.objects.count() == 145


def test_it_keeps_demo_data_out_of_production(settings: pytest.FixtureRequest) -> None:
    settings.DEMO = settings.TESTING = False
    with pytest.raises(CommandError, match="只能载入演示环境"):
        run("load_demo")
    assert not Staff.objects.exists()
