"""Starting under production settings: quiet when all is there, else one line that says how to mend it (CONTRACT §1)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SECRET_KEY": "Vb3kQ9s_8yTn2LwXzR5pFhJ7mCdG4aEuN6iKoP1qSvWtYxZrB0jUeMgHlA-fDc",
    "FIELD_KEYS": "t7Rz_4pLmQ2xW9nVbC6kJ8hG5fD3sA1yU0iOePwEqRtYzXcVbNmKjHgFdSaQwE",
    "ALLOWED_HOSTS": "shenguan.example.gov.cn",
}


def manage(var: Path, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """`manage.py COMMAND` in an environment of its own; nothing of the test run's settings leaks in."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var), **PRODUCTION, **changes}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_passes_the_deployment_check(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "INFO")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("SECRET_KEY", "", "请设置一个随机长字符串"),
        ("FIELD_KEYS", "short", "至少 50 个随机字符"),
        ("ALLOWED_HOSTS", "", "请写门户域名"),
        ("DEBUG", "maybe", "请写 1 或 0"),
        ("DATABASE_URL", "oracle://portal:geheim@db/portal", "应以 sqlite://、postgres://"),
        ("DATABASE_URL", "postgres://portal:geheim@db:five/portal", "请写成 postgres://"),
        ("CREDIT_SOURCE", "oracle", "可用 local、offline"),
    ],
)
def test_it_stops_with_one_line_that_says_how_to_mend_it(tmp_path: Path, name: str, value: str, advice: str) -> None:
    done = manage(tmp_path, "check", **{name: value})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr
    assert advice in done.stderr
    assert "geheim" not in done.stderr
